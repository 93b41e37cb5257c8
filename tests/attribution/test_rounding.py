"""Small records tell which way a bill rounds its volumes; what rounding up adds is its own line."""

import numpy as np
import pandas as pd
import pytest

from esim_analysis.attribution import attribute, bands, hypotheses
from esim_analysis.model import RESIDUALS, ROUNDING, Origin

MB = 1_000_000
OVERHEAD = 1.03
ROUNDED = {"up": np.ceil, "nearest": np.rint, "down": np.floor}


def _sides(bill, phone, way, *, seed=0, records=240, unseen=0.0):
    """Return a bill of a record a bucket in whole MB, its phone, and the bytes metered of each record."""
    dice = np.random.default_rng(seed)
    starts = pd.date_range("2026-01-10", periods=records, freq="2h", tz="UTC")
    volume = dice.lognormal(15, 1.5, (3, records)).astype(int) + 5_000
    hidden = dice.lognormal(15, 1.5, records) * (dice.random(records) < unseen)
    noise = 1 + dice.normal(0, 0.01, records)
    metered = (volume.sum(axis=0) + hidden) * OVERHEAD * noise
    billed = (ROUNDED[way](metered / MB) * MB).astype(int)
    usage = bill(
        [
            {"start": start, "end": start + pd.Timedelta("100min"), "bytes": int(size)}
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
    return usage, evidence, billed - metered


@pytest.mark.parametrize("way", ROUNDED)
@pytest.mark.parametrize("unseen", [0.0, 0.3], ids=["complete", "a third lacks evidence"])
def test_records_of_different_size_tell_which_way_they_were_rounded(bill, phone, utc, way, unseen):
    usage, evidence, _ = _sides(bill, phone, way, unseen=unseen)
    found = attribute(usage, evidence, zone=utc)
    assert (found.rounding.value, found.rounding.origin) == (way, Origin.ESTIMATED)
    assert found.overhead.low <= OVERHEAD <= found.overhead.high
    assert found.overhead.point == pytest.approx(OVERHEAD, abs=0.006)


def test_few_records_do_not_tell_and_both_ways_stay_possible(bill, phone, utc):
    usage, evidence, _ = _sides(bill, phone, "up", records=8)
    found = attribute(usage, evidence, zone=utc)
    assert (found.rounding.value, found.rounding.origin) == ("unclear", Origin.ASSUMED)
    assert found.by_record["rounding"].sum() == 0


def test_large_records_do_not_tell_what_only_small_ones_can(bill, phone, utc):
    """Ten records of some hundred MB: half a step of them is less than the meter's noise."""
    usage, evidence, _ = _sides(bill, phone, "up", records=60)
    large = usage.frame["bytes_total"].nlargest(10).index
    small = usage.frame["bytes_total"].where(usage.frame.index.isin(large), 0)
    found = attribute(type(usage)(usage.frame.assign(bytes_total=small)), evidence, zone=utc)
    assert found.rounding is None or found.rounding.value == "unclear"


def test_fine_steps_are_not_spoken_of(bill, phone, utc):
    usage, evidence, _ = _sides(bill, phone, "up")
    fine = (usage.frame["bytes_total"] - 1_000).clip(lower=1_000)
    found = attribute(type(usage)(usage.frame.assign(bytes_total=fine)), evidence, zone=utc)
    assert found.rounding is None
    assert found.by_record["rounding"].sum() == 0


def test_what_rounding_up_added_is_its_own_line_with_a_band(bill, phone, utc):
    usage, evidence, added = _sides(bill, phone, "up")
    found = attribute(usage, evidence, zone=utc)
    line = found.by_cycle.query("app == @ROUNDING").iloc[0]
    assert line["bytes"] == pytest.approx(added.sum(), rel=0.15)
    assert line["bytes_low"] <= added.sum() <= line["bytes_high"] <= len(added) * MB
    assert line["status"] != "exact"
    parts = found.by_record[["attributed", "unattributed", "rounding", "conflict"]].sum(axis=1)
    assert (parts == found.by_record["billed"]).all()
    assert found.by_record["rounding"].between(0, MB).all()


def test_where_nothing_lacks_the_phone_says_what_a_record_was_before_rounding(bill, phone, utc):
    usage, evidence, added = _sides(bill, phone, "up")
    found = attribute(usage, evidence, zone=utc).by_record
    small = (usage.frame["bytes_total"] <= 10 * MB).to_numpy()
    off = np.abs(found["rounding"].to_numpy(float) - added)[small]
    assert np.median(off) < 0.1 * MB  # half a step alone would be off by a quarter of a step


def test_calibrated_bands_of_rounded_bills_hold(bill, phone, utc):
    held = []
    for seed in range(4):
        usage, evidence, _ = _sides(bill, phone, "up", seed=seed)
        found = attribute(usage, evidence, zone=utc)
        apps = found.pieces[~found.pieces["app"].isin(RESIDUALS)]
        apps = apps.assign(
            day=apps["start_utc"].dt.strftime("%Y-%m-%d"), app=apps["app"].astype("str")
        )
        seen = evidence.frame.assign(day=evidence.frame["start_utc"].dt.strftime("%Y-%m-%d"))
        true = seen.groupby(["day", "app"])["bytes_down"].sum() * OVERHEAD
        rows = bands(found, apps, by=["day", "app"], level=0.95)
        here = true.reindex(pd.MultiIndex.from_frame(rows[["day", "app"]])).to_numpy(float)
        held.append(((rows["bytes_low"] <= here + 1) & (here - 1 <= rows["bytes_high"])).mean())
    assert np.mean(held) >= 0.9


def test_the_waterfall_tells_of_rounding_once(bill, phone, utc):
    usage, evidence, added = _sides(bill, phone, "up")
    found = attribute(usage, evidence, zone=utc)
    told = hypotheses.reconcile(usage, evidence, found)
    steps = told.steps[told.steps["step"] == ROUNDING]
    assert steps["bytes"].sum() == pytest.approx(added.sum(), rel=0.2)
    assert told.steps.loc[told.steps["kind"] != "total", "bytes"].sum() == told.billed
