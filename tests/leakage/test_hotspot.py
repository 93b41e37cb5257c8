from dataclasses import replace

from esim_analysis.leakage import find, not_answered
from esim_analysis.model import Severity
from tests.leakage.lives import MB, bill_only, daily, facts, ordinary_month


def _found(uses, **more):
    return [f for f in find(facts(uses, **more)) if f.rule == "hotspot"]


def _laptop(app="tethering", ground="background", volume=230 * MB, days=(10, 22)):
    return daily(app, "16:30", 70, volume, days=days, ground=ground)


def test_other_devices_counted_by_the_phone_are_told():
    (finding,) = _found([*ordinary_month(), *_laptop()])
    assert finding.app == "tethering"
    assert finding.bytes == 460 * MB
    assert finding.severity is Severity.MEDIUM
    assert finding.confidence > 0.9
    assert len(finding.windows) == 2


def test_a_few_kilobytes_of_another_device_are_silent():
    assert _found([*ordinary_month(), *_laptop(volume=300_000)]) == []


def test_gap_of_few_windows_may_be_a_hotspot_but_is_never_sure():
    findings = find(facts([*ordinary_month(), *_laptop("unattributed", "unknown")]))
    gap = [f for f in findings if f.rule == "hotspot"]
    assert [f.app for f in gap] == [""]
    assert gap[0].facts["basis"] == "residual"
    assert gap[0].severity in (Severity.LOW, Severity.INFO)
    assert gap[0].confidence <= 0.3
    told = {w.start_utc for f in findings if f.rule == "surge" for w in f.windows}
    assert not told & {w.start_utc for w in gap[0].windows}, "one cause, told once"


def test_bill_alone_is_no_hotspot_and_says_what_it_needs():
    case = facts(bill_only([*ordinary_month(), *_laptop()]))
    assert [f for f in find(case) if f.rule == "hotspot"] == []
    assert ("hotspot", "findings.needs_phone_times") in not_answered(case)


def test_gap_spread_over_many_days_is_missing_apps_and_stays_silent():
    gaps = _laptop("unattributed", "unknown", volume=60 * MB, days=range(1, 20))
    assert _found([*ordinary_month(), *gaps]) == []


def test_hotspot_of_one_line_says_nothing_about_another():
    other = [replace(use, line="line-2") for use in ordinary_month()]
    (finding,) = _found([*ordinary_month(), *_laptop(), *other])
    assert finding.line == "line-1"
