"""With the screen off: of which intervals the phone's own log says so, and of how much of them."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import INSTANT, Flags, Floats, Ints, micros
from esim_analysis.attribution.curve import Curve
from esim_analysis.model.screen import OFF, ON

_WHOLLY: Final = 0.999
_HARDLY: Final = 0.001


@dataclass(frozen=True, slots=True)
class Dark:
    """Intervals against the screen.

    Attributes
    ----------
    known
        The log tells the state of the screen for the whole interval.
    off
        Share of it with the screen off, 0 to 1; of one that is not known, of what is.
    """

    known: Flags
    off: Floats

    @classmethod
    def of(cls, screen: pd.DataFrame, start: Ints, end: Ints) -> Self:
        """Compare intervals (µs) with `model.screen.SCREEN`."""
        length = np.maximum(end - start, INSTANT)
        off, on = (_time_in(screen, state, start, start + length) for state in (OFF, ON))
        return cls((off + on) >= _WHOLLY * length, np.minimum(off / length, 1.0))

    @property
    def wholly(self) -> Flags:
        """Mark intervals in which the screen was off all the time."""
        return self.known & (self.off >= _WHOLLY)

    @property
    def never(self) -> Flags:
        """Mark intervals in which the screen was on all the time."""
        return self.known & (self.off <= _HARDLY)


def _time_in(screen: pd.DataFrame, state: str, start: Ints, end: Ints) -> Floats:
    """Return the µs of each interval that the screen was in a state."""
    spans = screen[screen["state"] == state].sort_values(["start_utc", "end_utc"])
    begin, until = micros(spans["start_utc"]), micros(spans["end_utc"])
    if len(begin) == 0:
        return np.zeros(len(start))
    # Two logs of one day tell the same again.
    reached = np.append(begin[:1], np.maximum.accumulate(until)[:-1])
    begin = np.minimum(np.maximum(begin, reached), until)
    fresh = until > begin
    begin, until = begin[fresh], until[fresh]
    nobody = np.zeros(len(begin), dtype=np.int64)
    curve = Curve.of(nobody, begin, until, (until - begin).astype(np.float64))
    return curve.between(np.zeros(len(start), dtype=np.int64), start, end)
