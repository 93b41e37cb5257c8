"""A capture beside counters: they say how much, its connections say when.

What a phone's counters tell of a time (buckets of its statistics, figures typed or of a backup)
includes every connection a capture lists of it. The counters know the SIM, and mobile data from
Wi-Fi; the capture knows the second. So connections inside the counters are never added to
them: they place the counted bytes in time, and bound from below what a part of a bucket holds.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import Flags, Floats, Ints
from esim_analysis.attribution.curve import Curve

NOBODY: Final = -1
UNSURE: Final = 0.02  # of a counter's bytes, placed by time alone: it is read every half hour
_SKEW: Final = 120_000_000  # µs by which clocks of phone and operator may differ


@dataclass(frozen=True, slots=True)
class Seen:
    """Rows of evidence: who (line and app), when (µs), how many bytes."""

    who: Ints
    start: Ints
    end: Ints
    bytes: Floats

    def take(self, rows: Ints | Flags) -> "Seen":
        """Return some of the rows."""
        return Seen(self.who[rows], self.start[rows], self.end[rows], self.bytes[rows])

    def covered(self, by: "Seen") -> Floats:
        """Return the share of each row's time in which `by` has a row of the same `who`."""
        if len(by.who) == 0:
            return np.zeros(len(self.who))
        curve = Curve.of(*_union(by))
        length = (self.end - self.start).astype(np.float64)
        found: Floats = np.clip(curve.between(self.who, self.start, self.end) / length, 0.0, 1.0)
        return np.where(found > 1 - 1e-9, 1.0, found)  # the curve is as fine as floats are


def _union(rows: Seen) -> tuple[Ints, Ints, Ints, Floats]:
    """Return the spans in which there is any row: who, start, end, length."""
    order = np.lexsort((rows.start, rows.who))
    who, start, end = rows.who[order], rows.start[order], rows.end[order]
    reach = pd.Series(end).groupby(who).cummax().to_numpy()
    begin = np.flatnonzero(
        np.append(True, (who[1:] != who[:-1]) | (start[1:] > reach[:-1]))[: len(who)]
    )
    until = reach[np.append(begin[1:], len(who)) - 1]
    return who[begin], start[begin], until, (until - start[begin]).astype(np.float64)


@dataclass(frozen=True, slots=True)
class Timing:
    """When the bytes of slots fell, as far as connections tell.

    Attributes
    ----------
    connections, fences
        Bytes over time, and bytes of connections open at an instant.
    who
        Track of each slot, `NOBODY` where no connection tells.
    told, share
        Bytes of its connections, and the share of its own bytes they place.
    elsewhere
        Bytes of its app that went another way in its time: Wi-Fi, another SIM; infinite
        where nobody counted them.
    listed, inside
        Bytes of all connections, and of those in the time of counters.
    """

    connections: Curve
    fences: "_Fences"
    who: Ints
    told: Floats
    share: Floats
    elsewhere: Floats
    listed: float
    inside: float

    @classmethod
    def of(cls, flows: Seen, slots: Seen, counted: Floats, *, listed: float) -> "Timing":
        """Read the connections of some slots.

        Parameters
        ----------
        flows
            Connections inside the counters.
        slots
            `who` is `NOBODY` where slots are not asked about.
        counted
            Bytes of all counters of the same app in the time of each slot.
        listed
            Bytes of all connections.
        """
        connections = Curve.of(flows.who, flows.start, flows.end, flows.bytes)
        asked = np.maximum(slots.who, 0)
        told = connections.between(asked, slots.start, slots.end) * (slots.who != NOBODY)
        everything = np.maximum(np.where(np.isfinite(counted), counted, slots.bytes), told)
        share = np.minimum(told / np.maximum(everything, 1.0), 1.0 - UNSURE)
        elsewhere = np.maximum(counted - slots.bytes, 0.0)
        return cls(
            connections=connections,
            fences=_Fences.of(flows),
            who=slots.who,
            told=told,
            share=share,
            elsewhere=elsewhere,
            listed=listed,
            inside=float(flows.bytes.sum()),
        )

    def placed(self, slot: Ints, start: Ints, end: Ints) -> Floats:
        """Return the share of a slot's bytes that connections place in [start, end)."""
        here = np.flatnonzero(self.who[slot] != NOBODY)
        found = np.zeros(len(slot))
        mine, end = slot[here], np.maximum(start, end)[here]
        volume = self.connections.between(self.who[mine], start[here], end)
        found[here] = self.share[mine] * volume / np.maximum(self.told[mine], 1e-9)
        return found

    def open(self, volume: Floats) -> Floats:
        """Return the share of each slot's bytes (`volume`) that may be anywhere in its time."""
        sure = np.maximum(self.told - self.elsewhere, 0.0) / np.maximum(volume, 1.0)
        found: Floats = 1.0 - np.minimum(sure, 1.0 - UNSURE)
        return found

    def of_pieces(self, slot: Ints, start: Ints, end: Ints, *, alone: Flags) -> Floats:
        """Return phone bytes that surely belong to each piece of a slot.

        Those of connections inside the piece, well away from its ends, less what may have
        gone another way. Nothing where several pieces share their time (sessions side by side,
        or cells of one slot: `alone` is False), since connections do not say whose they are.
        """
        here = np.flatnonzero((self.who[slot] != NOBODY) & alone & (end - start > 2 * _SKEW))
        here = here[np.lexsort((start[here], slot[here]))]
        mine, begin, until = slot[here], start[here] + _SKEW, end[here] - _SKEW
        who = self.who[mine]
        inside = self.connections.between(who, begin, until)
        inside -= self.fences.open_at(who, begin) + self.fences.open_at(who, until)
        crossing = (mine[1:] == mine[:-1]) & (begin[1:] < until[:-1])
        torn = np.isin(mine, mine[1:][crossing])
        found = np.zeros(len(slot))
        found[here] = np.where(torn, 0.0, np.maximum(inside - self.elsewhere[mine], 0.0))
        return found


@dataclass(frozen=True, slots=True)
class _Fences:
    """Bytes of connections begun, and of connections ended, until any instant."""

    origin: int
    stride: int
    begins: Floats
    begun: Floats
    ends: Floats
    ended: Floats

    @classmethod
    def of(cls, flows: Seen) -> "_Fences":
        """Sort connections by both of their ends."""
        origin = int(flows.start.min(initial=0)) if len(flows.start) else 0
        stride = int(flows.end.max(initial=0)) - origin + 2
        sides = []
        for time in (flows.start, flows.end):
            key = flows.who * float(stride) + (time - origin)
            order = np.argsort(key, kind="stable")
            sides += [key[order], np.r_[0.0, np.cumsum(flows.bytes[order])]]
        return cls(origin, stride, *sides)

    def open_at(self, who: Ints, time: Ints) -> Floats:
        """Return the bytes of connections that begin before an instant and end after it."""
        key = who * float(self.stride) + np.clip(time - self.origin, 0, self.stride - 1)
        begun = self.begun[np.searchsorted(self.begins, key, "left")]
        ended = self.ended[np.searchsorted(self.ends, key, "right")]
        found: Floats = np.maximum(begun - ended, 0.0)
        return found
