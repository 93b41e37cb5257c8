"""Numbering groups and sharing whole bytes inside them, without a loop."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.signedinteger[Any]]
Floats = npt.NDArray[np.float64]

CODE: Final = np.int32  # of records, cells and names of millions of pieces: half the memory
_ALIKE: Final = 1 << 20  # steps a byte is seen in where remainders are compared
_ROOM_A_ROW: Final = 4  # places of a table a row may cost before sorting is cheaper


def number_groups(*columns: Ints) -> tuple[Ints, Ints]:
    """Give the distinct rows of some columns numbers in their sorted order.

    Returns
    -------
    (group, first)
        Group number of each row, and the first row of each group.
    """
    rows = len(columns[0])
    if rows == 0:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    if (key := _dense_key(columns)) is not None:
        return _number_dense(*key)
    if (same := _repeats(columns)) is not None:
        changes = np.append(True, ~same)
        return np.cumsum(changes) - 1, np.flatnonzero(changes)
    order = np.lexsort(columns[::-1])
    changes = np.zeros(rows, dtype=bool)
    changes[0] = True
    for column in columns:
        ordered = column[order]
        changes[1:] |= ordered[1:] != ordered[:-1]
    group = np.empty(rows, np.int64)
    group[order] = np.cumsum(changes) - 1
    return group, order[changes]


def _dense_key(columns: tuple[Ints, ...]) -> tuple[Ints, int] | None:
    """Return one number a row for all columns, and how many there could be; None for too many."""
    key, room = None, 1
    most = _ROOM_A_ROW * len(columns[0])
    for column in columns:
        least = int(column.min())
        span = int(column.max()) - least + 1
        room *= span
        if room > most:
            return None
        shifted = np.subtract(column, least, dtype=np.int64)
        if key is None:
            key = shifted
        else:  # in place: such arrays are large, and their pages dear
            key *= span
            key += shifted
    return (np.zeros(0, np.int64), 1) if key is None else (key, room)


def _number_dense(key: Ints, room: int) -> tuple[Ints, Ints]:
    """Give keys below `room` their numbers by a table instead of a sort."""
    place = np.full(room, -1)
    # The last to write a place wins: written backwards, that is the first row.
    place[key[::-1]] = np.arange(len(key) - 1, -1, -1)
    used = np.flatnonzero(place >= 0)
    first = place[used]
    place[used] = np.arange(len(used))
    return place[key], first


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
    shares = np.floor(exact).astype(np.int64)
    # A group lacks less than a byte a member, but for rounding of floats.
    whole, left = np.divmod(totals - sum_whole(group, shares, groups), np.maximum(counts, 1))
    if whole.any():
        shares += whole[group]
    if left.any():
        # One sorted key: the group, then the remainder falling. Remainders that differ by no
        # more than the noise of floats are alike, whichever groups stand before this one.
        exact -= np.floor(exact)
        key = group * (_ALIKE << 1) - np.rint(exact * _ALIKE).astype(np.int64)
        order = np.argsort(key, kind="stable")
        owner, place = spread(left)
        shares[order[(np.cumsum(counts) - counts)[owner] + place]] += 1
    return shares


def sum_by(group: Ints, values: npt.NDArray[Any], groups: int) -> Floats:
    """Sum values by group as floats."""
    sums = np.bincount(group, weights=values, minlength=groups)
    return sums.astype(np.float64, copy=False)  # of nothing they are whole numbers


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


def _repeats(columns: tuple[Ints, ...]) -> npt.NDArray[np.bool_] | None:
    """Mark rows equal to the one before, from the second on; None where rows are not sorted."""
    same = np.ones(len(columns[0]) - 1, dtype=bool)
    for column in columns:
        before, after = column[:-1], column[1:]
        if (same & (after < before)).any():
            return None
        same &= after == before
    return same
