"""Missing window: whether the evidence says nothing at all of some of the billed time."""

from typing import Final

from esim_analysis.attribution.hypotheses.sides import NOTABLE, Facts, Sides
from esim_analysis.model import Hypothesis
from esim_analysis.model.clock import local_day
from esim_analysis.model.reconciliation import CONTRADICTS, EXPLAINS

CAUSE: Final = "missing_window"


def test(sides: Sides) -> Hypothesis:
    """Sum what was billed while the phone's evidence is silent on every network."""
    unheard = sides.unheard
    volume = int(unheard.sum())
    facts: Facts = {"share": round(volume / max(sides.gap, 1), 4)}
    if volume <= NOTABLE * sides.billed:
        return Hypothesis(cause=CAUSE, verdict=CONTRADICTS, outcome="spoken", facts=facts)
    starts = sides.usage.frame.loc[(unheard > 0).to_numpy(), "start_utc"]
    days = local_day(starts, sides.attribution.zone.value)
    told: Facts = {"days": int(days.nunique()), "first": str(days.min()), "last": str(days.max())}
    return Hypothesis(
        cause=CAUSE,
        verdict=EXPLAINS,
        outcome="silent",
        bytes=volume,
        low=volume,
        high=volume,
        facts={**facts, **told},
    )
