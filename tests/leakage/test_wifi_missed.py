from dataclasses import replace

import pandas as pd
import pytest

from esim_analysis.leakage import find
from esim_analysis.model import Evidence, Severity
from tests.leakage.lives import (
    CHAT,
    DICTIONARY,
    MB,
    VIDEO,
    ZONE,
    Use,
    daily,
    facts,
    ordinary_month,
)

HOME = [
    use
    for hour in range(0, 24, 2)
    for use in daily("com.example.parla", f"{hour:02d}:05", 100, 4 * MB, days=range(1, 25))
]


def _found(uses, **more):
    return [f for f in find(facts(uses, **more)) if f.rule == "wifi_missed"]


def test_nights_beside_the_wifi_are_the_first_finding_and_explain_the_sync():
    nights = daily(DICTIONARY, "02:10", 48, 300 * MB, days=(13, 14, 21))
    findings = [f for f in find(facts([*ordinary_month(), *nights], wifi=HOME))
                if f.app == DICTIONARY]  # fmt: skip
    assert [f.rule for f in findings] == ["wifi_missed"]
    assert findings[0].bytes == 900 * MB
    assert findings[0].severity is Severity.MEDIUM
    assert findings[0].remedy == "wifi_assist"


def test_late_in_the_evening_the_way_home_looks_the_same_and_it_is_for_information():
    late = daily(VIDEO, "23:20", 20, 100 * MB, days=(13, 14, 15), ground="foreground")
    (finding,) = _found([*ordinary_month(range(1, 2)), *late], wifi=HOME)
    assert finding.severity is Severity.INFO
    assert finding.confidence <= 0.4


def test_by_day_two_hours_are_long_enough_to_leave_the_house():
    days = daily(VIDEO, "16:30", 20, 100 * MB, days=(13, 14, 15), ground="foreground")
    assert _found([*ordinary_month(range(1, 2)), *days], wifi=HOME) == []


def test_connections_tell_to_the_minute():
    days = daily(VIDEO, "16:30", 20, 100 * MB, days=(13, 14, 15), host="x.example")
    wifi = daily("com.example.parla", "16:00", 60, 8 * MB, days=(13, 14, 15), host="y.example")
    (finding,) = _found(days, wifi=wifi)
    assert finding.facts["basis"] == "flows"
    assert finding.confidence == pytest.approx(0.75)


def _hours(*clocks, days=(13, 14, 15), volume=MB):
    """Return hours of the phone's own Wi-Fi counter, October 2026 local."""
    start = [
        pd.Timestamp(f"2026-10-{day:02d} {clock}", tz=ZONE).tz_convert("UTC")
        for day in days
        for clock in clocks
    ]
    begin = pd.DatetimeIndex(start).as_unit("us")
    return pd.DataFrame(
        {
            "interface": "wifi",
            "start_utc": begin,
            "end_utc": begin + pd.Timedelta(hours=1),
            "bytes_down": volume,
            "source": "netstats.txt",
        }
    )


LATE = daily(VIDEO, "23:20", 20, 100 * MB, days=(13, 14, 15), ground="foreground")


def _told_by_hours(*clocks, uses=LATE, volume=MB):
    seen = facts([*ordinary_month(range(1, 2)), *uses], wifi=HOME)
    totals = _hours(*clocks, volume=volume)
    seen = replace(seen, evidence=replace(seen.evidence, device_totals=totals))
    return next(one for one in find(seen) if one.rule == "wifi_missed")


def test_an_hour_between_hours_of_wifi_is_told_and_the_surge_of_it_is_not_told_twice():
    finding = _told_by_hours("22:00", "23:00")
    assert finding.severity is Severity.INFO  # who came home may still have gone out again
    seen = facts([*ordinary_month(), *LATE], wifi=HOME)
    totals = pd.concat([_hours("22:00", "23:00"), _hours("00:00", days=(14, 15, 16))])
    seen = replace(seen, evidence=replace(seen.evidence, device_totals=totals))
    found = [f for f in find(seen) if f.app == VIDEO or f.facts.get("seen_app") == VIDEO]
    assert found[0].rule == "wifi_missed"
    assert (found[0].facts["basis"], found[0].severity) == ("between", Severity.LOW)
    assert found[0].bytes == 300 * MB
    told = [window for f in found if f.rule == "surge" for window in f.windows]
    assert not any(w.start_utc.day in (13, 14, 15) and w.start_utc.hour == 21 for w in told)


def test_a_network_that_is_only_seen_says_nothing():
    assert _told_by_hours("22:00", "23:00", "00:00", volume=100).facts["basis"] == "buckets"


def _captured(quiet_before="23:05", quiet_after="23:50", days=(13, 14, 15), **more):
    """Return a bill with a video at 23:10, and a capture that names no radio."""
    video = daily(VIDEO, "23:10", 35, 100 * MB, days=days, host="v.example")
    seen = facts([*daily(VIDEO, "20:00", 30, 2 * MB, days=range(1, 29)), *video], **more)
    spoken = [
        use
        for clock in (quiet_before, quiet_after)
        for use in daily(CHAT, clock, 1, 10_000, days=days, host="c.example")
    ]
    chat = facts(spoken).evidence.frame
    frame = pd.concat([seen.evidence.frame, chat], ignore_index=True)
    frame["interface"] = "unknown"
    return [f for f in find(replace(seen, evidence=Evidence(frame))) if f.rule == "wifi_missed"]


def test_unbilled_talk_just_before_and_after_a_billed_use_is_told_with_its_doubts():
    (finding,) = _captured()
    assert finding.facts["basis"] == "unbilled"
    assert (finding.severity, finding.confidence) == (Severity.LOW, pytest.approx(0.4))
    assert finding.bytes == 300 * MB
    assert "doubt_free_app" in str(finding.facts["doubts"])


@pytest.mark.parametrize(
    ("before", "after"), [("22:30", "23:50"), ("23:05", "00:30"), ("23:30", "23:31")]
)
def test_talk_long_before_long_after_or_only_meanwhile_says_nothing(before, after):
    assert _captured(before, after) == []


def test_unbilled_talk_around_a_video_on_two_nights_is_silent():
    assert _captured(days=(13, 14)) == []


def test_wifi_before_and_after_a_night_out_is_silent():
    evenings = daily(VIDEO, "21:00", 60, 200 * MB, days=range(1, 20))
    away = [use for use in HOME if use.start[11:13] not in ("20", "22")]
    assert _found(evenings, wifi=away) == []


def test_the_minute_of_changing_over_and_a_single_day_are_silent():
    crumbs = daily(VIDEO, "02:30", 2, 3 * MB, days=range(1, 20))
    once = [Use(VIDEO, "2026-10-20 02:30", 20, 400 * MB)]
    assert _found([*crumbs, *once], wifi=HOME) == []


def test_without_wifi_in_the_evidence_the_question_is_not_answered():
    assert _found(daily(VIDEO, "16:30", 20, 100 * MB, days=(1, 2, 3))) == []
