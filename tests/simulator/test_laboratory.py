"""Lives of the laboratory: lived, written in real formats, read again, and recovered."""

import io
import json

import pandas as pd
import pytest

import esim_analysis as esim
from esim_analysis.model import RESIDUALS, UsageError
from esim_analysis.simulator.laboratory import LEAKS, OPERATORS, RUNGS, life
from esim_analysis.simulator.laboratory.person import LEXI

COARSE = {"balances": 10_000_000, "total": 10_000_000, "bill": 14 * 5_000}  # bytes, as printed
NEAR = {"daily": 0.03, "bill": 0.03}  # midnight lies inside a bucket of the phone


def _in_default_run(parts, few):
    """Return every part; those that are not of the few are read at night only."""
    return [
        name if name in few else pytest.param(name, marks=pytest.mark.nightly) for name in parts
    ]


def truth_of(outcome):
    return json.loads(outcome.truth["truth.json"])


def opened(outcome, folder):
    outcome.write(folder, "life")
    return esim.open_case(folder / "life")


def test_the_same_seed_tells_the_same_life_and_another_seed_another():
    assert life("surge", seed=3, days=14) == life("surge", seed=3, days=14)
    assert life("surge", seed=3, days=14).files != life("surge", seed=4, days=14).files


@pytest.mark.parametrize("kind", LEAKS)
def test_a_planted_leak_is_in_the_truth_to_the_byte_and_changes_nothing_else(kind):
    without, planted = life(seed=8, days=14, evidence=()), life(kind, seed=8, days=14, evidence=())
    truth = truth_of(planted)
    (leak,) = truth["planted"]
    day = pd.read_csv(io.BytesIO(planted.truth["truth_day.csv"]))
    assert leak["billed_bytes"] > 0
    assert int(day["billed_bytes"].sum()) == truth["billed_bytes"]
    events = [event for event in truth["events"] if event["event"] == kind]
    assert sum(event["billed_bytes"] for event in events) == leak["billed_bytes"]
    added = truth["phone_bytes"] - truth_of(without)["phone_bytes"]
    if kind not in ("roaming", "background_sync", "night_drip"):  # these change networks as well
        assert added == leak["phone_bytes"]


@pytest.mark.parametrize("operator", _in_default_run(OPERATORS, {"sessions", "parts", "bill"}))
def test_every_export_shape_is_read_back_whole_and_the_culprit_recovered(operator, tmp_path):
    outcome = life("background_sync", seed=3, operator=operator, days=14)
    truth, case = truth_of(outcome), opened(outcome, tmp_path)
    assert not case.analysis.problems
    billed = int(case.usage.billed.sum())
    assert abs(billed - truth["billed_bytes"]) <= COARSE.get(operator, 0)
    parts = case.attribution().by_record
    whole = parts[["attributed", *RESIDUALS]].sum(axis=1)
    assert (whole == parts["billed"]).all()
    lexi = case.attribution().by_cycle.set_index("app").loc[LEXI]
    true = sum(truth["billed_bytes_by_app"][LEXI].values())
    assert lexi["bytes_low"] <= true <= lexi["bytes_high"]
    if operator not in ("balances", "total"):  # typed figures carry their band, not a point
        assert lexi["bytes"] == pytest.approx(true, rel=NEAR.get(operator, 0.01))


@pytest.mark.parametrize("rung", _in_default_run(RUNGS, {"typed", "privacy", "capture"}))
def test_every_rung_of_evidence_is_read_and_says_what_it_can(rung, tmp_path):
    outcome = life("background_sync", seed=4, evidence=(rung,), days=14)
    truth, case = truth_of(outcome), opened(outcome, tmp_path)
    assert not case.analysis.problems
    assert int(case.usage.billed.sum()) == truth["billed_bytes"]
    apps = case.attribution().by_cycle.set_index("app")
    true = sum(truth["billed_bytes_by_app"][LEXI].values())
    if rung == "privacy":  # contacts without bytes: nothing can be given to an app
        assert apps.index.tolist() == ["unattributed"]
    else:
        lexi = apps.loc["uid:10142" if rung == "nameless" else LEXI]
        assert lexi["bytes_low"] <= true <= lexi["bytes_high"]


def test_parts_can_be_combined(tmp_path):
    outcome = life("hotspot", "roaming", seed=6, operator="parts", evidence=("capture",), days=14)
    case = opened(outcome, tmp_path)
    assert {leak["kind"] for leak in truth_of(outcome)["planted"]} == {"hotspot", "roaming"}
    assert set(case.usage.frame["country"]) == {"ES", "CH"}
    assert case.evidence.frame["remote_host"].notna().any()


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        ({"operator": "smoke signals"}, "the laboratory has no 'smoke signals'; known are sess"),
        ({"evidence": ("tea",)}, "the laboratory has no 'tea'; known are typed"),
        ({"twist": "plot"}, "the laboratory has no 'plot'; known are none, units"),
    ],
)
def test_an_unknown_part_is_refused_with_the_known_ones(parts, sentence):
    with pytest.raises(UsageError, match=sentence):
        life(seed=1, **parts)
