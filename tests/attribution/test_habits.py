"""Other days tell which app used which part of a long interval."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from esim_analysis.attribution import attribute, bands, uncut
from esim_analysis.model import RESIDUALS

MB = 1_000_000
DAYS = pd.date_range("2026-11-02", periods=14, freq="D", tz="UTC")


def _readings(bill, phone, *, by_night, listed_at="22:00"):
    """Return balances at 07:00 and 22:00 and one listing a day; one app loads on three nights.

    `by_night` says whether its bytes flowed at night or by day; the news app is read by day.
    """
    big = {2, 6, 9}
    rows, seen = [], []
    for number, day in enumerate(DAYS):
        load = 300 * MB if number in big else 0
        news = 150 * MB
        night, light = (load, news) if by_night else (0, news + load)
        rows += [
            {"start": day - pd.Timedelta("2h"), "end": day + pd.Timedelta("7h"), "bytes": night},
            {"start": day + pd.Timedelta("7h"), "end": day + pd.Timedelta("22h"), "bytes": light},
        ]
        end = day + pd.Timedelta(f"{listed_at}:00")
        span = {"start": end - pd.Timedelta("24h"), "end": end, "ground": "unknown"}
        seen += [{**span, "app": "news", "bytes": news}]
        seen += [{**span, "app": "loader", "bytes": load or MB // 10}]
    usage = bill([row for row in rows if row["bytes"]], time_quality="snapshot_diff")
    return usage, phone(seen, time_kind="cumulative", bytes_half_width=MB // 20)


def _at_night(found, app):
    mine = found.pieces[found.pieces["app"] == app]
    whole = uncut(found).loc[mine.index]
    night = (whole["end_utc"].dt.hour == 7) & (whole["start_utc"].dt.hour == 22)
    return mine.loc[night, "bytes"].sum() / mine["bytes"].sum()


@pytest.mark.parametrize("by_night", [True, False])
def test_the_nights_go_to_the_app_whose_days_differ(bill, phone, utc, by_night):
    found = attribute(*_readings(bill, phone, by_night=by_night), zone=utc)
    assert _at_night(found, "loader") == pytest.approx(float(by_night), abs=0.1)
    assert _at_night(found, "news") < 0.1


def test_the_band_still_holds_every_division_the_two_bills_allow(bill, phone, utc):
    found = attribute(*_readings(bill, phone, by_night=True), zone=utc)
    mine = found.pieces[found.pieces["app"] == "loader"]
    night = mine[uncut(found).loc[mine.index, "end_utc"].dt.hour == 7]
    (band,) = bands(found, night).to_dict("records")
    # 300 MB and 150 MB were seen, 300 MB billed by night: half of the loader may be day's.
    assert band["bytes_low"] < 3 * 160 * MB
    assert band["bytes_high"] >= 3 * 300 * MB


def test_bytes_of_apps_and_of_records_stay_what_they_were(bill, phone, utc):
    usage, evidence = _readings(bill, phone, by_night=True, listed_at="21:40")
    found = attribute(usage, evidence, zone=utc)
    by_record = found.pieces.groupby("record")["bytes"].sum()
    assert by_record.to_numpy() == pytest.approx(usage.billed.to_numpy(float), abs=0)
    apps = found.pieces[~found.pieces["app"].isin(RESIDUALS)].groupby("app")["bytes"].sum()
    assert apps["loader"] == pytest.approx(901 * MB * found.overhead.point, rel=0.1)


def test_a_quiet_night_is_cut_at_midnight_by_habit_and_not_by_duration(bill, phone, utc):
    hours = {"22:00": 20, "07:00": 280}
    edges = [day + pd.Timedelta(f"{at}:00") for day in DAYS for at in ("07:00", "22:00")]
    spans = list(pairwise(edges))
    volume = [hours[f"{start:%H}:00"] * MB for start, _ in spans]
    usage = bill(
        [{"start": a, "end": b, "bytes": v} for (a, b), v in zip(spans, volume, strict=True)],
        time_quality="snapshot_diff",
    )
    evidence = phone(
        [
            {"start": a, "end": b, "app": "p", "bytes": v}
            for (a, b), v in zip(spans, volume, strict=True)
        ],
        time_kind="cumulative",
    )
    found = attribute(usage, evidence, zone=utc)
    mine = found.pieces[found.pieces["app"] == "p"]
    before = mine[(mine["start_utc"].dt.hour == 22) & (mine["end_utc"].dt.hour == 0)]
    # Two of nine hours, but the two that follow a busy evening.
    assert 0.3 < before["bytes"].median() / (20 * MB) < 0.8


def test_short_intervals_are_divided_alike_for_every_app(bill, phone, utc):
    starts = pd.date_range("2026-11-02", periods=48, freq="2h", tz="UTC")
    usage = bill([{"start": s, "end": s + pd.Timedelta("1h"), "bytes": 3 * MB} for s in starts])
    evidence = phone(
        [
            {"start": s, "end": s + pd.Timedelta("2h"), "app": app, "bytes": size * MB}
            for s in starts
            for app, size in (("p", 1), ("q", 2))
        ]
    )
    found = attribute(usage, evidence, zone=utc)
    share = found.pieces.groupby("app")["bytes"].sum()
    assert np.isclose(share["q"], 2 * share["p"], rtol=1e-6)
