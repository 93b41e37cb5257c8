"""Lists a user brings: each format by a small file of our own in its layout."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esim_analysis.importers.knowledge import read_knowledge
from esim_analysis.model import FileError
from esim_analysis.model.knowledge import NO_KNOWLEDGE
from esim_analysis.reference import address_facts, host_facts
from esim_analysis.reference.address_table import networks_of
from esim_analysis.reference.hosts import LISTED, TRACKING


@pytest.fixture
def known(tmp_path):
    def build(content, name="list.txt"):
        text = content if isinstance(content, str) else json.dumps(content)
        (tmp_path / name).write_text(text, encoding="utf-8")
        return read_knowledge([tmp_path / name])

    return build


def _of(knowledge, host):
    return tuple(host_facts([host], knowledge)[["owner", "category"]].iloc[0])


HOSTS_FILE = """\
# Title: hosts of somebody
# Last updated: 2026-05-01
127.0.0.1 localhost
127.0.0.1  localhost.localdomain
::1 ip6-loopback
0.0.0.0 ads.nowhere.example   # an inline comment
0.0.0.0 Metrics.Nowhere.Example.
0.0.0.0 0.0.0.0
"""


def test_a_hosts_file_lists_hosts_and_all_below_them(known):
    told = known(HOSTS_FILE)
    assert _of(told, "x.ads.nowhere.example") == ("", LISTED)
    assert _of(told, "metrics.nowhere.example") == ("", LISTED)
    assert _of(told, "nowhere.example") == ("", "")
    assert LISTED in TRACKING
    (source,) = told.sources
    assert (source.kind, source.as_of, source.unused) == ("hosts", "2026-05-01", 3)


def test_a_list_of_plain_domains_is_one_too(known):
    told = known("nowhere.example\n*.other.example\n\n# comment\n")
    assert _of(told, "a.other.example") == ("", LISTED)
    assert told.sources[0].entries == 2
    assert told.sources[0].as_of == ""


def test_of_adblock_rules_those_of_whole_domains_are_taken(known):
    told = known(
        "[Adblock Plus 2.0]\n! Version: 202605011200\n||ads.nowhere.example^\n"
        "||third.example^$third-party,important\n@@||good.example^\n||path.example^/banner\n"
        "example.org##.advert\n/banner[0-9]+/\n||203.0.113.7^\n"
    )
    assert set(told.hosts) == {"ads.nowhere.example", "third.example"}
    (source,) = told.sources
    assert (source.kind, source.entries, source.unused) == ("abp", 2, 5)
    assert source.as_of == "2026-05-01"


def test_ghosterys_trackers_keep_company_and_purpose(known):
    told = known({
        "categories": {"advertising": {"name": "Advertising"}},
        "organizations": {"acme": {"name": "Acme Media", "country": "FR"}},
        "patterns": {
            "acme_ads": {"name": "Acme Ads", "category": "advertising", "organization": "acme",
                         "domains": ["ads.acme.example"], "filters": ["||ads.acme.example^$3p"]},
            "acme_chat": {"name": "Acme Chat", "category": "customer_interaction",
                          "organization": None, "domains": ["chat.acme.example"]},
        },
        "domains": {"ads.acme.example": "acme_ads"}, "filters": {},
    })  # fmt: skip
    assert _of(told, "x.ads.acme.example") == ("Acme Media", "ads")
    assert _of(told, "chat.acme.example") == ("Acme Chat", "")
    assert told.sources[0].kind == "ghostery"


def test_disconnects_services_keep_company_and_purpose(known):
    told = known({
        "license": "…",
        "categories": {
            "Advertising": [{"Acme": {"https://acme.example/": ["ads.acme.example", "acme.test"]}}],
            "Cryptomining": [{"Miner": {"https://m.example/": ["mine.example"], "dnt": "w3c"}}],
            "Content": [{"Carrier": {"https://c.example/": ["cdn.carrier.example"]}}],
        },
    })  # fmt: skip
    assert _of(told, "ads.acme.example") == ("Acme", "ads")
    assert _of(told, "mine.example") == ("Miner", LISTED)
    assert _of(told, "cdn.carrier.example") == ("Carrier", "cdn")
    assert told.sources[0].kind == "disconnect"


def test_duckduckgos_trackers_are_listed_where_it_blocks_them(known):
    told = known({
        "version": "1761955200000",
        "trackers": {
            "ads.acme.example": {"domain": "ads.acme.example", "default": "block",
                                 "owner": {"name": "Acme Inc.", "displayName": "Acme"}},
            "cdn.acme.example": {"default": "ignore", "owner": {"name": "Acme Inc."}},
            "stats.acme.example": {"default": "block", "owner": "Acme",
                                   "categories": ["Audience Measurement"]},
        },
        "entities": {}, "packageNames": {},
    })  # fmt: skip
    assert _of(told, "ads.acme.example") == ("Acme", LISTED)
    assert _of(told, "cdn.acme.example") == ("Acme Inc.", "")
    assert _of(told, "stats.acme.example") == ("Acme", "analytics")
    assert told.sources[0].kind == "duckduckgo"


def test_the_debloaters_list_tells_what_a_package_is(known):
    told = known({
        "com.example.analytics": {"list": "Oem", "removal": "Recommended", "dependencies": [],
                                  "description": "Sends usage data home.\nMore words."},
        "com.example.core": {"list": "Aosp", "description": "", "removal": "Unsafe"},
    })  # fmt: skip
    assert told.apps["com.example.analytics"] == "Sends usage data home. [Recommended]"
    assert told.apps["com.example.core"] == "[Unsafe]"
    assert told.sources[0].kind == "uad"


def test_ranges_of_networks_replace_ours_of_both_versions(known):
    told = known(
        "8.8.8.0,8.8.8.255,64500,Somebody Else\n1.0.0.0,1.255.255.255,15169,Google\n"
        '2001:4860::,2001:4860:ffff:ffff:ffff:ffff:ffff:ffff,64501,"Names, Inc."\n'
    )
    table = networks_of(told)
    found = address_facts(["8.8.8.8", "2001:4860:4860::8888", "9.9.9.9", "1.1.1.1"], networks=table)
    assert found["asn"].fillna(0).tolist() == [64500, 64501, 0, 15169]
    assert found["organisation"].tolist() == ["Somebody Else", "Names, Inc.", "", "Google"]
    assert found["country"].tolist() == ["", "", "", "US"]
    assert address_facts(["10.0.0.1"], networks=table)["kind"].tolist() == ["private"]


def test_a_list_without_purposes_leaves_ours_and_one_with_purposes_replaces_it(known):
    plain = known("doubleclick.net\npush.apple.com\n")
    assert _of(plain, "x.doubleclick.net") == _of(NO_KNOWLEDGE, "x.doubleclick.net")
    assert _of(plain, "courier.push.apple.com")[1] == "push"
    told = known({"categories": {"Analytics": [{"Mine": {"u": ["doubleclick.net"]}}]}}, "d.json")
    assert _of(told, "x.doubleclick.net") == ("Mine", "analytics")


def test_of_two_lists_the_later_stands(tmp_path):
    for name, owner in (("a.json", "First"), ("b.json", "Second")):
        rows = {"categories": {"Advertising": [{owner: {"u": ["one.example"]}}]}}
        (tmp_path / name).write_text(json.dumps(rows))
    told = read_knowledge([tmp_path / "a.json", tmp_path / "b.json"])
    assert _of(told, "one.example")[0] == "Second"
    assert [source.name for source in told.sources] == ["a.json", "b.json"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "none of the tables"),
        ("only words here\nand here\n", "none of the tables"),
        ('{"trackers": ', "cut off or damaged"),
        ("[1, 2]", "none of the tables"),
        ("{}", "none of the tables"),
        ('{"trackers": [1], "patterns": 3, "categories": {"Advertising": {"a": 1}}}', "none of"),
        ('{"a":' * 100_000, "cut off or damaged"),
        ("[" * 100_000, "none of the tables"),
    ],
)
def test_anything_else_is_refused_in_a_sentence(known, content, said):
    with pytest.raises(FileError, match=said) as caught:
        known(content)
    assert "hosts file" in str(caught.value)


def test_a_file_that_is_not_there_is_refused_in_a_sentence(tmp_path):
    with pytest.raises(FileError, match=r"nowhere\.txt: it cannot be read"):
        read_knowledge([tmp_path / "nowhere.txt"])


@given(st.binary(max_size=400))
@settings(max_examples=60)
def test_no_bytes_make_it_fall_over(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("k") / "list"
    path.write_bytes(content)
    try:
        told = read_knowledge([path])
    except FileError:
        return
    assert told.hosts or told.apps or len(told.networks)


def test_fifty_thousand_hosts_are_read_and_asked_in_a_moment(known):
    began = time.process_time()
    told = known("\n".join(f"0.0.0.0 h{n}.listed.example" for n in range(50_000)))
    found = host_facts([f"x.h{n}.listed.example" for n in range(50_000)], told)
    assert time.process_time() - began < 2.0
    assert (found["category"] == LISTED).all()
