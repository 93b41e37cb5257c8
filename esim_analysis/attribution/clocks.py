"""The clock check: whether the bill's clock is the phone's clock.

The phone's running total is read at the bill's session edges under each candidate offset
(bill minus phone). The offset whose differences come nearest to the billed bytes wins, but
only when the second best is clearly worse.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import Bill, Flags, Floats, Ints
from esim_analysis.attribution.curve import Curve
from esim_analysis.attribution.phone import Phone
from esim_analysis.attribution.sims import NO_SIM
from esim_analysis.model import ClockCheck

HOUR: Final = 3_600_000_000  # µs
_HOURS: Final = range(-12, 15)
_MARGIN: Final = 0.10
_LEAST_DAYS: Final = 7
_LEAST_SESSIONS: Final = 8
_LEAST_BYTES: Final = 100_000
_MOST_SESSIONS: Final = 20_000
_MOST_SLOTS: Final = 400_000
_LONG: Final = 20 * HOUR  # sessions of a day fit many offsets alike
_FEWEST_RATIOS: Final = 4
_NEVER_BETTER: Final = (
    0.05  # misfit no bill is below; keeps the ends of a flat series from deciding
)


def check_clock(bill: Bill, phone: Phone, sim: Ints, rows: Flags) -> ClockCheck:
    """Scan whole hours for the offset between bill and phone.

    Parameters
    ----------
    sim
        SIM of each billed row, `NO_SIM` for none.
    rows
        Billed rows to look at.

    Returns
    -------
    ClockCheck
        `"cannot_tell"` with fewer than seven days, with daily records, or when the
        second best offset is less than 10 % worse.
    """
    use = np.flatnonzero(rows & bill.divides & bill.clocked & (sim != NO_SIM))
    if len(use) > _MOST_SESSIONS:
        use = use[: np.searchsorted(use, use[_MOST_SESSIONS])]
    slots = np.flatnonzero(np.isin(phone.sim, np.unique(sim[use])))
    if len(use) < _LEAST_SESSIONS or len(slots) == 0:
        return ClockCheck("cannot_tell")
    slots = slots[:_MOST_SLOTS]
    curve = Curve.of(phone.sim[slots], phone.start[slots], phone.end[slots], phone.volume[slots])
    clock = _Clock(
        curve, sim[use], bill.start[use], bill.end[use], bill.measured[use].astype(np.float64)
    )
    scores = pd.DataFrame(
        {
            "offset_minutes": [60 * hours for hours in _HOURS],
            "score": [clock.score(hours) for hours in _HOURS],
        }
    )
    return _verdict(scores, bill, use)


@dataclass(frozen=True, slots=True)
class _Clock:
    """Billed sessions against the phone's running total."""

    curve: Curve
    sim: Ints
    start: Ints
    end: Ints
    billed: Floats

    def score(self, hours: int) -> float:
        """Return the share of the bill that does not fit at an offset."""
        shift = hours * HOUR
        seen = self.curve.between(self.sim, self.start - shift, self.end - shift)
        heard = seen > _LEAST_BYTES
        ratio = 1.0
        if heard.sum() >= _FEWEST_RATIOS:
            ratio = float(np.clip(np.median(self.billed[heard] / seen[heard]), 0.5, 2.0))
        return float(np.abs(self.billed - ratio * seen).sum() / self.billed.sum())


def _verdict(scores: pd.DataFrame, bill: Bill, use: Ints) -> ClockCheck:
    ordered = scores.sort_values("score", kind="stable")
    best, second = ordered.iloc[0], ordered.iloc[1]
    score = float(best["score"])
    margin = (float(second["score"]) - score) / max(score, _NEVER_BETTER)
    days = (bill.end[use].max() - bill.start[use].min()) / (24 * HOUR)
    daily = float(np.median(bill.length[use])) >= _LONG
    offset = int(best["offset_minutes"])
    if margin <= _MARGIN or days < _LEAST_DAYS or daily:
        return ClockCheck("cannot_tell", 0, score, margin, scores)
    return ClockCheck("shifted" if offset else "agrees", offset, score, margin, scores)
