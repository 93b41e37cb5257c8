"""Wrong SIM: whether the evidence belongs to another SIM than the bill."""

from typing import Final

from esim_analysis.attribution.hypotheses.sides import Sides
from esim_analysis.model import Hypothesis
from esim_analysis.model.reconciliation import CANNOT_TELL, CONTRADICTS, EXPLAINS

CAUSE: Final = "wrong_sim"
_APART: Final = 0.25  # of both sides that do not meet, in the time both speak of


def test(sides: Sides) -> Hypothesis:
    """Ask whether much of the bill is unseen while much of the phone is unbilled, at no offset."""
    spoken = sides.gap - int(sides.unheard.sum())
    unseen = spoken / max(sides.billed, 1)
    unbilled = float(sides.surplus.sum()) / max(sides.seen * sides.usual[0], 1.0)
    facts = {"unseen": round(unseen, 4), "unbilled": round(unbilled, 4)}
    clock = sides.attribution.clock
    if clock.verdict != "cannot_tell":
        return Hypothesis(cause=CAUSE, verdict=CONTRADICTS, outcome="in_step", facts=facts)
    if unseen > _APART and unbilled > _APART:
        if len(clock.scores) and clock.scores["score"].min() < _APART:
            return Hypothesis(cause=CAUSE, verdict=CANNOT_TELL, outcome="moved", facts=facts)
        low, high = sides.gap_band
        return Hypothesis(
            cause=CAUSE,
            verdict=EXPLAINS,
            outcome="never_meet",
            bytes=spoken,
            low=min(low, spoken),
            high=max(high, spoken),
            facts=facts,
        )
    if unseen < _APART and unbilled < _APART:
        return Hypothesis(cause=CAUSE, verdict=CONTRADICTS, outcome="meet", facts=facts)
    return Hypothesis(cause=CAUSE, verdict=CANNOT_TELL, outcome="one_sided", facts=facts)
