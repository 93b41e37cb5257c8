import pytest

from esim_analysis.leakage import find
from esim_analysis.model import Severity
from tests.leakage.lives import DICTIONARY, MB, VIDEO, Use, daily, facts, ordinary_month

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
