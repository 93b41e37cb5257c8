import pytest

from esim_analysis.leakage import find
from esim_analysis.model import Severity
from tests.leakage.lives import MB, daily, facts, ordinary_month

SHOP = "com.example.bazar"
PUBLIC = "198.51.100.7"


def _found(uses):
    return [f for f in find(facts([*ordinary_month(), *uses])) if f.rule == "cleartext"]


def _use(port, volume=4 * MB, *, app=SHOP, host="img.bazar.example", ip=PUBLIC, days=range(1, 8)):
    return daily(app, "13:45", 5, volume, days=days, host=host, ip=ip, port=port)


@pytest.mark.parametrize(
    ("port", "kind"), [(80, "http"), (21, "ftp"), (25, "mail"), (23, "telnet"), (53, "dns")]
)
def test_what_is_sent_in_the_clear_is_told_by_app_kind_and_host(port, kind):
    (finding,) = _found(_use(port))
    assert (finding.app, finding.facts["kinds"], finding.facts["hosts"]) == (
        SHOP, kind, "img.bazar.example",
    )  # fmt: skip
    assert finding.bytes == pytest.approx(28 * MB, rel=0.05)
    assert finding.severity in (Severity.INFO, Severity.LOW)


def test_encrypted_traffic_is_silent():
    assert _found(_use(443)) == []


def test_a_check_for_a_network_a_resolver_at_home_and_a_few_look_ups_are_silent():
    tempting = [
        *_use(80, app="system", host="connectivitycheck.gstatic.com"),
        *_use(80, ip="192.168.1.1"),
        *_use(53, 20_000, days=range(1, 20), host="", ip="203.0.113.53"),
    ]
    assert _found(tempting) == []


def test_it_promises_no_saving_and_leaves_bytes_to_others():
    sync = daily(SHOP, "02:10", 40, 300 * MB, days=(3, 4, 5), host="x.example", ip=PUBLIC, port=80)
    rules = [f.rule for f in find(facts([*ordinary_month(), *sync])) if f.app == SHOP]
    assert set(rules) == {"background_sync", "cleartext"}
