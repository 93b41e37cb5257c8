"""The phone's bytes as a running total over time, one curve a SIM."""

from dataclasses import dataclass

import numpy as np

from esim_analysis.attribution.bill import Floats, Ints


@dataclass(frozen=True, slots=True)
class Curve:
    """Bytes since each SIM's beginning, piecewise linear; SIMs laid end to end on one axis.

    A SIM's total begins at nought, so that what it says does not hang on the SIMs before it.
    """

    origin: int
    stride: int
    at: Floats
    total: Floats

    @classmethod
    def of(cls, sim: Ints, start: Ints, end: Ints, volume: Floats) -> "Curve":
        """Build the curve of intervals [start, end) µs with their bytes."""
        if len(start) == 0:
            return cls(0, 1, np.zeros(1), np.zeros(1))
        origin = int(start.min())
        stride = 3 * (int(end.max()) - origin) + 1
        rate = volume / (end - start)
        begins = sim * float(stride) + (start - origin)
        ends = sim * float(stride) + (end - origin)
        base = np.unique(sim) * float(stride)
        # The edges of each SIM's stretch: between two of them nothing moves.
        edges = np.r_[base, base + stride // 3]
        at, place = np.unique(np.r_[begins, ends, edges], return_inverse=True)
        change = np.bincount(place, np.r_[rate, -rate, np.zeros(len(edges))], len(at))
        pace = np.maximum(np.cumsum(change), 0.0)[:-1]
        total = np.r_[0.0, np.cumsum(pace * np.diff(at))]
        first = place[-len(edges) : -len(base)]
        return cls(
            origin, stride, at, total - np.repeat(total[first], np.diff(np.r_[first, len(at)]))
        )

    def between(self, sim: Ints, start: Ints, end: Ints) -> Floats:
        """Return the bytes of each SIM between `start` and `end` (µs)."""
        reach = self.stride // 3
        base = sim * float(self.stride)
        begins = base + np.clip(start - self.origin, 0, reach)
        ends = base + np.clip(end - self.origin, 0, reach)
        found: Floats = np.interp(ends, self.at, self.total) - np.interp(
            begins, self.at, self.total
        )
        return found
