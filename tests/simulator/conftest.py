import pytest

from esim_analysis.simulator.outcome import Outcome
from esim_analysis.simulator.scenarios import xiaoli


@pytest.fixture(scope="session")
def outcome() -> Outcome:
    return xiaoli.simulate()
