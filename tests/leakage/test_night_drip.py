from esim_analysis.leakage import find
from esim_analysis.model import Severity
from tests.leakage.lives import (
    DICTIONARY,
    MB,
    VIDEO,
    Use,
    bill_only,
    daily,
    dictionary_nights,
    facts,
    ordinary_month,
)

MAIL = "com.example.buzon"
NIGHTS = range(1, 24)


def _found(uses, **more):
    return [f for f in find(facts(uses, **more)) if f.rule == "night_drip"]


def _drip(volume=3 * MB, app=MAIL, days=NIGHTS):
    """Return two small syncs a night, each too small for a window of its own."""
    return [
        *daily(app, "01:30", 20, volume, days=days),
        *daily(app, "04:30", 20, volume, days=days),
    ]


def test_drip_names_the_app_the_phone_names():
    (finding,) = _found([*ordinary_month(NIGHTS), *_drip()])
    assert finding.app == MAIL
    assert finding.facts["nights"] == 23
    assert finding.facts["median_night"] == 6 * MB
    assert finding.bytes == 23 * 6 * MB
    assert finding.remedy == "background_data"


def test_drip_seen_only_on_the_bill_names_nobody_and_stays_low():
    (finding,) = _found(bill_only([*ordinary_month(NIGHTS), *_drip()]))
    assert finding.app == ""
    assert finding.severity in (Severity.LOW, Severity.INFO)
    assert finding.confidence <= 0.3


def test_ordinary_month_is_silent_with_and_without_evidence():
    assert _found(ordinary_month()) == []
    assert _found(bill_only(ordinary_month())) == []


def test_reading_at_night_is_not_a_drip():
    owl = daily("com.example.brisa", "01:15", 60, 20 * MB, days=NIGHTS, ground="foreground")
    assert _found([*ordinary_month(NIGHTS), *owl]) == []


def test_background_bytes_of_an_app_on_screen_are_not_a_drip():
    owl = [
        *daily(VIDEO, "01:15", 60, 20 * MB, days=NIGHTS, ground="foreground"),
        *daily(VIDEO, "01:15", 60, 4 * MB, days=NIGHTS),
    ]
    assert _found(owl) == []


def test_what_recurs_every_night_is_a_drip_and_told_once():
    nightly = dictionary_nights(40 * MB, days=NIGHTS)
    findings = find(facts([*ordinary_month(NIGHTS), *nightly]))
    assert [f.rule for f in findings if f.app == DICTIONARY] == ["night_drip"]


def test_two_nights_are_no_drip():
    assert _found([*ordinary_month(NIGHTS), *_drip(4 * MB, days=(3, 9))]) == []


def test_nights_without_a_byte_count_as_silent():
    assert _found([*ordinary_month(NIGHTS), *_drip(4 * MB, days=range(1, 10))]) == []


def test_night_between_two_balances_says_when_and_how_much_and_asks_for_readings():
    night = [Use("unattributed", "2026-11-02 23:10", 510, 900 * MB, "unknown", "snapshot_diff")]
    (finding,) = find(facts(night))
    assert (finding.rule, finding.app, finding.bytes) == ("night_drip", "", 900 * MB)
    assert finding.remedy == "readings"
    assert finding.severity is Severity.LOW


def test_rows_with_made_up_hours_prove_no_night():
    made_up = daily(
        "unattributed", "02:00", 60, 9 * MB, days=NIGHTS, ground="unknown", quality="prorated"
    )
    assert _found([*ordinary_month(NIGHTS), *made_up]) == []
