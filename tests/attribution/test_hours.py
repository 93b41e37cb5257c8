"""What a phone counted by the hour says on which day a bucket's bytes fell, and nothing else."""

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from esim_analysis.attribution import attribute
from esim_analysis.model import RESIDUALS, Evidence

MB = 1_000_000
OVERHEAD = (1.03, 1.03)
LIVES = Path(__file__).parents[2] / "benchmarks" / "lives.py"


def _hours(volumes, **common):
    """Return device totals of the hours from 2026-01-10 22:00 UTC on, in megabytes."""
    start = pd.date_range("2026-01-10 22:00", periods=len(volumes), freq="h", tz="UTC")
    rows = pd.DataFrame(
        {
            "start_utc": start,
            "end_utc": start + pd.Timedelta("1h"),
            "bytes_down": [round(volume * MB) for volume in volumes],
        }
    )
    return rows.assign(**{"sim_plmn": "", "interface": "cellular", "source": "phone", **common})


@pytest.fixture
def midnight(bill, phone):
    """A daily bill, and a bucket over Madrid's winter midnight (23:00 UTC)."""

    def build(*, heavy=10, light=0, line="", start="2026-01-10", end="2026-01-11"):
        usage = bill([{"start": start, "end": end, "bytes": (heavy + light) * 1_030_000}])
        common = {"start": "2026-01-10 22:00", "end": "2026-01-11 00:00", "line": line}
        volumes = {"heavy": heavy, "light": light}
        rows = [
            {**common, "app": app, "bytes": volume * MB}
            for app, volume in volumes.items()
            if volume
        ]
        return usage, phone(rows)

    return build


def _early(usage, evidence, madrid, *, told=None):
    """Return megabytes of the phone that each app moved before midnight, and the attribution."""
    seen = evidence if told is None else replace(evidence, device_totals=told)
    found = attribute(usage, seen, zone=madrid, overhead=OVERHEAD)
    rows = found.by_day[found.by_day["day"] == "2026-01-10"].set_index("app")["bytes"]
    return {app: rows.get(app, 0) / 1.03 / MB for app in ("heavy", "light")}, found


def test_the_hours_say_how_much_fell_before_midnight(midnight, madrid):
    early, found = _early(*midnight(), madrid, told=_hours([8, 2]))
    assert early["heavy"] == pytest.approx(8.0, abs=0.001)
    assert found.by_day["bytes"].sum() == 10_300_000
    bounds = found.by_day[found.by_day["app"] == "heavy"]
    assert (bounds["bytes_low"] == 0).all()  # of one app, the hours prove nothing


def test_together_the_apps_moved_what_the_hours_say_and_the_heavy_one_decides(midnight, madrid):
    early, _ = _early(*midnight(heavy=10, light=2), madrid, told=_hours([9, 3]))
    assert sum(early.values()) == pytest.approx(9.0, abs=0.001)
    assert early["light"] / 2 == pytest.approx(0.55, abs=0.02)
    assert early["heavy"] / 10 == pytest.approx(0.79, abs=0.02)


def test_an_app_with_all_its_bytes_on_one_side_leaves_the_rest_to_others(midnight, madrid):
    early, _ = _early(*midnight(heavy=10, light=4), madrid, told=_hours([13.5, 0.5]))
    assert sum(early.values()) == pytest.approx(13.5, abs=0.01)
    assert early["heavy"] == pytest.approx(10.0, abs=0.01)


def test_where_the_hours_counted_half_of_the_bytes_the_other_half_lies_as_usual(midnight, madrid):
    early, _ = _early(*midnight(), madrid, told=_hours([5, 0]))
    assert early["heavy"] == pytest.approx(7.5, abs=0.001)


@pytest.mark.parametrize(
    "told",
    [
        _hours([8, 2], interface="wifi"),
        _hours([8, 2], sim_plmn="214-07"),  # another SIM
        _hours([10]).assign(end_utc=pd.Timestamp("2026-01-11", tz="UTC")),  # two hours in one
        _hours([0, 0]),
    ],
    ids=["wifi", "another SIM", "two hours", "nothing moved"],
)
def test_what_does_not_tell_the_hour_of_the_sim_changes_nothing(midnight, madrid, told):
    _, without = _early(*midnight(), madrid)
    _, found = _early(*midnight(), madrid, told=told)
    pd.testing.assert_frame_equal(found.by_day, without.by_day)


def test_a_short_record_says_itself_when_it_was(midnight, madrid):
    session = midnight(start="2026-01-10 22:00", end="2026-01-10 23:30")
    _, without = _early(*session, madrid)
    _, found = _early(*session, madrid, told=_hours([1, 9]))
    pd.testing.assert_frame_equal(found.by_day, without.by_day)


def test_of_phones_of_several_lines_nobody_knows_whose_hours_they_are(midnight, madrid):
    usage, evidence = midnight(
        line="line-1",
    )
    other = evidence.frame.assign(line="line-2")
    both = Evidence(pd.concat([evidence.frame, other], ignore_index=True))
    _, without = _early(usage, both, madrid)
    _, found = _early(usage, both, madrid, told=_hours([8, 2]))
    pd.testing.assert_frame_equal(found.by_day, without.by_day)


def test_hours_are_never_added(midnight, madrid):
    """They are larger than what the apps moved: the cycle is the same to the byte."""
    _, without = _early(*midnight(heavy=10, light=3), madrid)
    _, found = _early(*midnight(heavy=10, light=3), madrid, told=_hours([400, 100]))
    pd.testing.assert_frame_equal(found.by_cycle, without.by_cycle)
    pd.testing.assert_frame_equal(found.by_record, without.by_record)


@pytest.fixture(scope="module")
def lives():
    spec = importlib.util.spec_from_file_location("lives", LIVES)
    module = importlib.util.module_from_spec(spec)
    sys.modules["lives"] = module
    spec.loader.exec_module(module)
    return module


def test_of_the_same_life_days_are_told_much_better_with_its_hours(lives, madrid):
    scenario = {one.name: one for one in lives.SCENARIOS}
    wrong = {}
    for name in ("daily", "daily_hours"):
        life = lives.live(scenario[name], 20_261_128)
        found = attribute(life.usage, life.evidence, zone=madrid).by_day
        truth = life.truth.assign(
            day=life.truth["time"].dt.tz_convert(madrid.value).dt.strftime("%Y-%m-%d")
        )
        true = truth.groupby(["day", "app"])["bytes"].sum()
        app = found["app"].where(~found["app"].isin(RESIDUALS), "unattributed")
        mine = found["bytes"].astype(float).groupby([found["day"], app]).sum()
        wrong[name] = mine.sub(true, fill_value=0.0).abs().sum() / true.sum()
        assert np.isclose(mine.sum(), life.usage.billed.sum())
    assert wrong["daily_hours"] < 0.7 * wrong["daily"]


def test_a_life_with_hours_is_the_daily_one_and_nothing_else(lives):
    scenario = {one.name: one for one in lives.SCENARIOS}
    plain, told = (lives.live(scenario[name], 3) for name in ("daily", "daily_hours"))
    for name in ("usage", "evidence"):
        pd.testing.assert_frame_equal(getattr(plain, name).frame, getattr(told, name).frame)
    pd.testing.assert_frame_equal(plain.truth, told.truth)
    assert plain.evidence.device_totals.empty
    hours = told.evidence.device_totals
    assert hours["bytes_down"].sum() == told.evidence.frame["bytes_down"].sum()
