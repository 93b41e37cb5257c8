"""What is certain is exact, what is not is bounded, what is missing stays unattributed."""

import numpy as np
import pandas as pd
import pytest

from esim_analysis.attribution import attribute
from esim_analysis.model import Evidence, UsageRecords

MB = 1_000_000


def _app(table, app):
    return int(table.loc[table["app"] == app, "bytes"].sum())


def test_evidence_nested_in_one_session_is_returned_exactly_at_the_overhead(bill, phone, utc):
    usage = bill([{"start": "2026-11-01 08:00", "end": "2026-11-01 12:00", "bytes": 50 * MB}])
    evidence = phone(
        [
            {"start": "2026-11-01 08:00", "end": "2026-11-01 10:00", "app": "p", "bytes": 10 * MB},
            {"start": "2026-11-01 10:00", "end": "2026-11-01 12:00", "app": "q", "bytes": 20 * MB},
        ]
    )
    found = attribute(usage, evidence, zone=utc)
    assert found.overhead.origin == "assumed"
    assert _app(found.by_cycle, "p") == 10_300_000
    assert _app(found.by_cycle, "q") == 20_600_000
    assert _app(found.by_cycle, "unattributed") == 19_100_000
    assert set(found.pieces["status"]) == {"exact", "unattributed"}


def test_a_nested_bill_that_closes_leaves_nothing_unattributed(bill, phone, utc):
    usage = bill([{"start": "2026-11-01 08:00", "end": "2026-11-01 10:00", "bytes": 30 * MB}])
    evidence = phone(
        [
            {"start": "2026-11-01 08:00", "end": "2026-11-01 10:00", "app": "p", "bytes": 10 * MB},
            {"start": "2026-11-01 08:00", "end": "2026-11-01 10:00", "app": "q", "bytes": 20 * MB},
        ]
    )
    found = attribute(usage, evidence, zone=utc)
    assert _app(found.by_cycle, "p") == 10 * MB
    assert _app(found.by_cycle, "q") == 20 * MB
    assert list(found.by_record["status"]) == ["explained"]


@pytest.mark.parametrize("overhead", [0.981, 1.0, 1.03, 1.06, 1.089])
def test_an_overhead_inside_the_band_is_no_conflict(bill, phone, utc, overhead):
    dice = np.random.default_rng(7)
    starts = pd.date_range("2026-11-01", periods=60, freq="4h", tz="UTC")
    volume = dice.lognormal(15, 1, 60).astype(int) + MB
    evidence = phone(
        [
            {"start": start, "end": start + pd.Timedelta("2h"), "app": "p", "bytes": int(seen)}
            for start, seen in zip(starts, volume, strict=True)
        ]
    )
    usage = bill(
        [
            {"start": start, "end": start + pd.Timedelta("40min"), "bytes": int(seen * overhead)}
            for start, seen in zip(starts, volume, strict=True)
        ]
    )
    found = attribute(usage, evidence, zone=utc)
    assert (found.by_record["conflict"] == 0).all()
    assert found.overhead.origin == "estimated"
    assert found.overhead.low <= overhead <= found.overhead.high
    assert _app(found.by_cycle, "unattributed") <= 0.002 * usage.billed.sum()


def test_more_evidence_than_any_overhead_explains_is_a_conflict_beside_the_bill(bill, phone, utc):
    usage = bill([{"start": "2026-11-01 08:00", "end": "2026-11-01 10:00", "bytes": 5 * MB}])
    evidence = phone(
        [{"start": "2026-11-01 08:00", "end": "2026-11-01 10:00", "app": "p", "bytes": 10 * MB}]
    )
    found = attribute(usage, evidence, zone=utc)
    assert _app(found.by_cycle, "p") == 9_800_000  # the phone's bytes at the lowest overhead
    assert _app(found.by_cycle, "conflict") == -4_800_000
    assert list(found.by_record["status"]) == ["conflicting"]


def test_what_was_rounded_up_is_its_own_line(bill, phone, utc):
    usage = bill(
        [
            {
                "start": "2026-11-01 08:00",
                "end": "2026-11-01 10:00",
                "bytes": 10_300_000,
                "bytes_billed": 11_000_000,
            }
        ]
    )
    evidence = phone(
        [{"start": "2026-11-01 08:00", "end": "2026-11-01 10:00", "app": "p", "bytes": 10 * MB}]
    )
    found = attribute(usage, evidence, zone=utc)
    assert _app(found.by_cycle, "rounding") == 700_000
    assert _app(found.by_cycle, "p") == 10_300_000


def test_hotspot_and_removed_apps_are_apps_and_wifi_is_not_billed(bill, phone, utc):
    span = {"start": "2026-11-01 08:00", "end": "2026-11-01 10:00"}
    usage = bill([{**span, "bytes": 20 * MB}])
    evidence = phone(
        [
            {**span, "app": "tethering", "bytes": 5 * MB},
            {**span, "app": "removed", "bytes": 2 * MB},
            {**span, "app": "p", "bytes": 9 * MB, "interface": "wifi"},
            {**span, "app": "q", "bytes": 9 * MB, "counts_toward_total": False},
        ]
    )
    found = attribute(usage, evidence, zone=utc)
    assert set(found.by_cycle["app"]) == {"tethering", "removed", "unattributed"}
    assert _app(found.by_cycle, "tethering") == 5_150_000


def test_foreground_and_background_of_one_app_stay_apart(bill, phone, utc):
    span = {"start": "2026-11-01 08:00", "end": "2026-11-01 10:00", "app": "p"}
    usage = bill([{"start": span["start"], "end": span["end"], "bytes": 20 * MB}])
    evidence = phone(
        [
            {**span, "bytes": 3 * MB, "ground": "foreground"},
            {**span, "bytes": 2 * MB, "ground": "background", "roaming": True},
            {**span, "bytes": 2 * MB, "ground": "background", "roaming": False},
        ]
    )
    pieces = attribute(usage, evidence, zone=utc).pieces
    by_ground = pieces[pieces["app"] == "p"].groupby("ground")["bytes"].sum()
    assert by_ground.to_dict() == {"background": 4_120_000, "foreground": 3_090_000}


def test_a_moment_with_bytes_meets_the_bucket_around_it(bill, phone, utc):
    usage = bill([{"start": "2026-11-01 08:30", "end": pd.NaT, "bytes": MB}])
    evidence = phone(
        [{"start": "2026-11-01 08:00", "end": "2026-11-01 10:00", "app": "p", "bytes": MB}]
    )
    assert _app(attribute(usage, evidence, zone=utc).by_cycle, "p") == MB


def test_a_prorated_row_is_never_divided_and_the_case_says_so(bill, phone, utc):
    span = {"start": "2026-11-01 06:58", "end": "2026-11-02 06:58"}
    usage = bill([{**span, "bytes": 34 * MB, "time_quality": "prorated"}])
    evidence = phone([{**span, "app": "p", "bytes": 30 * MB}])
    found = attribute(usage, evidence, zone=utc)
    assert set(found.by_cycle["app"]) == {"unattributed"}
    assert any("without a time of their own" in note for note in found.notes)


def test_without_evidence_everything_is_unattributed(bill, utc):
    usage = bill([{"start": "2026-11-01 08:00", "end": "2026-11-01 10:00", "bytes": MB}])
    found = attribute(usage, Evidence.none(), zone=utc)
    assert _app(found.by_cycle, "unattributed") == MB
    assert list(found.by_record["status"]) == ["no_evidence"]


def test_without_a_bill_there_is_nothing_and_no_failure(phone, utc):
    evidence = phone(
        [{"start": "2026-11-01 08:00", "end": "2026-11-01 10:00", "app": "p", "bytes": MB}]
    )
    found = attribute(UsageRecords.none(), evidence, zone=utc)
    assert found.pieces.empty
    assert found.by_day.empty


def test_overlapping_sessions_share_and_both_close(bill, phone, utc):
    usage = bill(
        [
            {"start": "2026-11-01 08:00", "end": "2026-11-01 11:00", "bytes": 10 * MB},
            {"start": "2026-11-01 08:30", "end": "2026-11-01 11:30", "bytes": 20 * MB},
        ]
    )
    evidence = phone(
        [
            {"start": "2026-11-01 08:00", "end": "2026-11-01 10:00", "app": "p", "bytes": 21 * MB},
            {"start": "2026-11-01 10:00", "end": "2026-11-01 12:00", "app": "q", "bytes": 9 * MB},
        ]
    )
    found = attribute(usage, evidence, zone=utc)
    assert list(found.by_record["unattributed"]) == [0, 0]
    assert _app(found.by_cycle, "p") == pytest.approx(21 * MB, rel=0.001)


def test_a_record_of_a_month_beside_short_ones_is_found(bill, phone, utc):
    usage = bill(
        [
            {"start": "2026-11-01 00:00", "end": "2026-12-01 00:00", "bytes": 10 * MB},
            {"start": "2026-11-20 08:00", "end": "2026-11-20 08:10", "bytes": 10 * MB},
        ]
    )
    evidence = phone(
        [{"start": "2026-11-25 08:00", "end": "2026-11-25 10:00", "app": "p", "bytes": 4 * MB}]
    )
    found = attribute(usage, evidence, zone=utc)
    assert list(found.by_record["attributed"]) == [4_120_000, 0]


def test_a_clock_half_a_minute_off_loses_no_evidence(bill, phone, utc):
    usage = bill(
        [{"start": "2026-11-01 08:00:30", "end": "2026-11-01 09:59:40", "bytes": 20_600_000}]
    )
    evidence = phone(
        [
            {"start": "2026-11-01 08:00", "end": "2026-11-01 10:00", "app": "p", "bytes": 18 * MB},
            {"start": "2026-11-01 10:00", "end": "2026-11-01 12:00", "app": "q", "bytes": 2 * MB},
        ]
    )
    found = attribute(usage, evidence, zone=utc)
    assert _app(found.by_cycle, "q") == pytest.approx(2_060_000, rel=0.001)


def test_what_a_capture_and_a_bucket_both_saw_counts_once(bill, phone, utc):
    usage = bill([{"start": "2026-11-01 08:00", "end": "2026-11-01 12:00", "bytes": 50 * MB}])
    evidence = phone(
        [
            {"start": "2026-11-01 08:00", "end": "2026-11-01 10:00", "app": "p", "bytes": 10 * MB},
            {
                "start": "2026-11-01 08:20",
                "end": "2026-11-01 08:21",
                "app": "p",
                "bytes": 4 * MB,
                "time_kind": "flow",
            },
        ]
    )
    found = attribute(usage, evidence, zone=utc)
    assert _app(found.by_cycle, "p") == 10_300_000


def test_evidence_of_zero_bytes_and_contacts_without_bytes_change_nothing(bill, phone, utc):
    span = {"start": "2026-11-01 08:00", "end": "2026-11-01 10:00"}
    usage = bill([{**span, "bytes": 20 * MB}])
    evidence = phone(
        [
            {**span, "app": "p", "bytes": 5 * MB},
            {**span, "app": "q", "bytes": 0},
            {**span, "app": "r", "bytes": None},
        ]
    )
    found = attribute(usage, evidence, zone=utc)
    assert set(found.by_cycle["app"]) == {"p", "unattributed"}
