"""Numbering groups and sharing whole bytes inside them, without a loop."""

from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def number_groups(*columns: Ints) -> tuple[Ints, Ints]:
    """Give the distinct rows of some columns numbers in their sorted order.

    Returns
    -------
    (group, first)
        Group number of each row, and one row of each group.
    """
    rows = len(columns[0])
    if rows == 0:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    order = np.arange(rows) if _is_sorted(columns) else np.lexsort(columns[::-1])
    changes = np.zeros(rows, dtype=bool)
    changes[0] = True
    for column in columns:
        ordered = column[order]
        changes[1:] |= ordered[1:] != ordered[:-1]
    group = np.empty(rows, np.int64)
    group[order] = np.cumsum(changes) - 1
    return group, order[changes]


def apportion(weights: Floats, group: Ints, totals: Ints) -> Ints:
    """Share whole `totals` in proportion to `weights` inside each group, by largest remainder.

    Parameters
    ----------
    weights
        Not negative; a group whose weights are all zero shares equally.
    group
        Ascending group number of each weight; every group has a member.
    totals
        Whole bytes of each group; may be negative.

    Returns
    -------
    numpy.ndarray
        Whole bytes, one a weight; their sums are exactly `totals`.
    """
    groups = len(totals)
    sums = sum_by(group, weights, groups)
    counts = np.bincount(group, minlength=groups)
    empty = sums <= 0
    if empty.any():
        weights = np.where(empty[group], 1.0, weights)
        sums = np.where(empty, counts, sums)
    exact = weights * (totals / np.where(sums > 0, sums, 1.0))[group]
    shares = np.floor(exact)
    missing = totals - sum_whole(group, shares.astype(np.int64), groups)
    remainder = exact - shares
    short = (missing != 0)[group]
    if short.any():
        at = np.flatnonzero(short)
        # One sorted key: whole part the group, fraction falling with the remainder.
        at = at[np.argsort(group[at] + 0.999 * (1.0 - remainder[at]), kind="stable")]
        rank = _rank(group[at])
        wanted = missing[group[at]]
        members = counts[group[at]]
        shares[at] += wanted // members + (rank < wanted % members)
    return shares.astype(np.int64)


def sum_by(group: Ints, values: npt.NDArray[Any], groups: int) -> Floats:
    """Sum values by group as floats."""
    sums: Floats = np.bincount(group, weights=values, minlength=groups).astype(np.float64)
    return sums


def sum_whole(group: Ints, values: Ints, groups: int) -> Ints:
    """Sum whole numbers by group exactly."""
    sums = np.zeros(groups, np.int64)
    np.add.at(sums, group, values)
    return sums


def spread(counts: Ints) -> tuple[Ints, Ints]:
    """Return owner and running place of the items when owner `k` has `counts[k]` of them."""
    owner = np.repeat(np.arange(len(counts)), counts)
    first = np.cumsum(counts) - counts
    return owner, np.arange(len(owner)) - first[owner]


def _rank(group: Ints) -> Ints:
    """Return the place of each row inside its run of equal, ascending groups."""
    starts = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])
    lengths = np.diff(np.r_[starts, len(group)])
    ranks: Ints = np.arange(len(group)) - np.repeat(starts, lengths)
    return ranks


def _is_sorted(columns: tuple[Ints, ...]) -> bool:
    undecided = np.ones(len(columns[0]) - 1, dtype=bool)
    for column in columns:
        step = np.diff(column)
        if (undecided & (step < 0)).any():
            return False
        undecided &= step == 0
    return True
