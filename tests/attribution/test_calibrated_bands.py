"""Calibrated bands hold as often as they say, while the overhead lies where it is looked for."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from esim_analysis.attribution import attribute, bands
from esim_analysis.attribution.overhead import Parts, estimate, widening
from esim_analysis.model import RESIDUALS, UsageRecords

MB = 1_000_000


def _many(bill, phone, *, overhead, seed, seen=1.0, days=40):
    """Return a bill of a session a bucket, eight a day, its phone, and the true bytes."""
    dice = np.random.default_rng(seed)
    starts = pd.date_range("2026-01-10", periods=days * 8, freq="3h", tz="UTC").floor("2h")
    volume = dice.lognormal(15, 1, (3, len(starts))).astype(int) + 1_000
    noise = 1 + dice.normal(0, 0.01, len(starts))
    missing = dice.random(len(starts)) * dice.integers(0, 2, len(starts)) * (1 - seen)
    billed = volume.sum(axis=0) * overhead * noise * (1 + missing)
    usage = bill(
        [
            {
                "start": start + pd.Timedelta("10min"),
                "end": start + pd.Timedelta("100min"),
                "bytes": int(size),
            }
            for start, size in zip(starts, billed, strict=True)
        ]
    )
    evidence = phone(
        [
            {"start": start, "end": start + pd.Timedelta("2h"), "app": app, "bytes": int(size)}
            for app, row in zip("pqr", volume, strict=True)
            for start, size in zip(starts, row, strict=True)
        ]
    )
    day = np.tile(starts.strftime("%Y-%m-%d"), 3)
    truth = pd.Series(volume.ravel() * overhead).groupby([day, np.repeat(list("pqr"), len(starts))])
    return usage, evidence, truth.sum()


def _apps(found):
    apps = found.pieces[~found.pieces["app"].isin(RESIDUALS)]
    return apps.assign(day=apps["start_utc"].dt.strftime("%Y-%m-%d"))


def _held(found, truth, level):
    rows = bands(found, _apps(found), by=["day", "app"], level=level)
    true = truth.reindex(pd.MultiIndex.from_frame(rows[["day", "app"]])).to_numpy()
    return ((rows["bytes_low"] <= true + 1) & (rows["bytes_high"] >= true - 1)).mean()


def test_bands_hold_as_often_as_they_say(bill, phone, utc):
    levels = [0.5, 0.8, 0.95, 0.99]
    held = []
    for seed in range(6):
        overhead = np.random.default_rng(seed + 100).uniform(0.99, 1.08)
        usage, evidence, truth = _many(bill, phone, overhead=overhead, seed=seed)
        found = attribute(usage, evidence, zone=utc)
        held.append([_held(found, truth, level) for level in levels])
    assert np.mean(held, axis=0) == pytest.approx(levels, abs=0.05)


@pytest.mark.parametrize("overhead", [0.85, 1.3])
def test_an_overhead_outside_its_range_is_not_held(bill, phone, utc, overhead):
    usage, evidence, truth = _many(bill, phone, overhead=overhead, seed=1, seen=0.4)
    found = attribute(usage, evidence, zone=utc)
    assert _held(found, truth, 0.95) < 0.5


def test_a_higher_level_is_wider_and_holds_the_point(bill, phone, utc):
    usage, evidence, _ = _many(bill, phone, overhead=1.04, seed=3)
    found = attribute(usage, evidence, zone=utc)
    narrow, wide = (
        bands(found, _apps(found), by=["day", "app"], level=level) for level in (0.5, 0.95)
    )
    assert (narrow["bytes_low"] >= wide["bytes_low"]).all()
    assert (narrow["bytes_high"] <= wide["bytes_high"]).all()
    assert narrow["bytes"].between(narrow["bytes_low"], narrow["bytes_high"]).all()
    relative = (wide["bytes_high"] - wide["bytes_low"]) / wide["bytes"]
    assert relative.median() < 0.05


def test_sessions_that_hang_together_by_little_keep_their_own_noise(bill, phone, utc):
    """Sixty chains of six sessions; only a minute over each cut of a chain joins them."""
    dice = np.random.default_rng(4)
    begin = pd.date_range("2026-01-10", periods=60, freq="6h", tz="UTC")
    start = (
        begin.tz_localize(None).to_numpy()[:, None] + np.arange(6) * np.timedelta64(40, "m")
    ).ravel()
    inside, over = dice.lognormal(16, 0.5, 360).astype(int), np.tile(np.arange(6) < 5, 60)
    billed = 1.03 * (inside + 10_000) * (1 + dice.normal(0, 0.01, 360))
    minute = np.timedelta64(1, "m")
    usage = bill(
        [
            {"start": at, "end": at + 40 * minute, "bytes": int(size)}
            for at, size in zip(start, billed, strict=True)
        ]
    )
    nested = [
        {"start": at + 5 * minute, "end": at + 30 * minute, "app": "p", "bytes": int(size)}
        for at, size in zip(start, inside, strict=True)
    ]
    joining = [
        {"start": at + 39 * minute, "end": at + 41 * minute, "app": "q", "bytes": 10_000}
        for at in start[over]
    ]
    found = attribute(usage, phone([*nested, *joining]), zone=utc)
    rows = bands(found, _apps(found).query("app == 'p'"), by=["record"], level=0.8)
    true = 1.03 * inside[rows["record"].to_numpy(int)]
    held = ((rows["bytes_low"] <= true) & (true <= rows["bytes_high"])).mean()
    assert 0.72 <= held <= 0.92


def test_a_bucket_over_midnight_may_be_all_or_nothing(bill, phone, madrid):
    usage = bill([{"start": "2026-01-10 12:00", "end": "2026-01-11 12:00", "bytes": 10_300_000}])
    evidence = phone(
        [{"start": "2026-01-10 22:00", "end": "2026-01-11 00:00", "app": "p", "bytes": 10 * MB}]
    )
    found = attribute(usage, evidence, zone=madrid)
    first = found.pieces[found.pieces["app"] == "p"].head(1)
    assert first["bytes"].sum() == pytest.approx(5_150_000, rel=0.01)
    band = bands(found, first, level=0.95).iloc[0]
    assert band["bytes_low"] < MB
    assert band["bytes_high"] > 9 * MB


@pytest.mark.parametrize("level", [0, 1, 95])
def test_a_level_is_a_probability(bill, phone, utc, level):
    found = attribute(*_many(bill, phone, overhead=1.0, seed=0, days=1)[:2], zone=utc)
    with pytest.raises(ValueError, match=r"0\.95"):
        bands(found, found.pieces, level=level)


def test_a_figure_typed_from_a_screen_is_never_exact(bill, phone, utc):
    night = {"start": "2026-11-01 02:00", "end": "2026-11-01 07:00"}
    usage = bill([{**night, "bytes": 141 * MB, "time_quality": "snapshot_diff"}])
    typed = phone([{**night, "app": "p", "bytes": 137 * MB}], time_kind="cumulative")
    written = phone([{**night, "app": "p", "bytes": 137 * MB}])
    status = [
        attribute(usage, evidence, zone=utc).by_day.query("app == 'p'")["status"].item()
        for evidence in (typed, written)
    ]
    assert status == ["estimated", "exact"]


def test_an_overhead_somebody_knows_stands_and_is_said(bill, phone, utc):
    usage, evidence, _ = _many(bill, phone, overhead=1.02, seed=2, seen=0.4, days=10)
    found = attribute(usage, evidence, zone=utc, overhead=(1.0, 1.04))
    assert found.overhead.origin == "declared"
    assert (found.overhead.low, found.overhead.point, found.overhead.high) == (1.0, 1.02, 1.04)
    apps = found.by_cycle[~found.by_cycle["app"].isin(RESIDUALS)]
    seen = evidence.frame["bytes_down"].sum()
    assert apps["bytes"].sum() == pytest.approx(1.02 * seen, rel=0.01)


@pytest.mark.parametrize("overhead", [(1.05, 1.02), (0.0, 1.0), (1.0, 8.0)])
def test_an_overhead_that_is_no_range_is_refused(bill, phone, utc, overhead):
    usage, evidence, _ = _many(bill, phone, overhead=1.0, seed=0, days=1)
    with pytest.raises(ValueError, match=r"such as \(1\.02, 1\.05\)"):
        attribute(usage, evidence, zone=utc, overhead=overhead)


def _parts(dice, overhead, *, lacking):
    """Return 90 parts of the overlap graph; `lacking` of them hold bytes no evidence names."""
    phone = dice.lognormal(16, 1.5, 90)
    excess = dice.lognormal(-0.5, 1.5, 90) * (dice.random(90) < lacking)
    bill = phone * overhead * (1 + dice.normal(0, 0.01, 90)) * (1 + excess)
    return Parts(
        bill,
        phone,
        spread=np.ones(90),
        rounding=np.zeros(90),
        upward=np.zeros(90),
        sessions=np.ones(90),
    )


def _beliefs(lacking):
    """Return, for 25 hidden overheads, whether the 80 % and the 99 % belief hold it, and its size."""
    dice = np.random.default_rng(5)
    for overhead in dice.uniform(0.99, 1.08, 25):
        found = estimate(_parts(dice, overhead, lacking=lacking))
        away = abs(found.overhead.point - overhead) / found.deviation
        reach = [
            norm.ppf((1 + level) / 2) * widening(level, found.freedom) for level in (0.8, 0.99)
        ]
        yield away <= reach[0], away <= reach[1], found.deviation


def test_a_complete_phone_tells_the_overhead_as_well_as_it_says():
    within, nearly_always, deviation = np.mean(list(_beliefs(0.0)), axis=0)
    assert 0.64 <= within <= 0.96
    assert nearly_always >= 0.96
    assert deviation < 0.002


def test_a_phone_that_lacks_most_never_claims_more_than_it_knows():
    within, nearly_always, deviation = np.mean(list(_beliefs(0.8)), axis=0)
    assert within >= 0.8
    assert nearly_always >= 0.96
    assert 0.004 < deviation < 0.01


def test_tails_are_heavy_only_where_evidence_is_missing():
    dice = np.random.default_rng(6)
    whole, lacking = (estimate(_parts(dice, 1.03, lacking=share)) for share in (0.0, 0.8))
    assert widening(0.99, whole.freedom) < 1.05
    assert widening(0.99, lacking.freedom) > 1.2 > widening(0.5, lacking.freedom)


def test_a_bill_below_its_evidence_is_sure_of_nothing_there(bill, phone, utc):
    usage, evidence, _ = _many(bill, phone, overhead=1.04, seed=3)
    record = int(usage.frame["bytes_total"].idxmax())
    less = np.where(usage.frame.index == record, 0.96, 1.0)
    short = (usage.frame["bytes_total"] * less).round().astype("Int64")
    width = []
    for frame in (usage.frame, usage.frame.assign(bytes_total=short)):
        found = attribute(UsageRecords(frame), evidence, zone=utc)
        apps = _apps(found)
        band = bands(found, apps[apps["record"] == record], level=0.95).iloc[0]
        width.append((band["bytes_high"] - band["bytes_low"]) / band["bytes"])
    assert width[0] < 0.05
    assert width[1] > 0.08


@pytest.mark.parametrize("up", [0.0, 1.0], ids=["to the nearest step", "up"])
def test_an_overhead_holds_whether_its_file_rounds_to_the_nearest_step_or_up(up):
    """Forty records a part, each rounded to a step: up, that adds 4 % to the bill of most parts."""
    dice = np.random.default_rng(8)
    for overhead in (1.0, 1.03, 1.06):
        exact = _parts(dice, overhead, lacking=0.0)
        added = np.full(90, 0.04 * np.median(exact.bill))
        parts = replace(
            exact,
            bill=exact.bill + up * added,
            rounding=added / exact.bill / 40**0.5 / 3**0.5,
            upward=added,
        )
        found = estimate(parts)
        assert found.overhead.low <= overhead <= found.overhead.high
        fine = estimate(replace(parts, bill=exact.bill, upward=np.zeros(90)))
        assert found.overhead.high - found.overhead.low > fine.overhead.high - fine.overhead.low
