"""Hotspot: whether another device used the line without the phone's counters seeing it."""

from typing import Final

import pandas as pd

from esim_analysis.attribution.hypotheses.sides import Sides
from esim_analysis.model import TETHERING, Hypothesis
from esim_analysis.model.clock import local_day
from esim_analysis.model.reconciliation import CANNOT_TELL, CONTRADICTS, EXPLAINS

CAUSE: Final = "hotspot"
LEAST: Final = 100_000_000  # a laptop moves this in minutes
MOST_OF_IT: Final = 0.8
FEW_DAYS: Final = 0.25  # of the billed days, that hold most of what is open


def test(sides: Sides) -> Hypothesis:
    """Ask whether what is open is concentrated on few days and no counter tells of a hotspot."""
    left = sides.records["unattributed"] - sides.unheard
    volume = int(left.sum())
    counted = int(sides.phone.loc[sides.phone["app"] == TETHERING, "seen"].sum())
    busy, days = busiest_days(sides, left)
    facts = {"days": busy, "of_days": days, "counted": counted}
    if not sides.notable_gap or volume < LEAST:
        return Hypothesis(cause=CAUSE, verdict=CONTRADICTS, outcome="none", facts=facts)
    if busy > max(FEW_DAYS * days, 1):
        return Hypothesis(cause=CAUSE, verdict=CONTRADICTS, outcome="spread", facts=facts)
    if counted:
        return Hypothesis(cause=CAUSE, verdict=CANNOT_TELL, outcome="counted", facts=facts)
    low, high = sides.gap_band
    return Hypothesis(
        cause=CAUSE,
        verdict=EXPLAINS,
        outcome="concentrated",
        bytes=volume,
        low=min(low, volume),
        high=max(min(high, sides.billed), volume),
        facts=facts,
    )


def busiest_days(sides: Sides, left: "pd.Series[int]") -> tuple[int, int]:
    """Return how many days hold most of `left` (bytes a record), and how many were billed."""
    day = local_day(sides.usage.frame["start_utc"], sides.attribution.zone.value)
    by_day = left.groupby(day.to_numpy()).sum().sort_values(ascending=False)
    if by_day.sum() <= 0:
        return 0, len(by_day)
    held = by_day.cumsum() / by_day.sum()
    return int((held < MOST_OF_IT).sum()) + 1, len(by_day)
