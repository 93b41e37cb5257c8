"""Much data that somebody wanted: the rules are silent, or tell it for information."""

import json

import pytest

import esim_analysis as esim
from esim_analysis.simulator.laboratory import OCCASIONS, life

RUNGS = ("netstats", "capture")


@pytest.mark.parametrize("rung", RUNGS)
@pytest.mark.parametrize("occasion", OCCASIONS)
def test_what_was_wanted_is_told_for_information_at_most(occasion, rung, tmp_path):
    outcome = life(occasion, seed=21, evidence=(rung,), days=14)
    app = json.loads(outcome.truth["truth.json"])["planted"][0]["app"]
    outcome.write(tmp_path, "life")
    findings = esim.open_case(tmp_path / "life").analysis.findings
    about = [one for one in findings if one.app == app or one.facts.get("seen_app") == app]
    assert {str(one.severity) for one in about} <= {"info"}
