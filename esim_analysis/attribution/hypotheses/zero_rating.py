"""Zero-rating: whether the traffic of one app is carried without being billed."""

from typing import Final

from esim_analysis.attribution.hypotheses import units, vpn
from esim_analysis.attribution.hypotheses.sides import Facts, Sides, named_apps, whole
from esim_analysis.model import Hypothesis
from esim_analysis.model.reconciliation import CANNOT_TELL, CONTRADICTS, EXPLAINS

CAUSE: Final = "zero_rating"
_CURED: Final = 0.75  # of the surplus that goes when the app is left out
_HARM: Final = 0.2  # of what is cured: what leaving it out may leave unexplained instead


def test(sides: Sides) -> Hypothesis:
    """Leave out each app in turn and see whether what was not billed goes with it."""
    surplus = float(sides.surplus.sum())
    free = sides.usage.frame["zero_rated"].fillna(value=False).astype(bool)
    flagged = int(sides.records.loc[free, "billed"].sum())
    facts: Facts = {"flagged": flagged}
    if not sides.notable_surplus:
        return Hypothesis(
            cause=CAUSE, verdict=CONTRADICTS, outcome="none", part="phone", facts=facts
        )
    if any(other.test(sides).verdict == EXPLAINS for other in (vpn, units)):
        return Hypothesis(
            cause=CAUSE, verdict=CANNOT_TELL, outcome="distorted", part="phone", facts=facts
        )
    least, most = sides.usual
    cells = named_apps(sides.cells)
    sums = sides.stretches[["billed", "seen"]].rename(columns={"seen": "seen_all"})
    cells = cells.join(sums, on="stretch")
    rest = cells["seen_all"] - cells["seen"]
    before = cells["stretch"].map(sides.surplus)
    after = (rest * least - cells["billed"]).clip(lower=0.0)
    open_now = (cells["billed"] - rest * most).clip(lower=0.0)
    open_before = (cells["billed"] - cells["seen_all"] * most).clip(lower=0.0)
    scores = cells.assign(cured=(before - after).clip(lower=0.0), harm=open_now - open_before)
    scores = scores.groupby("app")[["cured", "harm"]].sum()
    worth = scores["cured"] - scores["harm"]
    best = str(worth.idxmax())
    cured, harm = float(scores["cured"][best]), float(scores["harm"][best])
    facts |= {"app": best, "share": round(cured / surplus, 4)}
    if cured < _CURED * surplus or harm > _HARM * cured:
        return Hypothesis(
            cause=CAUSE, verdict=CONTRADICTS, outcome="no_app", part="phone", facts=facts
        )
    volume = whole(cured)
    high = whole(cells.loc[cells["app"] == best, "seen"].sum() * most)
    return Hypothesis(
        cause=CAUSE,
        verdict=EXPLAINS,
        outcome="one_app",
        part="phone",
        bytes=volume,
        low=volume,
        high=max(high, volume),
        facts=facts,
    )
