"""Closed-form bounds: the least and the most a group of pieces can stand for.

A cell of the phone that lies wholly inside a group gives its bytes at the lowest overhead
to the lower bound. A cell that others share may give nothing, except what the other
sessions cannot hold and what a capture saw in this one. Nothing may exceed what was billed,
give or take the meter's noise.
These are the bounds of the assumptions, not a confidence interval.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from esim_analysis.attribution.bill import Floats, Ints
from esim_analysis.attribution.cells import Cells
from esim_analysis.attribution.groups import number_groups, sum_by

ELSEWHERE: Final = -1
ALLOWANCE: Final = 1.02  # of a session's bytes: the meter's own noise


@dataclass(frozen=True, slots=True)
class Bounds:
    """Least and most bytes of each group."""

    low: Floats
    high: Floats


def bounds(  # noqa: PLR0913 - six aligned arrays are one table
    group: Ints,
    cell: Ints,
    *,
    room: Callable[[Ints], Floats],
    cells: Cells,
    groups: int,
    ceiling: Floats | None = None,
    least: Floats | None = None,
) -> Bounds:
    """Bound the bytes of groups of pieces.

    Parameters
    ----------
    group
        Group of each piece, `ELSEWHERE` for pieces of the same cells outside all groups.
    cell
        Cell of each piece; residuals are left out by the caller.
    room
        Tells how many bytes the records of some pieces hold, asked by their places.
    cells
        Bands of the cells.
    groups
        Number of groups.
    ceiling
        Bytes billed in the time of each group.
    least
        Bytes each piece holds at least, since a capture saw them there; None without one.
    """
    first = np.full(len(cells.low), np.iinfo(np.int64).max)
    last = np.full(len(cells.low), np.iinfo(np.int64).min)
    np.minimum.at(first, cell, group)
    np.maximum.at(last, cell, group)
    whole = np.flatnonzero((first == last) & (first != ELSEWHERE))
    low = sum_by(first[whole], cells.low[whole], groups)
    high = sum_by(first[whole], cells.high[whole], groups)
    shared = np.flatnonzero((first != last)[cell])
    if len(shared):
        seen = None if least is None else least[shared]
        extra = _shared(
            group[shared],
            cell[shared],
            room(shared) * ALLOWANCE,
            cells=cells,
            groups=groups,
            least=seen,
        )
        low, high = low + extra.low, high + extra.high
    if ceiling is not None:
        high = np.minimum(high, ceiling * ALLOWANCE)
    return Bounds(low, high)


def _shared(  # noqa: PLR0913 - aligned arrays are one table
    group: Ints, cell: Ints, room: Floats, *, cells: Cells, groups: int, least: Floats | None
) -> Bounds:
    """Bound what cells give that lie in several groups."""
    pair, at = number_groups(cell, group)
    inside = sum_by(pair, room, len(at))
    owner, where = cell[at], group[at]
    everywhere = sum_by(cell, room, len(cells.low))
    outside = everywhere[owner] - inside
    real = where != ELSEWHERE
    low = np.maximum(cells.low[owner] - outside, 0.0)
    high = np.minimum(cells.high[owner], inside)
    if least is not None:
        seen, all_seen = sum_by(pair, least, len(at)), sum_by(cell, least, len(cells.low))[owner]
        # A counter read late leaks into its neighbour: whose the bytes beyond it are is open.
        beyond = np.maximum(all_seen - cells.low[owner], 0.0)
        there = np.maximum(all_seen - seen - beyond, 0.0)
        high = np.minimum(high, cells.high[owner] - there)
        low = np.maximum(low, np.minimum(np.maximum(seen - beyond, 0.0), high))
    return Bounds(sum_by(where[real], low[real], groups), sum_by(where[real], high[real], groups))
