import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esim_analysis.model.clock import local_day, local_midnights, localise

MADRID = "Europe/Madrid"


def times(*texts: str) -> pd.Series:
    return pd.Series(pd.to_datetime(list(texts))).astype("datetime64[us]")


def test_the_repeated_hour_is_read_in_file_order_and_marked():
    naive = times("2026-10-25 01:59", "2026-10-25 02:30", "2026-10-25 02:10", "2026-10-25 03:00")
    utc, fold = localise(naive, MADRID)
    assert list(utc.dt.strftime("%d %H:%M")) == ["24 23:59", "25 00:30", "25 01:10", "25 02:00"]
    assert list(fold) == ["", "assumed", "assumed", ""]


def test_a_time_in_the_missing_spring_hour_has_no_instant():
    utc, fold = localise(times("2026-03-29 01:59", "2026-03-29 02:30"), MADRID)
    assert utc.isna().tolist() == [False, True]
    assert list(fold) == ["", ""]


def test_madrid_days_are_24_23_and_25_hours_long():
    start = pd.Timestamp("2026-10-24T10:00Z")
    edges = local_midnights(start, start + pd.Timedelta(days=2), MADRID)
    assert list(np.diff(edges) / np.timedelta64(1, "h")) == [24, 25, 24]
    spring = local_midnights(
        pd.Timestamp("2026-03-29T10:00Z"), pd.Timestamp("2026-03-29T11:00Z"), MADRID
    )
    assert list(np.diff(spring) / np.timedelta64(1, "h")) == [23]


@pytest.mark.parametrize("zone", ["America/Sao_Paulo", "Africa/Cairo", "Asia/Kolkata", "UTC"])
def test_midnights_exist_in_zones_that_step_over_them(zone):
    edges = local_midnights(
        pd.Timestamp("2018-11-03T00:00Z"), pd.Timestamp("2018-11-06T00:00Z"), zone
    )
    assert edges.is_monotonic_increasing
    assert edges.is_unique


@given(
    st.datetimes(min_value=pd.Timestamp("2026-01-01"), max_value=pd.Timestamp("2026-12-31")).map(
        lambda moment: moment.replace(tzinfo=None, fold=0)
    )
)
def test_utc_told_in_the_zone_is_the_wall_clock_again(moment):
    naive = pd.Series([moment]).astype("datetime64[us]")
    utc, _ = localise(naive, MADRID)
    if utc.notna().all():
        assert utc.dt.tz_convert(MADRID).dt.tz_localize(None).equals(naive)


def test_the_day_of_an_instant_is_local():
    instants = pd.Series(pd.to_datetime(["2026-10-13T22:30Z", "2026-12-13T22:30Z"])).astype(
        "datetime64[us, UTC]"
    )
    assert list(local_day(instants, MADRID)) == ["2026-10-14", "2026-12-13"]
    assert list(local_day(instants.where([True, False]), MADRID).isna()) == [False, True]
    assert local_day(instants[:0], MADRID).dtype == "str"


def test_every_line_steps_back_on_its_own():
    naive = times("2026-10-25 02:30", "2026-10-25 02:20", "2026-10-25 02:40", "2026-10-25 02:10")
    line = pd.Series(["a", "b", "b", "a"])
    utc, _ = localise(naive, MADRID, line=line)
    assert list(utc.dt.strftime("%H:%M")) == ["00:30", "00:20", "00:40", "01:10"]
