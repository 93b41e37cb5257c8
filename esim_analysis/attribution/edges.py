"""Which interval of the phone meets which billed session, and which of them hang together."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from esim_analysis.attribution.bill import Ints
from esim_analysis.attribution.groups import spread

_ROOM: Final = 2**61
_REACH: Final = 120_000_000  # µs
_REACH_SHARE: Final = 60
_OCTAVES: Final = 4  # sessions are searched by length, each class a factor 2**4 wide


@dataclass(frozen=True, slots=True)
class Spans:
    """Intervals [start, end) in µs, each on a track (a SIM); ends lie after starts."""

    track: Ints
    start: Ints
    end: Ints

    def take(self, rows: Ints) -> "Spans":
        """Return some of the intervals."""
        return Spans(self.track[rows], self.start[rows], self.end[rows])


@dataclass(frozen=True, slots=True)
class Edges:
    """Pairs that overlap, by ascending session: `slot`, `session`, `overlap` (µs)."""

    slot: Ints
    session: Ints
    overlap: Ints


def find_edges(slots: Spans, sessions: Spans) -> Edges:
    """Return every overlapping pair of one track.

    Sessions may overlap each other. They are searched in classes of similar
    length, so that one record of a month does not make every later pair a
    candidate.
    """
    scale = Axis.of(slots, sessions)
    octave = np.log2((sessions.end - sessions.start).astype(np.float64)).astype(np.int64)
    found = [
        _search(slots, sessions, np.flatnonzero(octave // _OCTAVES == kind), scale)
        for kind in np.unique(octave // _OCTAVES)
    ]
    if not found:
        nothing = np.zeros(0, np.int64)
        return Edges(nothing, nothing, nothing)
    slot = np.concatenate([pair[0] for pair in found])
    session = np.concatenate([pair[1] for pair in found])
    order = np.lexsort((slot, session))
    slot, session = slot[order], session[order]
    overlap = np.minimum(slots.end[slot], sessions.end[session]) - np.maximum(
        slots.start[slot], sessions.start[session]
    )
    return Edges(slot, session, overlap)


def find_near(slots: Spans, sessions: Spans) -> Edges:
    """Return pairs that overlap, or miss each other by less than two clocks differ.

    An interval of the phone reaches a sixtieth of its length, at most two minutes,
    beyond its ends: neither clocks nor counters of two devices agree to the second.
    Pairs that touch exactly are not near: one calendar cut both.

    Returns
    -------
    Edges
        With `overlap` as seen from the interval's reach.
    """
    reach = np.minimum((slots.end - slots.start) // _REACH_SHARE, _REACH)
    wide = find_edges(Spans(slots.track, slots.start - reach, slots.end + reach), sessions)
    touching = (slots.start[wide.slot] == sessions.end[wide.session]) | (
        slots.end[wide.slot] == sessions.start[wide.session]
    )
    keep = ~touching
    return Edges(wide.slot[keep], wide.session[keep], wide.overlap[keep])


def components(edges: Edges, *, slots: int, sessions: int) -> tuple[Ints, Ints]:
    """Give each slot and each session the number of its connected part of the overlap graph."""
    nodes = slots + sessions
    if not len(edges.slot):
        each = np.arange(nodes, dtype=np.int64)
        return each[:slots], each[slots:]
    from scipy.sparse import coo_array  # noqa: PLC0415 - dear, and only where a phone was read
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    links = np.ones(len(edges.slot), dtype=np.int8)
    graph = coo_array((links, (edges.slot, slots + edges.session)), shape=(nodes, nodes))
    part = connected_components(graph, directed=False)[1].astype(np.int64)
    return part[:slots], part[slots:]


@dataclass(frozen=True, slots=True)
class Axis:
    """Tracks laid end to end on one axis, in units coarse enough for 64 bits."""

    origin: int
    unit: int
    stride: int

    @classmethod
    def of(cls, slots: Spans, sessions: Spans) -> "Axis":
        """Lay out the tracks of both."""
        starts = np.concatenate([slots.start, sessions.start])
        ends = np.concatenate([slots.end, sessions.end])
        tracks = np.concatenate([slots.track, sessions.track])
        origin = int(starts.min(initial=np.iinfo(np.int64).max)) if len(starts) else 0
        span = int(ends.max()) - origin + 2 if len(ends) else 2
        count = int(tracks.max()) + 2 if len(tracks) else 1
        unit = max(1, -(-span * count // _ROOM))
        return cls(origin, unit, span // unit + 2)

    def floor(self, track: Ints, time: Ints) -> Ints:
        """Return the unit a time lies in."""
        return track * self.stride + (time - self.origin) // self.unit

    def ceil(self, track: Ints, time: Ints) -> Ints:
        """Return the first unit not before a time."""
        return track * self.stride - (self.origin - time) // self.unit


def _search(slots: Spans, sessions: Spans, rows: Ints, scale: Axis) -> tuple[Ints, Ints]:
    starts = scale.floor(sessions.track[rows], sessions.start[rows])
    order = np.argsort(starts, kind="stable")
    rows, starts = rows[order], starts[order]
    ends = np.maximum.accumulate(scale.ceil(sessions.track[rows], sessions.end[rows]))
    first = np.searchsorted(ends, scale.floor(slots.track, slots.start), "right")
    last = np.searchsorted(starts, scale.ceil(slots.track, slots.end), "left")
    slot, place = spread(np.maximum(last - first, 0))
    session = rows[first[slot] + place]
    meets = (
        (slots.track[slot] == sessions.track[session])
        & (slots.start[slot] < sessions.end[session])
        & (sessions.start[session] < slots.end[slot])
    )
    return slot[meets], session[meets]
