from esim_analysis.i18n import Words
from esim_analysis.i18n.findings import describe
from esim_analysis.leakage import find
from esim_analysis.model import Severity
from tests.leakage.lives import MB, daily, facts, ordinary_month

ROUTE = "com.example.ruta"
BARE = "203.0.113.77"


def _found(uses, **more):
    return [f for f in find(facts([*_NAMED, *uses], **more)) if f.rule == "unknown_destination"]


_NAMED = [
    *ordinary_month(),
    *daily(ROUTE, "08:00", 20, 9 * MB, days=range(1, 20), host="api.ruta.example",
           ip="198.51.100.9", port=443),
]  # fmt: skip


def _bare(ip=BARE, volume=2 * MB, **more):
    return daily(ROUTE, "14:10", 4, volume, days=range(1, 8), ip=ip, port=443, **more)


def test_an_address_without_a_name_is_for_information():
    (finding,) = _found(_bare())
    assert finding.app == ROUTE
    assert finding.severity is Severity.INFO
    assert finding.facts["hosts"] == BARE


def test_where_only_domains_are_shared_no_address_is():
    (finding,) = _found(_bare())
    assert finding.facts["domains"] == ""
    shared = describe(finding, Words("en", "UTC"), ROUTE, hosts="domains").observation
    whole = describe(finding, Words("en", "UTC"), ROUTE, hosts="hosts").observation
    assert BARE in whole
    assert BARE not in shared


def test_a_little_again_and_again_is_told_and_once_is_not():
    assert len(_found(_bare(volume=60_000))) == 1
    assert _found(_bare(volume=60_000)[:2]) == []


def test_an_address_named_elsewhere_in_the_capture_is_known():
    assert _found(_bare(ip="198.51.100.9")) == []


def test_home_carrier_and_resolver_addresses_are_silent():
    near = [use for ip in ("192.168.1.9", "100.64.3.2", "fe80::1", "224.0.0.251")
            for use in _bare(ip=ip)]  # fmt: skip
    resolver = daily(ROUTE, "14:10", 4, 2 * MB, days=range(1, 8), ip="203.0.113.53", port=53)
    assert _found([*near, *resolver]) == []


def test_a_capture_that_hardly_names_anything_answers_nothing():
    only = [f for f in find(facts(_bare())) if f.rule == "unknown_destination"]
    assert only == []


def test_the_network_is_told_as_approximate_where_hosts_may_be_named():
    (finding,) = _found(_bare(ip="80.58.61.250"))
    assert finding.facts["networks"] == "AS3352 TELEFONICA DE ESPANA S.A.U."
    for lang, word in (("en", "approximate"), ("es", "aproximado"), ("zh", "近似")):
        told = describe(finding, Words(lang), ROUTE, hosts="domains").observation
        assert "AS3352" in told
        assert word in told
        assert "AS3352" not in describe(finding, Words(lang), ROUTE).observation


def test_what_a_content_network_carries_is_less_sure_and_never_more_than_information():
    (elsewhere,) = _found(_bare(ip="80.58.61.250"))
    (carried,) = _found(_bare(ip="1.1.1.1"))
    assert carried.confidence < elsewhere.confidence
    assert carried.severity is elsewhere.severity is Severity.INFO


def test_a_network_alone_changes_no_byte_and_no_order():
    (documentation,) = _found(_bare())
    (open_one,) = _found(_bare(ip="80.58.61.250"))
    assert documentation.facts["networks"] == ""
    assert documentation.bytes == open_one.bytes
    assert documentation.severity == open_one.severity
