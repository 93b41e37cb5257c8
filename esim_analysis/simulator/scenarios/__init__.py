"""One file a scenario; a new one is added to `SCENARIOS`."""

from collections.abc import Callable
from typing import Final

from esim_analysis.simulator.outcome import Outcome
from esim_analysis.simulator.scenarios import iphone_night, xiaoli

SCENARIOS: Final[dict[str, Callable[[], Outcome]]] = {
    xiaoli.NAME: xiaoli.simulate,
    iphone_night.NAME: iphone_night.simulate,
}
