"""One file a scenario; a new one is added to `SCENARIOS`."""

from collections.abc import Callable
from typing import Final

from esim_analysis.simulator.outcome import Outcome
from esim_analysis.simulator.scenarios import (
    fleet_200,
    iphone_night,
    xiaoli,
    xiaoli_bills,
    xiaoli_november,
)

SCENARIOS: Final[dict[str, Callable[[], Outcome]]] = {
    xiaoli.NAME: xiaoli.simulate,
    xiaoli_november.NAME: xiaoli_november.simulate,
    xiaoli_bills.BILL: xiaoli_bills.simulate_bill,
    xiaoli_bills.DAILY: xiaoli_bills.simulate_daily,
    iphone_night.NAME: iphone_night.simulate,
}
LARGE: Final[dict[str, Callable[[], Outcome]]] = {
    fleet_200.SMALL: fleet_200.simulate_small,
    fleet_200.NAME: fleet_200.simulate,
}
"""Scenarios too large to keep a copy of."""
