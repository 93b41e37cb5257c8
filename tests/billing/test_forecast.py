"""When the allowance ends: pace, interval, odds, and what pausing an app adds."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esim_analysis.billing import days_gained, forecast, odds
from tests.billing.builders import a_plan, attributed, leak, usage

PLAN = a_plan(allowances=[{"id": "main", "bytes": "6GB"}])


def _at(local):
    return pd.Timestamp(local, tz="Europe/Madrid")


def _days(month, days, size, app="video", line="line-1"):
    return [f"2026-{month:02d}-{day:02d} 12:00 ES {size} app={app} line={line}" for day in days]


def _only(told):
    assert len(told.lines) == 1
    return told.lines.iloc[0]


def test_the_pace_line():
    # 10 days x 300 MB = 3 of 6 GB; 10 days more at 300 MB: until the 21st 00:00;
    # 22 days are left of October (from the 11th, with the extra hour of the 25th: 21.04 days)
    line = _only(forecast(usage(_days(10, range(1, 11), "300MB")), PLAN, _at("2026-10-11 00:00")))

    assert line["left"] == 3_000_000_000
    assert line["pace"] == pytest.approx(300e6)
    assert line["pace_until_utc"] == _at("2026-10-21 00:00").tz_convert("UTC")
    assert line["would_last"] == pytest.approx(3e9 / (21 + 1 / 24))
    assert line["basis"] == "this_cycle"


def test_even_days_end_for_certain_and_the_interval_holds_the_day():
    line = _only(forecast(usage(_days(10, range(1, 11), "300MB")), PLAN, _at("2026-10-11 00:00")))

    assert line["chance"] > 0.9
    assert line["ends_low_utc"] <= line["pace_until_utc"] <= line["ends_high_utc"]


def test_little_use_does_not_end():
    line = _only(forecast(usage(_days(10, range(1, 11), "50MB")), PLAN, _at("2026-10-11 00:00")))

    assert line["chance"] < 0.05
    assert pd.isna(line["pace_until_utc"])
    assert pd.isna(line["ends_low_utc"])
    assert line["total_low"] < 50e6 * 31 < line["total_high"]


def test_the_last_cycle_is_pooled():
    uses = _days(9, range(1, 31), "300MB") + _days(10, range(1, 4), "10MB")
    line = _only(forecast(usage(uses), PLAN, _at("2026-10-04 00:00")))
    alone = _only(forecast(usage(uses[30:]), PLAN, _at("2026-10-04 00:00")))

    assert line["basis"] == "history"
    assert line["total_middle"] > 10 * 10e6 * 31  # 30 days of 300 MB weigh
    assert alone["basis"] == "range"


def test_fewer_than_five_days_give_a_range_and_no_odds():
    # 100, 200 and 300 MB; 28 days to come: 0.6 GB + 28 x 0.1 .. 28 x 0.3
    uses = [f"2026-10-0{day} 12:00 ES {day}00MB" for day in (1, 2, 3)]
    line = _only(forecast(usage(uses), PLAN, _at("2026-10-04 00:00")))

    assert line["basis"] == "range"
    assert pd.isna(line["chance"])
    assert line["total_low"] == pytest.approx(0.6e9 + 28 * 0.1e9)
    assert line["total_high"] == pytest.approx(0.6e9 + 28 * 0.3e9)


def test_a_used_up_allowance_is_certain():
    line = _only(forecast(usage(["2026-10-05 12:00 ES 7GB"]), PLAN, _at("2026-10-11 00:00")))

    assert (line["basis"], line["left"], line["chance"]) == ("used_up", 0, 1.0)


def test_records_after_the_moment_are_not_looked_at():
    uses = _days(10, range(1, 11), "300MB")
    later = _days(10, range(11, 31), "1GB")
    at = _at("2026-10-11 00:00")

    pd.testing.assert_frame_equal(
        forecast(usage(uses), PLAN, at).lines, forecast(usage(uses + later), PLAN, at).lines
    )


def test_a_month_without_use_yet_is_running():
    uses = _days(9, range(1, 31), "100MB")
    line = _only(forecast(usage(uses), PLAN, _at("2026-10-06 00:00")))

    assert (line["used"], line["left"]) == (0, 6_000_000_000)
    assert line["start_utc"] == _at("2026-10-01").tz_convert("UTC")


def test_a_plan_without_end_and_a_plan_that_is_over_say_so():
    uses = usage(_days(10, range(1, 11), "300MB"))
    payg = a_plan(after={"home": [{"per_mb": "0.01"}]})
    short = a_plan(
        period={"days": 7, "auto_renew": False, "tz": "Europe/Madrid"},
        allowances=[{"bytes": "1GB"}],
    )

    assert _only(forecast(uses, payg, _at("2026-10-11")))["basis"] == "no_end"
    assert _only(forecast(uses, short, _at("2026-10-11")))["basis"] == "not_running"


def test_lines_are_told_apart_and_shared_plans_are_one():
    uses = _days(10, range(1, 11), "300MB", line="a") + _days(10, range(3, 11), "50MB", line="b")
    apart = forecast(usage(uses), PLAN, _at("2026-10-11"))
    shared = a_plan(allowances=[{"bytes": "6GB"}], shared={})
    together = forecast(usage(uses), shared, _at("2026-10-11"))

    assert apart.lines["line"].tolist() == ["a", "b"]
    assert apart.lines["used"].tolist() == [3_000_000_000, 400_000_000]
    assert _only(together)["used"] == 3_400_000_000


def test_the_path_of_what_is_left_never_rises_and_its_band_holds_the_middle():
    told = forecast(usage(_days(10, range(1, 11), "300MB")), PLAN, _at("2026-10-11 09:00"))
    path = told.paths

    assert len(path) == 21
    assert (path["left_low"] <= path["left_middle"]).all()
    assert (path["left_middle"] <= path["left_high"]).all()
    assert path["left_middle"].is_monotonic_decreasing
    assert path["used_up"].is_monotonic_increasing


def test_pausing_an_app_adds_the_days_it_took():
    # 200 MB video + 100 MB chat a day; 3 GB left. At 300 MB: 10 days. Without the video
    # (100 MB): 30 days, so to the end of October: 21 d 1 h. Without the chat (200 MB): 15 days.
    uses = _days(10, range(1, 11), "300MB", app="video:2,chat:1")
    at = _at("2026-10-11 00:00")
    told = days_gained(forecast(usage(uses), PLAN, at), attributed(uses), [])

    assert told["app"].tolist() == ["video", "chat"]
    assert told["days_gained"].tolist() == pytest.approx([11 + 1 / 24, 5.0])
    assert pd.isna(told["pace_until_utc"].iloc[0])
    assert told["pace_until_utc"].iloc[1] == _at("2026-10-26 00:00").tz_convert(
        "UTC"
    ) - pd.Timedelta(hours=1)


def test_fixing_a_finding_adds_days_by_its_bytes_in_the_period():
    # The leak is 1.5 of 3 GB: half the pace: 20 days instead of 10
    uses = _days(10, range(1, 11), "300MB")
    at = _at("2026-10-11 00:00")
    found = [
        leak("video", "2026-10-02 02:00", 60, "1.5GB"),
        leak("video", "2026-09-02 02:00", 60, "9GB"),
    ]
    told = days_gained(forecast(usage(uses), PLAN, at), attributed(uses), found)

    mine = told[told["kind"] == "finding"]
    assert mine["finding"].tolist() == [0]
    assert mine["days_gained"].tolist() == pytest.approx([10.0])


@given(
    st.lists(st.integers(0, 10**9), min_size=5, max_size=20),
    st.lists(st.integers(0, 10**9), min_size=1, max_size=30),
    st.integers(1, 10**10),
    st.integers(1, 25),
)
def test_odds_are_odds(seen, before, left, days):
    seen, before = np.array([seen], float), np.array([before], float)
    shares, left = np.ones(days), np.array([left], float)

    for told in (
        odds.with_history(seen, before, left, shares),
        odds.without_history(seen, left, shares),
    ):
        assert ((told.used_up >= 0) & (told.used_up <= 1)).all()
        assert (np.diff(told.used_up, axis=1) >= 0).all()
        assert (told.low <= told.high).all()


def test_the_odds_of_one_line_do_not_depend_on_its_neighbours():
    dice = np.random.default_rng(1)
    seen, before = dice.lognormal(18, 1, (3000, 8)), dice.lognormal(18, 1, (3000, 30))
    left, shares = np.full(3000, 1e9), np.ones(10)

    together = odds.with_history(seen, before, left, shares).used_up
    alone = odds.with_history(seen[-1:], before[-1:], left[-1:], shares).used_up
    assert np.array_equal(together[-1:], alone)
