"""One typed listing a day against a balance every morning and night, in the laboratory's formats."""

import json

import pytest

import esim_analysis as esim
from esim_analysis.simulator.laboratory import life


def _opened(folder, *leaks, seed):
    outcome = life(*leaks, seed=seed, operator="balances", evidence=("typed",), days=14)
    outcome.write(folder, "life")
    return esim.open_case(folder / "life"), json.loads(outcome.truth["truth.json"])


@pytest.mark.parametrize("seed", [103, 104])
def test_the_band_of_a_finding_holds_how_a_listing_is_divided_over_two_bills(tmp_path, seed):
    case, truth = _opened(tmp_path, "background_sync", seed=seed)
    (planted,) = truth["planted"]
    finding = next(one for one in case.findings() if one.rule == "background_sync")
    assert finding.app == planted["app"]
    assert finding.bytes_low <= planted["billed_bytes"] <= finding.bytes_high
    # Other days tell that the nights are its own.
    assert finding.bytes == pytest.approx(planted["billed_bytes"], rel=0.15)
    # What the bill of the day cannot hold surely lies in the night, whatever midnight cuts off.
    assert finding.bytes_low > 0.4 * finding.bytes
    # Each night shares its listing with a day: so much is not sure.
    assert finding.bytes_high - finding.bytes_low > 0.2 * finding.bytes


def test_without_the_leak_the_same_readings_name_no_app(tmp_path):
    case, _ = _opened(tmp_path, seed=103)
    assert [one for one in case.findings() if one.rule == "background_sync"] == []
