from pathlib import Path

import pytest

from esim_analysis.model import UsageError
from esim_analysis.simulator import SCENARIOS, simulate
from esim_analysis.simulator.scenarios import iphone_night, xiaoli


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_committed_sample_is_what_the_simulator_writes(scenario, tmp_path, sample_data):
    written = simulate(scenario, tmp_path)
    names = {path.relative_to(tmp_path) for path in written}
    here = {path.relative_to(sample_data) for path in (sample_data / scenario).iterdir()}
    assert here == {name for name in names if name.parts[0] == scenario}
    for name in names:
        assert (tmp_path / name).read_bytes() == (sample_data / name).read_bytes(), str(name)


@pytest.mark.parametrize("life", [xiaoli.simulate, iphone_night.simulate])
def test_the_same_seed_tells_the_same_life_and_another_seed_another(life):
    assert life(5) == life(5)
    assert life(5).files != life(6).files


def test_every_file_of_truth_belongs_to_a_scenario(sample_data):
    truths = {path.name for path in (sample_data / "truth").iterdir()}
    written = {name for life in SCENARIOS.values() for name in life().truth}
    assert truths == written


def test_samples_stay_small(sample_data):
    assert (sample_data / "xiaoli" / "netstats.txt").stat().st_size <= 600_000


def test_an_unknown_scenario_is_refused_with_the_known_ones(tmp_path: Path):
    with pytest.raises(UsageError, match=r"unknown scenario 'xiaoly'; known are xiaoli"):
        simulate("xiaoly", tmp_path)
