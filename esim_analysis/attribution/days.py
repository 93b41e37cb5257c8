"""The day of a byte: pieces cut at the edges of local days, whole bytes kept."""

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import Flags, Floats, Ints
from esim_analysis.attribution.groups import apportion, spread
from esim_analysis.attribution.pieces import Pieces
from esim_analysis.model.clock import local_midnights


def midnights(start: Ints, end: Ints, zone: str) -> tuple[Ints, list[str]]:
    """Return the starts of the local days that enclose some spans, and the names of the days.

    The first day begins at the first edge; the last edge ends the last day.
    """
    if len(start) == 0:
        return np.zeros(0, np.int64), []
    edges = local_midnights(
        pd.Timestamp(int(start.min()), unit="us", tz="UTC"),
        pd.Timestamp(int(end.max()), unit="us", tz="UTC"),
        zone,
    )
    days = edges.tz_convert(zone).strftime("%Y-%m-%d")
    return edges.asi8.astype(np.int64), [str(day) for day in days[:-1]]


def cut(
    pieces: Pieces,
    edges: Ints,
    *,
    only: Flags | None = None,
    sides: tuple[Floats, Floats] | None = None,
) -> tuple[Pieces, Ints]:
    """Cut pieces at `edges` (ascending, µs), bytes by duration with largest remainder.

    A piece between two edges is left whole, whatever its record does.

    Parameters
    ----------
    only
        Pieces to cut; None: all.
    sides
        Weight of a moment in the first and in the last part of each piece that is cut;
        None: alike.

    Returns
    -------
    (parts, owner)
        The parts, and the number of the piece each comes from.
    """
    first, crosses = next_edge(pieces, edges)
    if only is not None:
        crosses &= only
    split = np.flatnonzero(crosses)
    if len(split) == 0:
        return pieces, np.arange(len(first))
    many = np.searchsorted(edges, pieces.end[split], "left") - first[split] + 1
    counts = np.ones(len(first), np.int64)
    counts[split] = many
    owner = np.repeat(np.arange(len(counts)), counts)
    parts = pieces.take(owner)
    group, place = spread(many)
    # Where in `parts` those of a piece begin: after it come as many more as were cut before.
    where = (split + np.cumsum(many - 1) - (many - 1))[group] + place
    inner = first[split][group] + place
    limits = np.r_[edges, edges[-1]]
    begin, end = parts.start[where], parts.end[where]
    begin = np.where(place == 0, begin, limits[inner - 1])
    end = np.where(place == many[group] - 1, end, limits[inner])
    length = (end - begin).astype(np.float64)
    if sides is not None:
        length *= np.where(place == 0, sides[0][group], sides[1][group])
    parts.start[where], parts.end[where] = begin, end
    parts.bytes[where] = apportion(length, group, pieces.bytes[split])
    return parts, owner


def next_edge(pieces: Pieces, edges: Ints) -> tuple[Ints, Flags]:
    """Return the number of the first edge after each start, and whether the piece ends beyond it."""
    begin, runs = _runs(pieces.start, pieces.end)
    first = np.searchsorted(edges, pieces.start[begin], "right")
    limits = np.append(edges, np.iinfo(np.int64).max)
    return np.repeat(first, runs), np.repeat(pieces.end[begin] > limits[first], runs)


def day_of(start: Ints, edges: Ints) -> Ints:
    """Return the number of the day an instant lies in; 0 is the day of the first edge."""
    begin, runs = _runs(start)
    return np.repeat(np.searchsorted(edges, start[begin], "right") - 1, runs)


def _runs(*times: Ints) -> tuple[Ints, Ints]:
    """Return where runs of equal rows begin, and their lengths: apps of one interval follow."""
    rows = len(times[0])
    new = np.ones(rows, dtype=bool)
    if rows:
        np.not_equal(times[0][1:], times[0][:-1], out=new[1:])
    for column in times[1:]:
        new[1:] |= column[1:] != column[:-1]
    begin = np.flatnonzero(new)
    return begin, np.diff(begin, append=rows)
