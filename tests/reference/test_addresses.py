import time
from importlib.resources import files
from ipaddress import IPv4Address, IPv6Address, ip_address

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esim_analysis.reference import address_facts, address_kinds, network_names
from esim_analysis.reference.address_table import FILE, AddressTable, Spans, shipped
from esim_analysis.reference.addresses import KINDS, NETWORKS_AS_OF

# Chosen before the table was looked at. Where it names another network of the same owner,
# that one stands second.
KNOWN = {
    "8.8.8.8": (15169,),
    "1.1.1.1": (13335,),
    "9.9.9.9": (19281,),
    "80.58.61.250": (3352,),
    "62.36.225.150": (12479,),
    "208.67.222.222": (36692,),
    "17.253.144.10": (714,),
    "157.240.22.35": (32934,),
    "149.154.167.99": (62041,),
    "202.96.209.133": (4812,),
    "13.107.42.14": (8068,),
    "104.244.42.1": (13414,),
    "2001:4860:4860::8888": (15169,),
    "2606:4700:4700::1111": (13335,),
    "2620:fe::fe": (19281,),
    "2a03:2880:f12f:83:face:b00c:0:25de": (32934,),
    "2408:8000::1": (4837,),
    "2a02:9000::1": (3352,),
    "221.130.33.60": (9808, 56048),  # China Mobile
    "2409:8000::1": (9808, 56048),
    "119.29.29.29": (45090, 132203),  # Tencent
    "223.5.5.5": (37963, 45102),  # Alibaba
}


@pytest.mark.parametrize("address", KNOWN)
def test_well_known_addresses_belong_to_whom_they_do(address):
    assert address_facts([address])["asn"].iloc[0] in KNOWN[address]


def test_an_open_address_has_network_organisation_and_country():
    row = address_facts(["8.8.8.8"])
    assert row.iloc[0].to_dict() == {
        "kind": "",
        "asn": 15169,
        "organisation": "Google LLC",
        "country": "US",
    }
    assert network_names(row).tolist() == ["AS15169 Google LLC"]


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("10.1.2.3", "private"),
        ("172.31.255.255", "private"),
        ("fd12::1", "private"),
        ("100.64.0.1", "shared"),
        ("100.127.255.255", "shared"),
        ("127.0.0.1", "loopback"),
        ("::1", "loopback"),
        ("169.254.7.7", "link_local"),
        ("fe80::1%wlan0", "link_local"),
        ("192.0.0.4", "translation"),
        ("64:ff9b:1::1", "translation"),
        ("203.0.113.7", "documentation"),
        ("2001:db8::1", "documentation"),
        ("198.19.0.1", "benchmarking"),
        ("224.0.0.251", "multicast"),
        ("ff02::fb", "multicast"),
        ("255.255.255.255", "reserved"),
        ("100::1", "reserved"),
        ("0.0.0.9", "this_network"),
        ("::", "this_network"),
        ("2001::1", "tunnel"),
        ("64:ff9b::a00:1", "private"),
        ("::ffff:192.168.1.1", "private"),
        ("wpad.example", "none"),
        ("1.2.3", "none"),
        ("1.2.3.4.5", "none"),
        ("1.2.3.256", "none"),
        ("01.2.3.4", "none"),
        ("1..2.3", "none"),
        ("1.2.3.", "none"),
        (":::", "none"),
        ("8.8.8.8:443", "none"),
        ("", "none"),
    ],
)
def test_special_ranges_are_told_before_any_table(address, kind):
    row = address_facts([address]).iloc[0]
    assert row["kind"] == address_kinds([address]).iloc[0] == kind
    assert row["asn"] is pd.NA
    assert row["organisation"] == row["country"] == ""


@pytest.mark.parametrize(
    "address",
    [
        "64:ff9b::808:808",
        "2002:808:808::1",
        "::ffff:8.8.8.8",
        " 8.8.8.8 ",
        "[2001:4860:4860::8888]",
    ],
)
def test_an_address_inside_another_is_looked_through(address):
    assert address_facts([address])["asn"].iloc[0] == 15169


def test_order_and_company_do_not_matter():
    texts = ["x", "2606:4700:4700::1111", "", "8.8.8.8", "10.0.0.1", "9.9.9.9", None]
    together = address_facts(pd.Series(texts, dtype="str"))
    alone = pd.concat([address_facts([text or ""]) for text in texts], ignore_index=True)
    pd.testing.assert_frame_equal(together, alone)
    assert address_facts([]).columns.tolist() == ["kind", "asn", "organisation", "country"]


@given(st.ip_addresses(v=4))
def test_what_python_calls_closed_is_never_open(address):
    kind = address_kinds([str(address)]).iloc[0]
    assert kind in KINDS
    if kind == "":
        assert address.is_global
        assert not address.is_multicast
    elif kind not in ("tunnel", "translation", "multicast"):
        assert not address.is_global


@given(st.integers(0, 2**128 - 1).map(IPv6Address))
def test_the_same_of_ipv6(address):
    kind = address_kinds([str(address)]).iloc[0]
    if kind == "" and not (address.ipv4_mapped or address.sixtofour):
        assert address.is_global or address.is_reserved  # outside 2000::/3 nothing is given out
        assert not address.is_multicast


@given(st.lists(st.one_of(st.ip_addresses().map(str), st.text(max_size=20))))
def test_a_text_is_an_address_exactly_where_python_says_so(texts):
    def is_one(text):
        try:
            return bool(ip_address(text.strip().strip("[]").partition("%")[0]))
        except ValueError:
            return False

    assert (address_kinds(texts) != "none").tolist() == [is_one(text) for text in texts]


@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.integers(0, 9), st.integers(1, 3)), max_size=8
    ).filter(lambda rows: len({first for first, _, _ in rows}) == len(rows))
)
def test_breakpoints_say_what_the_ranges_said(rows):
    first = np.array([one for one, _, _ in rows], np.uint64)
    last = first + np.array([more for _, more, _ in rows], np.uint64)
    spans = Spans.of(first, last, np.array([who for _, _, who in rows], np.int64))
    found = spans.at(np.arange(80, dtype=np.uint64)).tolist()
    for address in range(80):
        holders = [(f, who) for f, more, who in sorted(rows) if f <= address <= f + more]
        # Where ranges overlap the later start wins as far as it goes, then nobody is named.
        begun = [row for row in sorted(rows) if row[0] <= address]
        assert found[address] == (
            begun[-1][2] if begun and holders and begun[-1][0] == holders[-1][0] else 0
        )


def test_many_addresses_are_found_where_each_alone_is():
    dice = np.random.default_rng(3)
    four = shipped().four
    edges = four.starts[dice.integers(0, len(four.starts), 20_000)].astype(np.uint64)
    anywhere = dice.integers(0, 1 << 32, 40_000, dtype=np.uint64)
    near = np.concatenate([edges, edges - np.uint64(1), anywhere])
    asked = np.concatenate([near & np.uint64(0xFFFF_FFFF), np.array([0, 2**32 - 1], np.uint64)])
    alone = [four.at(part) for part in np.array_split(asked, 4)]
    assert (four.at(asked) == np.concatenate(alone)).all()


def test_a_block_full_of_breakpoints_is_searched_to_its_end():
    starts = np.arange(1 << 24, (1 << 24) + 4096, dtype=np.uint32)
    spans = Spans(starts, np.arange(1, 4097))
    asked = np.tile(np.arange((1 << 24) - 10, (1 << 24) + 4106, dtype=np.uint64), 20)
    wanted = np.clip(asked.astype(np.int64) - (1 << 24) + 1, 0, 4096)
    assert (spans.at(asked) == wanted).all()


def test_a_table_is_read_back_as_it_was_packed():
    table = shipped()
    content = files("esim_analysis.reference").joinpath("data", FILE).read_bytes()
    again = AddressTable.unpacked(table.packed())
    assert len(content) < 2_500_000
    for name in ("four", "six"):
        for part in ("starts", "network"):
            assert (
                getattr(getattr(again, name), part) == getattr(getattr(table, name), part)
            ).all()
    assert (again.asn == table.asn).all()
    assert (again.organisation == table.organisation).all()
    assert again.as_of == table.as_of == NETWORKS_AS_OF == "2026-06-17"


def test_the_notice_names_source_date_licence_and_the_warning():
    notice = files("esim_analysis.reference").joinpath("data", "NOTICE.md").read_text("utf-8")
    table = shipped()
    for told in (table.as_of, table.source, "CC BY 4.0", "contains bugs", "DB-IP", "RouteViews"):
        assert told in notice


def test_hundred_thousand_addresses_take_a_moment():
    number = np.random.default_rng(1).integers(1 << 24, 224 << 24, 100_000)
    texts = pd.Series([str(IPv4Address(one)) for one in number.tolist()], dtype="str")
    address_facts(texts[:10])
    began = time.process_time()
    found = address_facts(texts)
    assert time.process_time() - began < 0.5
    assert found["asn"].notna().mean() > 0.7
