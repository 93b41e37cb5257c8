"""The day of a byte: pieces cut at the edges of local days, whole bytes kept."""

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import Flags, Floats, Ints
from esim_analysis.attribution.groups import apportion, spread
from esim_analysis.attribution.ledger import Pieces
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
    first = np.searchsorted(edges, pieces.start, "right")
    last = np.searchsorted(edges, pieces.end, "left")
    counts = np.maximum(last - first, 0) + 1
    if only is not None:
        counts = np.where(only, counts, 1)
    if (counts == 1).all():
        return pieces, np.arange(len(counts))
    owner, place = spread(counts)
    inner = first[owner] + place
    parts = pieces.take(owner)
    limits = np.r_[edges, edges[-1]]
    start = np.where(place == 0, parts.start, limits[inner - 1])
    end = np.where(place == counts[owner] - 1, parts.end, limits[inner])
    several = counts[owner] > 1
    volume = parts.bytes.copy()
    split = np.flatnonzero(counts > 1)
    group = np.repeat(np.arange(len(split)), counts[split])
    length = (end - start)[several].astype(np.float64)
    if sides is not None:
        length *= np.where(place[several] == 0, sides[0][group], sides[1][group])
    volume[several] = apportion(length, group, pieces.bytes[split])
    return (
        Pieces(parts.record, parts.cell, parts.app, parts.ground, start, end, volume, parts.status),
        owner,
    )


def day_of(start: Ints, edges: Ints) -> Ints:
    """Return the number of the day an instant lies in; 0 is the day of the first edge."""
    return np.searchsorted(edges, start, "right") - 1
