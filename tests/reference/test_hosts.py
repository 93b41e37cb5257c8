import time
from importlib.resources import files

import pytest

from esim_analysis.reference import host_facts, registered_domains
from esim_analysis.reference.hosts import AS_OF, CATEGORIES
from esim_analysis.reference.tables import table


def _category(host):
    return host_facts([host])["category"].iloc[0]


@pytest.mark.parametrize(
    ("host", "category"),
    [
        ("courier.push.apple.com", "push"),
        ("www.apple.com", "os_service"),
        ("updates.cdn-apple.com", "os_update"),
        ("r3---sn-h5q7knes.gvt1.com", "app_store"),
        ("pagead2.googlesyndication.com", "ads"),
        ("ulogs.umeng.com", "analytics"),
        ("bigota.d.miui.com", "os_update"),
        ("example.invalid", ""),
        ("203.0.113.7", ""),
        ("", ""),
    ],
)
def test_longest_known_suffix_decides(host, category):
    assert _category(host) == category


def test_a_suffix_ends_at_a_dot():
    assert _category("notgvt1.com") == ""


def test_case_final_dot_and_order_do_not_matter_and_rows_follow_the_input():
    hosts = ["ULOGS.Umeng.com.", "nobody.example", "ulogs.umeng.com"]
    found = host_facts(hosts)
    assert found["host"].tolist() == hosts
    assert found["owner"].tolist() == ["Umeng (Alibaba)", "", "Umeng (Alibaba)"]


def test_a_name_with_a_line_break_shifts_nothing():
    assert host_facts(["a\nb", "ulogs.umeng.com"])["category"].tolist() == ["", "analytics"]


def test_no_hosts_are_an_empty_table():
    assert list(host_facts([]).columns) == ["host", "owner", "category"]


def test_every_row_is_told_once_in_a_known_category():
    rows = table("hosts")
    assert len({row["suffix"] for row in rows}) == len(rows)
    assert {row["category"] for row in rows} == set(CATEGORIES)
    assert all(row["owner"] and row["suffix"] == row["suffix"].lower() for row in rows)


def test_the_table_states_its_date():
    notice = files("esim_analysis.reference").joinpath("data", "NOTICE.md").read_text("utf-8")
    assert AS_OF in notice


def test_registered_domain_is_the_tenants():
    assert registered_domains(["a.b.example.co.uk", "x.d1.cloudfront.net", "anas-laptop"]) == {
        "a.b.example.co.uk": "example.co.uk",
        "x.d1.cloudfront.net": "d1.cloudfront.net",
        "anas-laptop": "",
    }


def test_hundred_thousand_hosts_take_a_moment():
    hosts = [f"h{n}.edge{n % 97}.example{n % 5_000}.co.uk" for n in range(100_000)]
    host_facts(hosts[:10])
    began = time.process_time()
    host_facts(hosts)
    assert time.process_time() - began < 1.0
