"""Second profile: whether the phone counts what none of its listed apps has."""

from typing import Final

from esim_analysis.attribution.bill import micros
from esim_analysis.attribution.hypotheses import hotspot
from esim_analysis.attribution.hypotheses.sides import Sides, whole
from esim_analysis.model import Hypothesis
from esim_analysis.model.reconciliation import CANNOT_TELL, CONTRADICTS, EXPLAINS

CAUSE: Final = "second_profile"
_MUCH: Final = 0.5  # of what is open, that the interfaces must have counted


def test(sides: Sides) -> Hypothesis:
    """Compare the phone's totals by interface with the sum of its apps, on the billed SIMs."""
    device = _device(sides)
    if device is None:
        return Hypothesis(cause=CAUSE, verdict=CANNOT_TELL, outcome="no_totals")
    overhead = sides.attribution.overhead
    beyond = max(device - sides.seen, 0)
    left = sides.records["unattributed"] - sides.unheard
    volume = min(whole(beyond * overhead.point), int(left.sum()))
    facts = {"device": device, "apps": sides.seen}
    if not sides.notable_gap or volume < _MUCH * int(left.sum()):
        return Hypothesis(cause=CAUSE, verdict=CONTRADICTS, outcome="sums", facts=facts)
    busy, days = hotspot.busiest_days(sides, left)
    if busy <= max(hotspot.FEW_DAYS * days, 1):
        return Hypothesis(cause=CAUSE, verdict=CANNOT_TELL, outcome="few_days", facts=facts)
    return Hypothesis(
        cause=CAUSE,
        verdict=EXPLAINS,
        outcome="beyond_apps",
        bytes=volume,
        low=min(whole(beyond * overhead.low), volume),
        high=max(whole(beyond * overhead.high), volume),
        facts=facts,
    )


def _device(sides: Sides) -> int | None:
    """Return mobile bytes of the phone's interfaces on the billed SIMs, in the billed time."""
    totals = sides.evidence.device_totals
    plmns = set(sides.attribution.sims.values())
    mine = totals[(totals["interface"] == "cellular") & totals["sim_plmn"].isin(plmns)]
    if mine.empty or sides.records.empty:
        return None
    since, until = sides.phone["start"].min(), sides.phone["end"].max()
    inside = (micros(mine["end_utc"]) > since) & (micros(mine["start_utc"]) < until)
    return whole(mine.loc[inside, ["bytes_up", "bytes_down"]].sum().sum())
