"""A byte's day is its bucket's; only what straddles midnight is divided."""

from itertools import pairwise

import pandas as pd
import pytest

from esim_analysis.attribution import attribute, share, timeline

MB = 1_000_000


@pytest.fixture
def overnight(bill, phone):
    """A session over Madrid's winter midnight (23:00 UTC), and its three buckets."""

    def build(day: str):
        after = pd.Timestamp(day) + pd.Timedelta(days=1)
        usage = bill(
            [{"start": f"{day} 19:00", "end": after + pd.Timedelta("2h"), "bytes": 30_900_000}]
        )
        evidence = phone(
            [
                {"start": f"{day} 20:00", "end": f"{day} 22:00", "app": "early", "bytes": 10 * MB},
                {"start": f"{day} 22:00", "end": after, "app": "middle", "bytes": 10 * MB},
                {
                    "start": after,
                    "end": after + pd.Timedelta("2h"),
                    "app": "late",
                    "bytes": 10 * MB,
                },
            ]
        )
        return usage, evidence

    return build


def _days(found, app):
    rows = found.by_day[found.by_day["app"] == app]
    return dict(zip(rows["day"], rows["bytes"], strict=True))


def test_in_winter_the_bucket_around_midnight_is_divided_and_its_band_says_so(overnight, madrid):
    found = attribute(*overnight("2026-01-10"), zone=madrid)
    assert _days(found, "early") == {"2026-01-10": 10_300_000}
    assert _days(found, "late") == {"2026-01-11": 10_300_000}
    assert _days(found, "middle") == {"2026-01-10": 5_150_000, "2026-01-11": 5_150_000}
    middle = found.by_day[found.by_day["app"] == "middle"]
    assert (middle["bytes_low"] == 0).all()
    assert (middle["bytes_high"] >= 10_300_000).all()
    assert (middle["status"] == "bounded").all()


def test_in_summer_midnight_is_an_edge_and_nothing_is_divided(overnight, madrid):
    found = attribute(*overnight("2026-07-10"), zone=madrid)
    assert _days(found, "early") == {"2026-07-10": 10_300_000}
    assert _days(found, "middle") == {"2026-07-11": 10_300_000}
    assert (found.by_day.loc[found.by_day["app"] == "middle", "bytes_low"] > 9 * MB).all()


def test_the_session_decides_where_a_straddling_bucket_lies(bill, phone, madrid):
    usage = bill([{"start": "2026-01-10 22:00", "end": "2026-01-10 22:50", "bytes": 10_300_000}])
    evidence = phone(
        [{"start": "2026-01-10 22:00", "end": "2026-01-11 00:00", "app": "p", "bytes": 10 * MB}]
    )
    assert _days(attribute(usage, evidence, zone=madrid), "p") == {"2026-01-10": 10_300_000}


def test_residuals_of_a_long_record_go_by_duration_to_the_byte(bill, phone, madrid):
    usage = bill([{"start": "2026-10-24 22:00", "end": "2026-10-26 23:00", "bytes": 100_003}])
    found = attribute(
        usage,
        phone([{"start": "2026-09-01", "end": "2026-09-02", "app": "p", "bytes": 1}]),
        zone=madrid,
    )
    # The day the clock goes back has 25 hours, the day after it 24.
    assert _days(found, "unattributed") == {"2026-10-25": 51_022, "2026-10-26": 48_981}


def test_a_time_zone_of_the_machine_changes_nothing(overnight, madrid, monkeypatch):
    found = attribute(*overnight("2026-01-10"), zone=madrid)
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    again = attribute(*overnight("2026-01-10"), zone=madrid)
    pd.testing.assert_frame_equal(found.by_day, again.by_day)


def test_a_timeline_by_day_is_local_and_by_two_hours_is_the_buckets(overnight, madrid):
    found = attribute(*overnight("2026-01-10"), zone=madrid)
    hours = timeline(found, step="2h").set_index(["app", "start_utc"])["bytes"]
    assert hours["middle"].to_dict() == {pd.Timestamp("2026-01-10 22:00", tz="UTC"): 10_300_000}
    days = timeline(found, step="1D").set_index(["app", "start_utc"])["bytes"]
    assert days["middle"].to_dict() == {
        pd.Timestamp("2026-01-09 23:00", tz="UTC"): 5_150_000,
        pd.Timestamp("2026-01-10 23:00", tz="UTC"): 5_150_000,
    }


def test_an_unknown_step_is_refused(overnight, madrid):
    with pytest.raises(ValueError, match="step is one of"):
        timeline(attribute(*overnight("2026-01-10"), zone=madrid), step="3h")


def _utc(first, last):
    return pd.Timestamp(first, tz="UTC"), pd.Timestamp(last, tz="UTC")


def test_a_window_counts_pieces_inside_and_bounds_what_it_cuts(overnight, madrid):
    found = attribute(*overnight("2026-01-10"), zone=madrid)
    evening = _utc("2026-01-10 20:00", "2026-01-10 23:00")
    window = share(found, spans=[evening], apps=["early", "middle"])
    assert window.bytes == 15_450_000
    assert (window.background, window.unknown) == (15_450_000, 0)
    assert window.low == 9_800_000  # the lowest overhead, and nothing of the cut bucket
    assert window.high == 21_800_000
    assert window.share == 1.0


def test_windows_side_by_side_sum_to_the_bill_and_together_count_once(overnight, madrid):
    usage, evidence = overnight("2026-01-10")
    found = attribute(usage, evidence, zone=madrid)
    edges = pd.date_range("2026-01-10 00:00", "2026-01-11 12:00", periods=8, tz="UTC")
    spans = list(pairwise(edges))
    apart = [share(found, spans=[span]) for span in spans]
    for name in ("billed", "bytes", "background"):
        whole = getattr(share(found, spans=[(edges[0], edges[-1])]), name)
        assert sum(getattr(each, name) for each in apart) == whole
        assert getattr(share(found, spans=[*spans, spans[2]]), name) == whole
    assert share(found, spans=spans).billed == usage.billed.sum()


def test_grounds_and_lines_that_are_not_there_used_nothing(overnight, madrid):
    found = attribute(*overnight("2026-01-10"), zone=madrid)
    day = _utc("2026-01-10", "2026-01-12")
    assert share(found, spans=[day], grounds=["foreground"]).bytes == 0
    assert share(found, spans=[day], lines=["another"]).billed == 0


def test_a_window_without_a_bill_is_empty(overnight, madrid):
    found = attribute(*overnight("2026-01-10"), zone=madrid)
    window = share(found, spans=[_utc("2026-03-01", "2026-03-02")])
    assert (window.billed, window.bytes, window.share) == (0, 0, 0.0)


def test_of_a_daily_bill_the_side_of_the_busy_neighbour_takes_more(bill, phone, madrid):
    """The phone fell silent after the bucket over midnight: most of it was before."""
    usage = bill([{"start": "2026-01-10", "end": "2026-01-11", "bytes": 103 * MB}])
    buckets = pd.date_range("2026-01-05", "2026-01-12", freq="2h", inclusive="left", tz="UTC")
    silent = buckets == pd.Timestamp("2026-01-11", tz="UTC")
    rows = [
        {"start": start, "end": start + pd.Timedelta("2h"), "app": app, "bytes": MB}
        for start in buckets[~silent]
        for app in "pq"
    ]
    found = _days(attribute(usage, phone(rows), zone=madrid), "p")
    assert sum(found.values()) <= 103 * MB
    share = found["2026-01-11"] / (found["2026-01-10"] / 11)
    assert 0.05 < share < 0.35  # of a bucket; by duration it would be half


@pytest.mark.parametrize(
    ("night", "midnights"),
    [
        ("2026-10-25", ["2026-10-24 22:00", "2026-10-25 23:00"]),  # 25 hours
        ("2026-03-29", ["2026-03-28 23:00", "2026-03-29 22:00"]),  # 23 hours
    ],
)
def test_the_day_the_clock_changes_begins_and_ends_at_its_own_midnights(
    bill, phone, madrid, night, midnights
):
    first, last = (pd.Timestamp(moment, tz="UTC") for moment in midnights)
    hours = pd.date_range(first - pd.Timedelta("3h"), last + pd.Timedelta("3h"), freq="h")
    ends = [start + pd.Timedelta("1h") for start in hours]
    usage = bill([{"start": a, "end": b, "bytes": MB} for a, b in zip(hours, ends, strict=True)])
    evidence = phone(
        [
            {"start": a, "end": b, "app": "p", "bytes": int(MB / 1.03)}
            for a, b in zip(hours, ends, strict=True)
        ]
    )
    found = attribute(usage, evidence, zone=madrid)
    hours_of_day = int((last - first) / pd.Timedelta("1h"))
    day = found.by_day[found.by_day["day"] == night]["bytes"].sum()
    assert hours_of_day in {23, 25}
    assert day == hours_of_day * MB
