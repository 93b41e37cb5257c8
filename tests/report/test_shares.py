"""Sums for the eye neither lose nor find a byte."""

from dataclasses import replace

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from esim_analysis.report.shares import app_totals, coarsen, day_table, fold, leading_apps
from esim_analysis.report.svg import nice_ticks


def test_totals_sum_to_the_bill_and_put_residuals_last(builders):
    totals = app_totals(builders.xiaoli().attribution)
    assert totals["bytes"].sum() == 5_932_000_000
    assert totals["app"].iloc[0] == builders.LEXI
    assert totals["app"].tolist()[-2:] == ["unattributed", "rounding"]


def test_the_culprit_leads_whatever_its_size(builders):
    apps = leading_apps(builders.xiaoli().attribution, count=2, first="com.maps")
    assert apps == ["com.maps", builders.LEXI]


def test_days_have_no_gap_and_sum_to_the_bill(builders):
    days = day_table(builders.xiaoli().attribution, keep=[builders.LEXI])
    assert days.columns.tolist() == [builders.LEXI, "others", "unattributed"]
    assert days.index.tolist()[0] == "2026-10-01"
    assert len(days) == 30
    assert int(days.sum().sum()) == 5_932_000_000


def test_what_the_phone_saw_beyond_the_bill_is_taken_from_no_other_column(builders):
    attribution = builders.xiaoli().attribution
    beyond = attribution.by_day.head(1).assign(
        app="conflict", bytes=-7, bytes_low=-7, bytes_high=-7
    )
    less = beyond.assign(app="unattributed", bytes=7, bytes_low=7, bytes_high=7)
    by_day = pd.concat([attribution.by_day, beyond, less], ignore_index=True)
    days = day_table(replace(attribution, by_day=by_day), keep=[builders.LEXI])
    assert days["conflict"].sum() == -7
    assert (days["unattributed"] >= 0).all()


def test_folding_keeps_every_byte(builders):
    pieces = builders.xiaoli().attribution.pieces[["start_utc", "app", "bytes"]]
    folded = fold(pieces.astype({"app": "str"}), keep=["com.maps"])
    assert folded["bytes"].sum() == pieces["bytes"].sum()
    assert set(folded["app"]) == {"com.maps", "others", "unattributed"}


@given(st.floats(min_value=0, max_value=1e15))
def test_ticks_start_at_nothing_and_stay_below_the_top(top):
    ticks = nice_ticks(top)
    assert ticks[0] == 0
    assert ticks[-1] <= top
    assert len(ticks) <= 5


@given(st.sampled_from(["1h", "6h", "1D"]), st.sampled_from(["Europe/Madrid", "Asia/Shanghai"]))
def test_coarser_steps_begin_on_the_wall_clock_and_keep_every_byte(step, zone):
    hours = pd.date_range("2026-10-24 20:00", periods=40, freq="h", tz="UTC").as_unit("us")
    frame = pd.DataFrame({"start_utc": hours, "app": "a", "ground": "unknown", "bytes": 1})
    coarse = coarsen(frame, step=pd.Timedelta(step), zone=zone)
    assert coarse["bytes"].sum() == 40
    local = coarse["start_utc"].dt.tz_convert(zone)
    assert set(local.dt.hour) <= {"1h": set(range(24)), "6h": {0, 6, 12, 18}, "1D": {0}}[step]
