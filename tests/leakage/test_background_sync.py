from dataclasses import replace
from decimal import Decimal

import pytest

from esim_analysis.leakage import find
from esim_analysis.model import PhoneSettings, Severity
from tests.leakage.lives import (
    DICTIONARY,
    MB,
    MUSIC,
    VIDEO,
    Use,
    daily,
    dictionary_nights,
    facts,
    ordinary_month,
)


def _found(uses, **more):
    return [f for f in find(facts(uses, **more)) if f.rule == "background_sync"]


def test_dictionary_of_three_nights_is_the_first_finding():
    first = find(facts([*ordinary_month(), *dictionary_nights()], price_a_mb="0.006"))[0]
    assert (first.rule, first.app, first.severity) == (
        "background_sync",
        DICTIONARY,
        Severity.HIGH,
    )
    assert first.bytes == 3 * 640 * MB
    assert first.bytes_low < first.bytes <= first.bytes_high
    assert first.cost == Decimal("0.006") * 3 * 640
    assert [str(window.start_utc) for window in first.windows] == [
        "2026-10-13 00:10:00+00:00",
        "2026-10-14 00:10:00+00:00",
        "2026-10-21 00:10:00+00:00",
    ]
    assert first.facts["days"] == 3
    assert first.facts["at_night"] == 1.0
    assert len(first.evidence_rows) == 3


def test_video_watched_in_the_evening_is_not_named_by_any_finding():
    findings = find(facts([*ordinary_month(), *dictionary_nights()]))
    assert VIDEO not in {finding.app for finding in findings}


def test_ordinary_month_is_silent():
    assert _found(ordinary_month()) == []


def test_pushes_of_a_chat_app_are_silent_though_they_add_up():
    trickle = [
        use
        for hour in range(24)
        for use in daily("com.example.parla", f"{hour:02d}:05", 20, 900_000, days=range(1, 24))
    ]
    assert _found(trickle) == []


def test_one_burst_is_worth_a_sentence_and_a_small_one_is_not():
    burst = [Use(DICTIONARY, "2026-10-13 02:10", 40, 60 * MB)]
    small = [Use(DICTIONARY, "2026-10-13 02:10", 40, 30 * MB)]
    assert len(_found([*ordinary_month(), *burst])) == 1
    assert _found([*ordinary_month(), *small]) == []


def test_download_that_goes_on_after_the_app_was_opened_is_information_only():
    game = "com.example.castillo"
    by_hand = [
        Use(game, "2026-10-10 16:00", 30, 80 * MB, "foreground"),
        Use(game, "2026-10-10 16:30", 60, 900 * MB),
    ]
    (finding,) = _found([*ordinary_month(), *by_hand])
    assert finding.severity is Severity.INFO
    assert finding.confidence < 0.5


def test_music_with_the_screen_off_is_information_only():
    walks = daily(MUSIC, "18:00", 90, 90 * MB, days=range(1, 21))
    (finding,) = _found([*ordinary_month(), *walks], categories={MUSIC: "music"})
    assert finding.severity is Severity.INFO
    assert finding.confidence <= 0.45


def test_other_devices_removed_apps_and_system_are_left_to_their_own_lines():
    others = [
        use
        for app in ("tethering", "removed", "system")
        for use in daily(app, "02:10", 40, 200 * MB, days=(3, 4, 5))
    ]
    assert _found([*ordinary_month(), *others]) == []


def test_night_between_two_counter_readings_names_the_app_with_less_confidence():
    night = [
        Use(DICTIONARY, "2026-11-02 23:12", 508, 836 * MB, "unknown"),
        Use(VIDEO, "2026-11-02 23:12", 508, 41 * MB, "unknown"),
    ]
    (finding,) = _found(night, time_kind="snapshot")
    assert finding.app == DICTIONARY
    assert finding.facts["basis"] == "slept"
    assert finding.confidence < 0.6
    assert finding.facts["share_of_bill"] == pytest.approx(836 / 877, abs=1e-6)
    assert finding.facts["share_low"] < finding.facts["share_of_bill"]


def test_day_between_two_counter_readings_accuses_nobody():
    day = [Use(DICTIONARY, "2026-11-02 09:00", 600, 836 * MB, "unknown")]
    assert _found(day, time_kind="snapshot") == []


def test_switch_that_is_already_off_is_told():
    settings = PhoneSettings(platform="android", background_off=frozenset({DICTIONARY}))
    (finding,) = _found([*ordinary_month(), *dictionary_nights()], settings=settings)
    assert finding.facts["background_off"] == 1


def test_neighbouring_buckets_are_one_window():
    long_night = [
        replace(use, start=f"2026-10-13 {hour}:00", minutes=120)
        for use, hour in zip(dictionary_nights(80 * MB), ("00", "02", "04"), strict=True)
    ]
    (finding,) = _found([*ordinary_month(), *long_night])
    assert len(finding.windows) == 1
    assert finding.facts["hours"] == pytest.approx(6.0)


def test_two_lines_are_two_findings():
    other = [replace(use, line="line-2") for use in dictionary_nights()]
    findings = _found([*ordinary_month(), *dictionary_nights(), *other])
    assert {finding.line for finding in findings} == {"line-1", "line-2"}
    assert {finding.bytes for finding in findings} == {3 * 640 * MB}
