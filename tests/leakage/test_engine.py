from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esim_analysis.i18n import LANGUAGES, keys
from esim_analysis.leakage import Facts, find, not_answered, rules
from esim_analysis.leakage.engine import all_rules
from esim_analysis.leakage.needs import NEEDS
from esim_analysis.leakage.stakes import RANK
from esim_analysis.model import Evidence, Severity
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

FULL = [
    *ordinary_month(),
    *dictionary_nights(),
    *daily("tethering", "16:30", 70, 230 * MB, days=(10, 22)),
    *daily("unattributed", "10:10", 70, 130 * MB, days=(11,), ground="unknown"),
]

apps = st.sampled_from([DICTIONARY, VIDEO, "tethering", "system", "unattributed"])
uses = st.builds(
    Use,
    app=apps,
    start=st.builds(
        "2026-10-{:02d} {:02d}:{:02d}".format,
        st.integers(1, 20),
        st.integers(0, 23),
        st.integers(0, 59),
    ),
    minutes=st.integers(0, 700),
    volume=st.integers(0, 2_000 * MB),
    ground=st.sampled_from(["foreground", "background", "unknown"]),
    quality=st.sampled_from(["session", "snapshot_diff", "prorated", "date_only"]),
    line=st.sampled_from(["line-1", "line-2"]),
)
lives = st.lists(uses, min_size=1, max_size=25)


def test_every_rule_is_found_in_a_file_of_its_name():
    folder = Path(rules.__file__).parent
    files = {file.stem for file in folder.glob("*.py") if not file.stem.startswith("_")}
    assert {rule.id for rule in all_rules()} == files
    assert {"background_sync", "update_burst", "trackers", "hotspot", "wifi_missed"} <= files


@pytest.mark.parametrize("lang", LANGUAGES)
def test_everything_a_rule_declares_has_its_sentence(lang):
    known = keys(lang)
    for rule in all_rules():
        assert rule.false_positives
        assert {f"findings.{name}" for name in rule.false_positives} <= known
        assert set(rule.needs) <= set(NEEDS)
        assert {f"findings.needs_{need}" for need in rule.needs} <= known
        assert f"remedies.{rule.remedy}_any_steps" in known


def test_findings_stand_in_the_order_of_severity_then_stake():
    findings = find(facts(FULL))
    ranks = [RANK[finding.severity] for finding in findings]
    assert findings[0].app == DICTIONARY
    assert ranks == sorted(ranks, reverse=True)
    for before, after in pairwise(findings):
        if before.severity is after.severity:
            assert before.bytes * before.confidence >= after.bytes * after.confidence


def test_order_of_rows_changes_nothing():
    assert find(facts(FULL[::-1])) == find(facts(FULL))
    assert find(facts([*FULL[1::2], *FULL[::2]])) == find(facts(FULL))


def test_order_of_pieces_and_evidence_rows_changes_nothing():
    case = facts(FULL)
    pieces = case.attribution.pieces.sample(frac=1, random_state=3)
    evidence = Evidence(
        case.evidence.frame.sample(frac=1, random_state=4), settings=case.evidence.settings
    )
    other = replace(case, attribution=replace(case.attribution, pieces=pieces), evidence=evidence)
    assert find(other) == find(case)


def test_asking_twice_gives_the_same_answer():
    case = facts(FULL)
    assert find(case) == find(case)


def test_one_finding_a_cause_and_app():
    findings = [f for f in find(facts(FULL)) if f.app]
    causes = [(f.rule, f.line, f.app) for f in findings]
    assert len(causes) == len(set(causes))


def test_silent_rules_say_what_they_would_need():
    told = dict(not_answered(facts(bill_only(ordinary_month()))))
    assert told["background_sync"] == "findings.needs_app_bytes"
    assert told["hotspot"] == "findings.needs_phone_times"
    assert told["trackers"] == "findings.needs_hosts"
    assert "surge" not in told
    assert {rule for rule, _ in not_answered(facts(FULL))}.isdisjoint(
        {"background_sync", "hotspot", "night_drip", "surge", "update_burst"}
    )


@given(life=lives, coverage=st.floats(0, 1))
@settings(max_examples=10)
def test_no_finding_is_stronger_than_coverage_allows(life, coverage):
    for finding in find(facts(life, coverage=coverage)):
        seen = finding.facts["coverage"]
        assert finding.confidence <= 0.3 + 0.7 * seen + 1e-3
        if seen < 0.19:
            assert finding.severity in (Severity.INFO, Severity.LOW)
        if seen < 0.49:
            assert finding.severity is not Severity.HIGH


@given(life=lives)
@settings(max_examples=10)
def test_a_finding_never_holds_more_than_was_billed(life):
    case: Facts = facts(life)
    billed = case.lines["billed"]
    for finding in find(case):
        assert 0 <= finding.bytes_low <= finding.bytes <= finding.bytes_high
        assert sum(window.bytes for window in finding.windows) == finding.bytes
        assert finding.bytes <= billed[finding.line] + len(finding.windows)
        assert all(window.start_utc <= window.end_utc for window in finding.windows)


@given(life=lives)
@settings(max_examples=10)
def test_no_app_is_named_where_only_the_bill_speaks(life):
    assert {finding.app for finding in find(facts(bill_only(life)))} <= {""}


def _two_nights_of_two_apps(charges):
    """Return the order of two leaks; the smaller comes last, when the allowance is used up."""
    large = daily(DICTIONARY, "02:10", 48, 70 * MB, days=(6, 7, 8))
    small = daily("com.example.nube", "02:10", 48, 60 * MB, days=(20, 21, 22))
    seen = facts([*ordinary_month(), *large, *small], price_a_mb="0.01")
    frame = seen.usage.frame.copy()
    late = frame["start_utc"] >= "2026-10-15"
    frame["charge"] = frame["charge"].where(late, frame["charge"] * charges)
    found = find(replace(seen, usage=replace(seen.usage, frame=frame)))
    return [one.app for one in found if one.rule == "background_sync"]


def test_inside_an_allowance_bytes_are_at_stake_and_not_what_happened_to_be_charged():
    assert _two_nights_of_two_apps(Decimal(0)) == [DICTIONARY, "com.example.nube"]


def test_where_every_byte_has_a_price_money_is_at_stake():
    assert _two_nights_of_two_apps(Decimal("0.1")) == ["com.example.nube", DICTIONARY]
