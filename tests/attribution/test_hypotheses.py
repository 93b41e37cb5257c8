"""Planted disagreements: each is named first, and where none is planted none is named."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from esim_analysis.attribution import attribute, hypotheses, propose, reconcile
from esim_analysis.i18n import keys
from esim_analysis.importers.reading import read
from esim_analysis.model import (
    Choice,
    Decision,
    Evidence,
    FrameError,
    Hypothesis,
    Origin,
    Reconciliation,
    UsageRecords,
    redecide,
)
from esim_analysis.model.reconciliation import EXPLAINS
from esim_analysis.model.zone import case_zone, names_place
from esim_analysis.simulator.laboratory import TWISTS, life

SEED = 20261128
# What one export shape hides (bytes need no unit, local days no zone) is planted in another.
SHAPES = {"units": "gigabytes", "wifi_as_mobile": "half_days"}
NAMES = {"wifi_as_mobile": "wifi"}
OTHERS = ("half_days", "daily", "parts")
DATA = Choice("UTC", Origin.DECLARED)


def reconciled(folder, twist, *, seed=SEED, days=21, **parts):
    outcome = life(seed=seed, twist=twist, days=days, **parts)
    outcome.write(folder, "life")
    reading = read([folder / "life"])
    usage, evidence = reading.usage, reading.evidence
    zone = case_zone(usage.decisions.values(), timezone=None, phone_zone=evidence.phone_zone)
    proposed = propose(usage, evidence, zone=zone)
    overruled = {source: usage.decisions[source] for source in proposed}
    for source, decision in proposed.items():
        usage = redecide(usage, source, decision)
    better = case_zone(usage.decisions.values(), timezone=None, phone_zone=evidence.phone_zone)
    zone = better if names_place(better.value) else zone
    divided = attribute(usage, evidence, zone=zone)
    return reconcile(usage, evidence, divided, overruled=overruled)


@pytest.mark.parametrize("twist", [twist for twist in TWISTS if twist != "none"])
def test_a_planted_disagreement_is_named_first(twist, tmp_path):
    found = reconciled(tmp_path, twist, operator=SHAPES.get(twist, "sessions"))
    assert found.causes[0].cause == NAMES.get(twist, twist)
    assert found.causes[0].bytes > 0.01 * found.billed


@pytest.mark.parametrize(
    "operator", ["sessions", *(pytest.param(n, marks=pytest.mark.nightly) for n in OTHERS)]
)
def test_where_nothing_is_planted_no_cause_is_named(operator, tmp_path):
    found = reconciled(tmp_path, "none", operator=operator)
    assert found.causes == ()
    assert found.unexplained < 0.02 * found.billed


def test_every_cause_is_planted_once_and_tested():
    planted = {NAMES.get(twist, twist) for twist in TWISTS if twist != "none"}
    assert planted == set(hypotheses.CAUSES)
    assert len(planted) == 12


def test_a_clock_whose_quarter_is_open_is_no_other_sim(tmp_path):
    # Moved by 7 hours or by 6 and three quarters nearly all of this life meets.
    found = reconciled(tmp_path, "clock", seed=1266295760, days=28)
    first = found.causes[0]
    assert (first.cause, first.outcome, first.facts) == ("clock", "about", {"minutes": 420})
    assert first.bytes > 0.5 * found.billed
    other = next(test for test in found.tests if test.cause == "wrong_sim")
    assert (other.verdict, other.outcome) == ("cannot_tell", "moved")


def test_another_sim_that_fits_a_little_better_at_some_hour_is_no_clock(tmp_path):
    # At three hours 60 % of its bytes do not fit, at every other hour more.
    found = reconciled(tmp_path, "wrong_sim", seed=1266295757, days=28)
    assert [cause.cause for cause in found.causes] == ["wrong_sim"]
    assert found.causes[0].outcome == "never_meet"


def test_every_outcome_a_test_can_have_has_its_sentence():
    folder = Path(hypotheses.__file__).parent
    known = keys("en")
    for cause in hypotheses.CAUSES:
        text = (folder / f"{cause}.py").read_text(encoding="utf-8")
        outcomes = set(re.findall(r'outcome="(\w+)"', text))
        outcomes |= set(re.findall(r'_found\("(\w+)"', text))
        assert outcomes
        assert {f"reconciliation.{cause}_{outcome}" for outcome in outcomes} <= known
        assert {f"reconciliation.cause_{cause}", f"reconciliation.asked_{cause}"} <= known


def test_the_steps_sum_to_the_bill_and_a_broken_sum_is_refused(bill, phone):
    usage = bill([{"start": "2026-11-02 10:10", "end": "2026-11-02 10:50", "bytes": 110}])
    seen = phone(
        [{"start": "2026-11-02 10:00", "end": "2026-11-02 12:00", "app": "p", "bytes": 60}]
    )
    found = reconcile(usage, seen, attribute(usage, seen, zone=DATA))
    parts = found.steps[found.steps["kind"] != "total"]
    assert int(parts["bytes"].sum()) == 110
    assert (found.steps["bytes_low"] <= found.steps["bytes"]).all()
    with pytest.raises(FrameError, match="its steps sum to the bill"):
        replace(found, billed=111)


def test_without_evidence_every_test_ends_in_cannot_tell(bill):
    usage = bill([{"start": "2026-11-02 10:10", "end": "2026-11-02 10:50", "bytes": 110}])
    found = reconcile(usage, Evidence.none(), attribute(usage, Evidence.none(), zone=DATA))
    assert {test.verdict for test in found.tests} == {"cannot_tell"}
    assert found.unexplained == 110


def test_no_rows_at_all_are_no_disagreement():
    usage, seen = UsageRecords.none(), Evidence.none()
    found = reconcile(usage, seen, attribute(usage, seen, zone=DATA))
    assert (found.billed, found.causes) == (0, ())


def _steady(*, ratio, unit):
    """Return hourly sessions that cost `ratio` times the phone's bytes, and their evidence."""
    hours = pd.date_range("2026-11-02", periods=200, freq="3h", tz="UTC").as_unit("us")
    seen = np.random.default_rng(4).lognormal(17, 1, len(hours)).astype(np.int64)
    decision = Decision(
        unit=Choice(unit, Origin.DECLARED),
        base=Choice("1000", Origin.DECLARED),
        locale=Choice("1234.5 Y-M-D", Origin.DEDUCED),
        zone=Choice("UTC", Origin.DECLARED),
    )
    volume = {"GB": 1e9, "B": 1}[unit]
    usage = UsageRecords(
        pd.DataFrame(
            {
                "line": "line-1",
                "start_utc": hours,
                "end_utc": hours + pd.Timedelta("1h"),
                "time_quality": "session",
                "service_class": "data",
                "raw_volume": pd.Series([f"{each:.9f}" for each in seen * ratio / volume]),
                "bytes_total": (seen * ratio).astype(np.int64),
                "source": "bill",
            }
        ),
        decisions={"bill": decision},
    )
    evidence = Evidence(
        pd.DataFrame(
            {
                "start_utc": hours,
                "end_utc": hours + pd.Timedelta("1h"),
                "time_kind": "bucket",
                "app": np.where(np.arange(len(hours)) % 2, "p", "q"),
                "bytes_down": seen,
                "ground": "unknown",
                "interface": "cellular",
                "counts_toward_total": True,
                "confidence": 1.0,
                "source": "phone",
            }
        )
    )
    return reconcile(usage, evidence, attribute(usage, evidence, zone=DATA))


@pytest.mark.parametrize(
    ("ratio", "unit", "cause"),
    [
        (1.03 / 1.0737, "GB", ["units"]),  # a declared unit is never changed, only named
        (1.14, "B", ["retransmission"]),  # bytes have no other base
        (1.03, "GB", []),
        (1.08, "B", []),  # within what operators usually count
    ],
)
def test_a_steady_ratio_is_a_unit_only_where_another_unit_makes_it_usual(ratio, unit, cause):
    assert [test.cause for test in _steady(ratio=ratio, unit=unit).causes] == cause


def test_causes_that_spoil_other_tests_come_first_whatever_their_bytes():
    small = Hypothesis(cause="clock", verdict=EXPLAINS, outcome="shifted", bytes=1)
    large = Hypothesis(cause="hotspot", verdict=EXPLAINS, outcome="concentrated", bytes=9)
    assert sorted([large, small], key=hypotheses._rank) == [small, large]


def test_a_verdict_is_one_of_three_words():
    with pytest.raises(FrameError):
        Hypothesis(cause="clock", verdict="guilty", outcome="shifted")


@pytest.mark.parametrize("twist", ["vpn"])
def test_the_order_of_the_rows_does_not_change_the_answer(twist, tmp_path):
    life(seed=3, twist=twist, days=14).write(tmp_path, "life")
    reading = read([tmp_path / "life"])
    first, again = (_answer(reading.usage, reading.evidence, seed) for seed in (1, 2))
    assert first.tests == again.tests


def _answer(usage, evidence, seed) -> Reconciliation:
    mixed = replace(evidence, frame=evidence.frame.sample(frac=1, random_state=seed))
    bill = replace(usage, frame=usage.frame.sample(frac=1, random_state=seed))
    return reconcile(bill, mixed, attribute(bill, mixed, zone=DATA))
