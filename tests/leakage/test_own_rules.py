import pytest

from esim_analysis.i18n import LANGUAGES, Words
from esim_analysis.i18n.findings import describe
from esim_analysis.leakage import find, own_rules
from esim_analysis.leakage.engine import all_rules
from esim_analysis.leakage.own_rules import parse_rules
from esim_analysis.model import Severity
from esim_analysis.model.errors import FileError
from tests.leakage.lives import (
    DICTIONARY,
    MB,
    VIDEO,
    daily,
    dictionary_nights,
    facts,
    ordinary_month,
)

READER = "com.example.brisa"
LEAK = [*ordinary_month(), *dictionary_nights()]
ADS = daily(READER, "10:20", 3, 4 * MB, days=range(1, 20), host="x.doubleclick.net",
            ip="203.0.113.9")  # fmt: skip


def _rules(text):
    return parse_rules(text, "rules.toml", tuple(rule.id for rule in all_rules()))


def _found(uses, text):
    return find(facts(uses, terms=_rules(text)))


def test_a_mute_keeps_the_finding_with_its_reason_for_information():
    mute = f"""
        [[mute]]
        rule = "background_sync"
        app = "{DICTIONARY}"
        reason = "word lists for the exam"
        since = 2026-11-01
    """
    finding = next(f for f in _found(LEAK, mute) if f.app == DICTIONARY)
    assert finding.severity is Severity.INFO
    assert finding.bytes == 3 * 640 * MB
    for lang in LANGUAGES:
        assert "word lists for the exam" in describe(finding, Words(lang), DICTIONARY).observation


def test_a_threshold_keeps_small_findings_back():
    text = '[[threshold]]\nrule = "background_sync"\nat_least_mb = {}'
    assert DICTIONARY in {f.app for f in _found(LEAK, text.format(1000))}
    assert DICTIONARY not in {f.app for f in _found(LEAK, text.format(3000))}


def test_what_is_allowed_is_not_told():
    assert DICTIONARY not in {f.app for f in _found(LEAK, f'[[allow]]\napp = "{DICTIONARY}"')}
    ads = [f.rule for f in _found([*LEAK, *ADS], "")]
    expected = [f.rule for f in _found([*LEAK, *ADS], '[[allow]]\nhost = "doubleclick.net"')]
    assert "trackers" in ads
    assert "trackers" not in expected


@pytest.mark.parametrize(
    ("entry", "app"),
    [
        (f'[[watch]]\napp = "{VIDEO}"\nat_least_mb = 100', VIDEO),
        ('[[deny]]\nhost = "doubleclick.net"', READER),
        ('[[indicator]]\naddress = "203.0.113.0/24"', READER),
    ],
)
def test_lists_are_told_and_a_watch_from_its_volume_on(entry, app):
    (finding,) = [f for f in _found([*LEAK, *ADS], entry) if f.rule == "own_list"]
    assert finding.app == app
    assert finding.bytes > 0
    assert [f for f in _found(LEAK, entry.replace("100", "90000")) if f.rule == "own_list"] == []


def test_no_list_no_finding():
    assert "own_list" not in {f.rule for f in find(facts([*LEAK, *ADS]))}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[mute]]\nrule = 'background_sync'\nsince = 2026-11-01", "line 2"),
        ("[[threshold]]\nrule = 'backgruond_sync'", "write 'background_sync' instead"),
        ("[[watch]]\nhots = 'a.example'", "write 'host' instead"),
        ("[[watch]]\nat_least_mb = 3", "exactly one of app, host, address and asn"),
        ("[[indicator]]\naddress = '300.1.1.1'", "is no address"),
        ("[[watch]\napp = 3", "this is not TOML"),
    ],
)
def test_an_error_names_line_and_next_step(text, said):
    with pytest.raises(FileError) as caught:
        _rules(text)
    assert said in str(caught.value)
    assert "line" in str(caught.value)


def test_a_file_that_is_not_there_is_one_sentence(tmp_path):
    with pytest.raises(FileError, match="cannot be read"):
        own_rules(tmp_path / "none.toml")


def test_a_network_on_a_list_is_told_by_its_number():
    bare = daily(READER, "14:10", 4, 2 * MB, days=range(1, 8), ip="8.8.8.8", port=443)
    other = daily(READER, "15:10", 4, 2 * MB, days=range(1, 8), ip="80.58.61.250", port=443)
    rules = '[[indicator]]\nasn = 15169\nnote = "list of my bank"'
    (finding,) = (
        f for f in _found([*ordinary_month(), *bare, *other], rules) if f.rule == "own_list"
    )
    assert finding.facts["hosts"] == "AS15169"
    assert finding.bytes == pytest.approx(14 * MB, rel=0.05)  # with the metering overhead


def test_a_list_entry_names_one_thing():
    with pytest.raises(FileError, match="exactly one of app, host, address and asn"):
        _rules('[[deny]]\nasn = 15169\nhost = "ads.example"')
