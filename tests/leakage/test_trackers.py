from dataclasses import replace

import pytest

from esim_analysis.leakage import find
from esim_analysis.model import Severity
from esim_analysis.model.knowledge import Knowledge
from esim_analysis.reference.hosts import LISTED
from tests.leakage.lives import MB, Use, daily, facts, ordinary_month

READER = "com.example.brisa"
ADS = "pagead2.googlesyndication.com"


def _found(uses, **more):
    return [f for f in find(facts(uses, **more)) if f.rule == "trackers"]


def _hourly(host, volume, **more):
    return [
        use
        for hour in range(8, 22)
        for use in daily(READER, f"{hour:02d}:20", 3, volume, days=range(1, 29), host=host, **more)
    ]


def test_advertising_that_dominates_an_app_is_its_first_finding_and_explains_its_bytes():
    findings = find(facts([*ordinary_month(), *_hourly(ADS, MB)]))
    mine = [f for f in findings if f.app == READER]
    assert mine[0].rule == "trackers"
    assert mine[0].bytes == pytest.approx(14 * 28 * MB * 1.03)  # times the overhead
    assert mine[0].facts["companies"] == 1
    assert mine[0].facts["hosts"] == ADS
    assert mine[0].severity in (Severity.LOW, Severity.MEDIUM)
    assert "background_sync" not in {f.rule for f in mine}


def test_share_of_the_app_and_share_nobody_knows_are_told():
    uses = [*_hourly(ADS, MB), *_hourly("img.brisa.example", 3 * MB)]
    (finding,) = _found(uses)
    assert finding.facts["share_of_app"] == pytest.approx(0.25)
    assert finding.facts["unmatched"] == pytest.approx(0.75)


def test_a_few_banners_in_a_busy_app_are_silent():
    few = [*_hourly("img.brisa.example", 3 * MB), *daily(READER, "09:00", 3, 300_000,
           days=range(1, 29), host=ADS)]  # fmt: skip
    assert _found(few) == []


def test_a_browser_is_information_only():
    (finding,) = _found(_hourly(ADS, 2 * MB), categories={READER: "browser"})
    assert finding.severity is Severity.INFO


def test_what_does_not_dominate_leaves_the_rest_to_other_rules():
    sync = daily(READER, "02:10", 40, 500 * MB, days=(3, 4, 5), host="dl.brisa.example")
    rules = [f.rule for f in find(facts([*_hourly(ADS, MB), *sync])) if f.app == READER]
    assert set(rules) >= {"trackers", "background_sync"}


def test_contacts_without_bytes_are_counted_and_no_volume_is_claimed():
    contacts = daily(READER, "10:00", 60, 0, days=range(1, 8), host="app-measurement.com",
                     hits=40, ground="unknown")  # fmt: skip
    bill = [Use("unattributed", f"2026-10-0{day} 10:00", 60, 50 * MB, "unknown")
            for day in range(1, 8)]  # fmt: skip
    (finding,) = _found([*contacts, *bill])
    assert (finding.bytes, finding.severity) == (0, Severity.INFO)
    assert finding.facts["contacts"] == 280


def test_contacts_over_wifi_are_on_no_bill():
    wifi = _hourly(ADS, MB)
    assert _found(ordinary_month(), wifi=wifi) == []


def test_a_list_the_user_brought_is_asked_too_and_ours_stays():
    ours = daily(READER, "10:20", 3, 4 * MB, days=range(1, 20), host="x.doubleclick.net")
    theirs = daily(READER, "11:20", 3, 4 * MB, days=range(1, 20), host="a.nowhere.example")
    told = facts([*ordinary_month(), *ours, *theirs])
    (plain,) = (one for one in find(told) if one.rule == "trackers")
    known = Knowledge(hosts={"nowhere.example": ("", LISTED)})
    (both,) = (one for one in find(replace(told, knowledge=known)) if one.rule == "trackers")
    assert both.bytes == pytest.approx(2 * plain.bytes)
