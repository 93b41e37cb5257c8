"""VPN: whether everything was counted twice, for the app and for the tunnel that carried it."""

from typing import Final

from esim_analysis.attribution.hypotheses.sides import Sides, whole
from esim_analysis.model import Hypothesis
from esim_analysis.model.reconciliation import CONTRADICTS, EXPLAINS

CAUSE: Final = "vpn"
_ALIKE: Final = 0.10  # of the phone's bytes by which a copy may stray from what it copies


def test(sides: Sides) -> Hypothesis:
    """Look for an app whose bytes are, stretch by stretch, the sum of all others'."""
    cells = sides.cells
    total = cells["stretch"].map(sides.stretches["seen"])
    # An app that carried the others has half of each stretch in which they were busy.
    apart = (cells["seen"] - (total - cells["seen"])).abs()
    silent = sides.stretches["seen"].sum() - total.groupby(cells["app"]).sum()
    stray = (apart.groupby(cells["app"]).sum() + silent) / max(sides.seen, 1)
    if stray.empty or float(stray.min()) > _ALIKE or not sides.notable_surplus:
        return Hypothesis(cause=CAUSE, verdict=CONTRADICTS, outcome="no_copy", part="phone")
    app = str(stray.idxmin())
    volume = whole(cells.loc[cells["app"] == app, "seen"].sum())
    return Hypothesis(
        cause=CAUSE,
        verdict=EXPLAINS,
        outcome="copy",
        part="phone",
        bytes=volume,
        low=volume,
        high=volume,
        facts={"app": app, "stray": round(float(stray.min()), 4)},
    )
