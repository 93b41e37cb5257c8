"""Retransmission: whether the operator counts more for each byte than is usual."""

from typing import Final

from esim_analysis.attribution.hypotheses import rounding, units
from esim_analysis.attribution.hypotheses.sides import CENTRE, USUAL, Sides, whole
from esim_analysis.model import Hypothesis
from esim_analysis.model.reconciliation import CANNOT_TELL, CONTRADICTS, EXPLAINS

CAUSE: Final = "retransmission"
_REACH: Final = 1.20  # beyond this no network is known to repeat itself


def test(sides: Sides) -> Hypothesis:
    """Ask whether bill ÷ phone is the same at all times, and above the usual."""
    ratio = sides.ratio
    facts = {"ratio": round(ratio.point, 4), "low": USUAL[0], "high": USUAL[1]}
    if not ratio.firm:
        return Hypothesis(
            cause=CAUSE, verdict=CANNOT_TELL, outcome="loose", part="overhead", facts=facts
        )
    if not USUAL[1] < ratio.point <= _REACH:
        return Hypothesis(
            cause=CAUSE, verdict=CONTRADICTS, outcome="usual", part="overhead", facts=facts
        )
    for other, outcome in (
        (units.test(sides).verdict == EXPLAINS, "after_units"),
        (rounding.coarse(sides), "after_rounding"),
    ):
        if other:
            return Hypothesis(
                cause=CAUSE, verdict=CANNOT_TELL, outcome=outcome, part="overhead", facts=facts
            )
    volume = whole(sides.seen * (ratio.point - CENTRE))
    return Hypothesis(
        cause=CAUSE,
        verdict=EXPLAINS,
        outcome="above",
        part="overhead",
        bytes=volume,
        low=whole(sides.seen * (ratio.point - USUAL[1])),
        high=whole(sides.seen * (ratio.point - USUAL[0])),
        facts=facts,
    )
