"""Wi-Fi: whether the evidence counts Wi-Fi as if it were mobile data."""

from typing import Final

from esim_analysis.attribution.hypotheses import units, vpn, zero_rating
from esim_analysis.attribution.hypotheses.sides import Sides, whole
from esim_analysis.model import Hypothesis
from esim_analysis.model.reconciliation import CANNOT_TELL, CONTRADICTS, EXPLAINS

CAUSE: Final = "wifi"
_MOST: Final = 0.5  # of the surplus that must be of a network nobody named


def test(sides: Sides) -> Hypothesis:
    """Ask whether the evidence keeps Wi-Fi apart, where the phone saw more than was billed."""
    frame = sides.evidence.frame
    volume = frame[["bytes_up", "bytes_down"]].sum(axis=1)
    wifi = whole(volume[frame["interface"] == "wifi"].sum())
    unnamed = whole(sides.phone.loc[~sides.phone["sure"], "seen"].sum())
    surplus = whole(sides.surplus.sum())
    facts = {"wifi": wifi, "unnamed": unnamed, "surplus": surplus}
    if not sides.notable_surplus:
        return Hypothesis(
            cause=CAUSE, verdict=CONTRADICTS, outcome="none", part="phone", facts=facts
        )
    if wifi and unnamed < _MOST * surplus:
        return Hypothesis(
            cause=CAUSE, verdict=CONTRADICTS, outcome="apart", part="phone", facts=facts
        )
    others = (units.test(sides), vpn.test(sides), zero_rating.test(sides))
    if any(other.verdict == EXPLAINS for other in others):
        return Hypothesis(
            cause=CAUSE, verdict=CANNOT_TELL, outcome="after_other", part="phone", facts=facts
        )
    return Hypothesis(
        cause=CAUSE,
        verdict=EXPLAINS,
        outcome="mixed",
        part="phone",
        bytes=surplus,
        low=surplus,
        high=max(whole(unnamed), surplus),
        facts=facts,
    )
