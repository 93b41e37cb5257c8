"""The SIM that fits the bill, and how much of the bill any evidence speaks of."""

import pandas as pd
import pytest

from esim_analysis.attribution import attribute, coverage
from esim_analysis.model import Evidence

MB = 1_000_000
DAYS = pd.date_range("2026-11-02", periods=8, tz="UTC")


def _at(day, hour, minutes=0):
    return day + pd.Timedelta(hours=hour, minutes=minutes)


def _buckets(sim, hour, app, volume):
    return [
        {
            "start": _at(day, hour),
            "end": _at(day, hour + 2),
            "app": app,
            "bytes": volume,
            "sim_plmn": sim,
        }
        for day in DAYS
    ]


def _sessions(line, hour, volume):
    return [
        {"start": _at(day, hour, 5), "end": _at(day, hour, 45), "bytes": volume, "line": line}
        for day in DAYS
    ]


def test_each_line_takes_the_sim_whose_buckets_fit(bill, phone, utc):
    usage = bill(_sessions("a", 8, 10_300_000) + _sessions("b", 20, 51_500_000))
    evidence = phone(
        _buckets("214-07", 8, "p", 10 * MB)
        + _buckets("460-00", 20, "q", 50 * MB)
        + _buckets("234-15", 2, "r", 80 * MB)
    )
    found = attribute(usage, evidence, zone=utc)
    assert found.sims == {"a": "214-07", "b": "460-00"}
    assert any("3 SIMs" in note and "214-07" in note for note in found.notes)
    apps = found.by_cycle.groupby("line")["app"].agg(list).to_dict()
    assert apps == {"a": ["p"], "b": ["q"]}


def test_a_sim_that_fits_no_better_than_another_is_said_to_be_unclear(bill, phone, utc):
    usage = bill(_sessions("a", 8, 20 * MB))
    evidence = phone(_buckets("214-07", 8, "p", 10 * MB) + _buckets("460-00", 8, "q", 10 * MB))
    assert any("it is not clear" in note for note in attribute(usage, evidence, zone=utc).notes)


def test_a_bill_hours_off_still_finds_its_sim(bill, phone, utc):
    usage = bill(_sessions("a", 8, 51_500_000))
    evidence = phone(
        _buckets("214-07", 6, "p", 50 * MB) + _buckets("460-00", 8, "q", 1 * MB),
    )
    found = attribute(usage, evidence, zone=utc)
    assert found.sims == {"a": "214-07"}
    assert "q" not in set(found.by_cycle["app"])


def test_one_sim_is_not_divided_among_two_lines_billed_at_the_same_time(bill, phone, utc):
    usage = bill(_sessions("mine", 8, 10_300_000) + _sessions("my mother's", 8, 3 * MB))
    found = attribute(usage, phone(_buckets("214-07", 8, "p", 10 * MB)), zone=utc)
    named = found.by_cycle[found.by_cycle["app"] == "p"]
    assert list(named["line"]) == ["mine"]
    assert list(found.sims) == ["mine"]
    assert any(note.startswith("my mother's: the phone's SIM fits another") for note in found.notes)


def test_a_line_that_follows_another_may_have_the_same_sim(bill, phone, utc):
    days = _sessions("old", 8, 10_300_000)
    usage = bill(days[:4] + [{**row, "line": "new"} for row in days[4:]])
    found = attribute(usage, phone(_buckets("214-07", 8, "p", 10 * MB)), zone=utc)
    assert set(found.by_cycle.loc[found.by_cycle["app"] == "p", "line"]) == {"old", "new"}


def test_evidence_that_names_its_line_serves_that_line_alone(bill, phone, utc):
    usage = bill(_sessions("a", 8, 10 * MB) + _sessions("b", 8, 10 * MB))
    evidence = phone(_buckets("214-07", 8, "p", 9 * MB), line="b")
    found = attribute(usage, evidence, zone=utc)
    lines = found.by_cycle[found.by_cycle["app"] == "p"]["line"]
    assert list(lines) == ["b"]


def test_coverage_is_the_share_of_bytes_that_any_evidence_speaks_of(bill, phone, madrid):
    usage = bill(_sessions("a", 8, 10 * MB))
    evidence = phone(_buckets("214-07", 8, "p", 4 * MB)[:2])
    found = coverage(usage, evidence, attribute(usage, evidence, zone=madrid))
    assert found.share == pytest.approx(0.25)
    assert (found.billed, found.covered) == (80 * MB, 20 * MB)
    assert list(found.by_day["share"]) == [1.0, 1.0, 0, 0, 0, 0, 0, 0]
    assert found.evidence_from == _at(DAYS[0], 8)
    assert found.evidence_until == _at(DAYS[1], 10)


def test_a_record_longer_than_the_evidence_is_covered_in_part(bill, phone, utc):
    usage = bill([{"start": "2026-11-01", "end": "2026-12-01", "bytes": 300 * MB}])
    evidence = phone(
        [
            {"start": "2026-11-01", "end": "2026-11-02", "app": "p", "bytes": 1},
            {"start": "2026-11-15", "end": "2026-11-16", "app": "p", "bytes": 1},
        ],
    )
    found = coverage(usage, evidence, attribute(usage, evidence, zone=utc))
    assert found.share == pytest.approx(0.5, abs=0.01)


def test_without_evidence_nothing_is_covered(bill, utc):
    usage = bill(_sessions("a", 8, 10 * MB))
    none = Evidence.none()
    found = coverage(usage, none, attribute(usage, none, zone=utc))
    assert (found.share, found.covered, found.evidence_from) == (0.0, 0, None)
