"""Why bill and phone differ: one file a named cause, each a pure test of both sides.

A test returns a `Hypothesis`: what was asked is in the catalogues under
`reconciliation.asked_<cause>`, what was seen under `reconciliation.<cause>_<outcome>`.
"""

from collections.abc import Callable, Mapping
from typing import Final

from esim_analysis.attribution.hypotheses import (
    clock,
    hotspot,
    late_records,
    missing_window,
    retransmission,
    rounding,
    second_profile,
    units,
    vpn,
    wifi,
    wrong_sim,
    zero_rating,
)
from esim_analysis.attribution.hypotheses.sides import Sides
from esim_analysis.attribution.hypotheses.steps import steps
from esim_analysis.model import (
    Attribution,
    Decision,
    Evidence,
    Hypothesis,
    Reconciliation,
    UsageRecords,
)
from esim_analysis.model.reconciliation import CANNOT_TELL, CONTRADICTS, EXPLAINS

__all__ = ["CAUSES", "reconcile"]

# In the order of the screen. The first four would spoil what the others look at.
CAUSES: Final[dict[str, Callable[[Sides], Hypothesis]]] = {
    module.CAUSE: module.test
    for module in (
        units,
        clock,
        wrong_sim,
        vpn,
        wifi,
        hotspot,
        second_profile,
        missing_window,
        late_records,
        zero_rating,
        rounding,
        retransmission,
    )
}
_SPOILING: Final = (units.CAUSE, clock.CAUSE, wrong_sim.CAUSE, vpn.CAUSE)
_ORDER: Final = (EXPLAINS, CANNOT_TELL, CONTRADICTS)
_PLACES: Final = {cause: place for place, cause in enumerate(CAUSES)}


def reconcile(
    usage: UsageRecords,
    evidence: Evidence,
    attribution: Attribution,
    *,
    overruled: Mapping[str, Decision] | None = None,
) -> Reconciliation:
    """Test every named cause of a disagreement between bill and phone.

    Parameters
    ----------
    overruled
        How a file was first read, by source id, where the phone's evidence made us read
        it otherwise; such a cause is put right already and still named.

    Returns
    -------
    Reconciliation
        Without evidence that has bytes every test ends in "cannot tell".
    """
    sides = Sides(usage, evidence, attribution, overruled or {})
    if sides.phone.empty:
        tests = [
            Hypothesis(cause=cause, verdict=CANNOT_TELL, outcome="no_evidence") for cause in CAUSES
        ]
        return Reconciliation(sides.billed, 0, 0, tuple(tests), steps(sides, tests))
    tests = sorted((test(sides) for test in CAUSES.values()), key=_rank)
    surplus = round(float(sides.surplus.sum()))
    return Reconciliation(sides.billed, sides.seen, surplus, tuple(tests), steps(sides, tests))


def _rank(test: Hypothesis) -> tuple[int, bool, int, int]:
    return (
        _ORDER.index(test.verdict),
        test.cause not in _SPOILING,
        -test.bytes,
        _PLACES[test.cause],
    )
