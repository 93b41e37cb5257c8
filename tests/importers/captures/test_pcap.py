"""Packet captures: what a packet weighs, who sent it, where it went."""

import gzip
from pathlib import Path

import pandas as pd
import pytest
import wire
from wire import PHONE, T0

from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import ReadOptions
from esim_analysis.importers.phone import pcap
from esim_analysis.model import FileError

SERVER = "203.0.113.9"
SIX, SIX_SERVER = "fd00:2::1", "2001:db8::9"
SAMPLES = Path(__file__).parent / "samples"


def conversation(host="i.instagram.com", *, start=T0, sport=40000, down=1000):
    return [
        (start, wire.tcp(PHONE, SERVER, wire.hello(host), sport=sport)),
        (start + 0.5, wire.tcp(SERVER, PHONE, bytes(down), sport=443, dport=sport)),
    ]


def traffic():
    """Return a minute of a phone: DNS, TLS, HTTP, QUIC, IPv6, the neighbourhood."""
    return [
        (T0, wire.udp(PHONE, "198.51.100.53", bytes(30), dport=53)),
        (
            T0 + 0.1,
            wire.udp(
                "198.51.100.53",
                PHONE,
                wire.dns_answer("cdn.example.org", "203.0.113.50", SIX_SERVER),
                sport=53,
                dport=40000,
            ),
        ),
        *conversation(start=T0 + 1),
        (T0 + 2, wire.udp(PHONE, "203.0.113.50", bytes(200), sport=40001)),
        (T0 + 3, wire.tcp(SIX, SIX_SERVER, b"", sport=40002)),
        (
            T0 + 4,
            wire.tcp(
                PHONE,
                "203.0.113.60",
                b"GET /a HTTP/1.1\r\nHost: www.wechat.com:80\r\n\r\n",
                sport=40003,
                dport=80,
            ),
        ),
        (T0 + 5, wire.udp(PHONE, "224.0.0.251", bytes(40), sport=5353, dport=5353)),
        (T0 + 6, wire.tcp(PHONE, "192.168.1.7", bytes(10), sport=40004, dport=22)),
    ]


def framed(packets, frame):
    return [(moment, frame(packet)) for moment, packet in packets]


def pcapng(packets, *, order="<", uid=None):
    blocks = (wire.enhanced(moment, packet, uid=uid, order=order) for moment, packet in packets)
    return wire.section(order) + wire.interface(order=order) + b"".join(blocks)


FORMS = {
    "raw": wire.pcap,
    "big-endian": lambda packets: wire.pcap(packets, order=">"),
    "nanoseconds": lambda packets: wire.pcap(packets, nano=True),
    "swapped nanoseconds": lambda packets: wire.pcap(packets, nano=True, order=">"),
    "ethernet": lambda packets: wire.pcap(framed(packets, wire.ethernet), link=1),
    "two VLAN tags": lambda packets: wire.pcap(
        framed(packets, lambda packet: wire.ethernet(packet, vlans=2)), link=1
    ),
    "cooked": lambda packets: wire.pcap(framed(packets, wire.cooked), link=113),
    "cooked 2": lambda packets: wire.pcap(framed(packets, wire.cooked_2), link=276),
    "loopback": lambda packets: wire.pcap(framed(packets, wire.null), link=0),
    "trailer": lambda packets: wire.pcap(
        framed(packets, lambda packet: wire.with_trailer(packet, 10123, "Chat")), link=1
    ),
    "cut to 96 bytes": lambda packets: wire.pcap(packets, snaplen=96),
    "pcapng": pcapng,
    "swapped pcapng": lambda packets: pcapng(packets, order=">"),
    "pcapng with uids": lambda packets: pcapng(packets, uid=10123),
    "gzip": lambda packets: gzip.compress(wire.pcap(packets), mtime=0),
}
FLOW = ["start_utc", "end_utc", "bytes_up", "bytes_down", "remote_ip", "remote_port"]


def volume(frame):
    return int((frame["bytes_up"] + frame["bytes_down"]).sum())


@pytest.mark.parametrize("form", FORMS)
def test_bytes_and_flows_are_the_same_in_every_form(read, form):
    packets = traffic()
    frame = read(FORMS[form](packets), by="pcap").evidence.frame
    raw = read(FORMS["raw"](packets), by="pcap", name="raw.pcap").evidence.frame
    assert volume(frame) == sum(len(packet) for _, packet in packets)
    pd.testing.assert_frame_equal(frame[FLOW], raw[FLOW])


@pytest.mark.parametrize("form", ["raw", "trailer"])
def test_a_minute_of_a_phone_reads_as_its_golden_frame(read, golden, form):
    frame = read(FORMS[form](traffic()), by="pcap").evidence.frame
    golden(frame.dropna(axis="columns", how="all"), SAMPLES / f"minute_{form}.evidence.csv")


def test_up_and_down_are_the_devices_whoever_speaks_first(read):
    packets = list(reversed([(T0 - moment, packet) for moment, packet in conversation(start=0)]))
    row = read(wire.pcap(packets), by="pcap").evidence.frame.iloc[0]
    assert (row["bytes_up"], row["bytes_down"]) == (len(packets[1][1]), 1040)


def test_between_two_public_addresses_the_device_is_the_one_with_more_peers(read):
    device = "2001:db8:1::1"
    packets = [
        (T0 + n, wire.tcp(f"2001:db8:2::{n}", device, bytes(100), sport=443, dport=40000))
        for n in range(1, 5)
    ]
    frame = read(wire.pcap(packets), by="pcap").evidence.frame
    assert frame["bytes_up"].sum() == 0
    assert set(frame["remote_ip"]) == {f"2001:db8:2::{n}" for n in range(1, 5)}


def test_the_trailer_names_uid_and_label_and_a_cut_character_is_dropped(read):
    name = "词典词典词典a"  # 19 bytes, then a letter that does not fit
    packets = framed(conversation(), lambda packet: wire.with_trailer(packet, 10123, name + "é"))
    frame = read(wire.pcap(packets, link=1), by="pcap").evidence.frame
    assert frame[["app", "app_label", "uid"]].to_numpy().tolist() == [["uid:10123", name, 10123]]
    assert frame["confidence"].tolist() == [1.0]


def test_a_record_too_long_for_its_trailer_still_counts_for_the_flows_uid(read):
    first, second = conversation(down=1300)
    packets = [(first[0], wire.with_trailer(first[1], 10123, "Chat")), second]
    frame = read(wire.pcap(packets, link=1), by="pcap").evidence.frame
    assert frame[["app", "bytes_down"]].to_numpy().tolist() == [["uid:10123", 1340]]


def test_a_flow_belongs_to_the_uid_of_most_bytes(read):
    small = [(T0 + n, wire.tcp(PHONE, SERVER, bytes(10))) for n in range(3)]
    large = [(T0 + 3, wire.tcp(PHONE, SERVER, bytes(500)))]
    packets = framed(small, lambda packet: wire.with_trailer(packet, 10001, "A"))
    packets += framed(large, lambda packet: wire.with_trailer(packet, 10002, "B"))
    frame = read(wire.pcap(packets, link=1), by="pcap").evidence.frame
    assert frame["uid"].tolist() == [10002]


@pytest.mark.parametrize(
    ("uid", "app"),
    [(10123, "uid:10123"), (1_010_123, "uid:10123"), (0, "system"), (1051, "system")],
)
def test_profiles_are_summed_and_androids_own_uids_are_system(read, uid, app):
    packets = framed(conversation(), lambda packet: wire.with_trailer(packet, uid, "X"))
    row = read(wire.pcap(packets, link=1), by="pcap").evidence.frame.iloc[0]
    assert (row["app"], row["uid"]) == (app, uid)


def test_pcapng_blocks_name_the_package_and_give_it_to_other_artefacts(read):
    data = wire.section() + wire.interface(name="rmnet_data0")
    data += wire.uid_name(10123, "com.example.chat", "聊聊", kind=0xBAD)
    data += wire.uid_name(10124, "com.example.other", "Other", kind=0x40000BAD)
    data += wire.block(0xBAD, b"\0\0\0\1another maker's.") + wire.block(0x77, b"unknown!")
    data += b"".join(wire.enhanced(moment, packet, uid=10123) for moment, packet in conversation())
    imported = read(data, by="pcap")
    row = imported.evidence.frame.iloc[0]
    assert (row["app"], row["app_label"], row["interface"]) == (
        "com.example.chat",
        "聊聊",
        "cellular",
    )
    assert imported.packages.to_numpy().tolist() == [[10123, "com.example.chat"]]


def translated(packets):
    """Return IPv4 packets of the conversation as an IPv6-only network carries them (RFC 6877)."""
    ends = {PHONE: SIX, SERVER: "64:ff9b::203.0.113.9"}
    sides = [(PHONE, SERVER), (SERVER, PHONE)]
    return [
        (moment + 0.001, wire.ip(ends[source], ends[target], packet[20:], protocol=6))
        for (moment, packet), (source, target) in zip(packets, sides, strict=True)
    ]


@pytest.mark.parametrize("base", ["rmnet_data0", "rmnet_data1"])
def test_what_464xlat_translates_counts_once_where_both_sides_were_captured(read, base):
    stacked = conversation()
    carried = translated(stacked)
    data = wire.section() + wire.interface(name="v4-rmnet_data0") + wire.interface(name=base)
    data += b"".join(wire.enhanced(moment, packet, number=0) for moment, packet in stacked)
    data += b"".join(wire.enhanced(moment, packet, number=1) for moment, packet in carried)
    imported = read(data, by="pcap")
    frame, (source,) = imported.evidence.frame, imported.evidence.sources
    weights = [sum(len(packet) for _, packet in packets) for packets in (stacked, carried)]
    assert weights[1] == weights[0] + 2 * 20
    assert set(frame["remote_host"]) == {"i.instagram.com"}
    if base == "rmnet_data0":
        assert (volume(frame), source.duplicates) == (weights[1], 2)
        assert any("seen twice" in note for note in imported.notes)
    else:  # another interface: nothing says that it carried the same
        assert (volume(frame), source.duplicates) == (sum(weights), 0)


def test_tls_keys_are_neither_read_nor_copied_but_told(read):
    secret = b"CLIENT_RANDOM " + b"5e" * 32
    data = wire.section() + wire.interface() + wire.keys(secret)
    data += b"".join(wire.enhanced(moment, packet) for moment, packet in conversation())
    imported = read(data, by="pcap")
    assert any("TLS keys" in note for note in imported.notes)
    everything = imported.evidence.frame.to_csv() + str(imported.evidence.sources)
    assert "CLIENT_RANDOM" not in everything
    assert "5e5e" not in everything


@pytest.mark.parametrize(
    ("resolution", "ticks"),
    [(None, 10**6), (6, 10**6), (9, 10**9), (3, 10**3), (0x80 | 20, 2**20)],
)
def test_each_interface_has_its_own_clock(read, resolution, ticks):
    data = wire.section() + wire.interface(resolution=resolution, offset=3600)
    data += wire.enhanced(T0 + 0.5, conversation()[0][1], ticks=ticks)
    frame = read(data, by="pcap").evidence.frame
    assert frame["start_utc"].tolist() == [pd.Timestamp(T0 + 3600.5, unit="s", tz="UTC")]


def test_sections_have_their_own_byte_order_and_interfaces(read):
    one, two = conversation()
    data = wire.section() + wire.interface(link=1) + wire.enhanced(one[0], wire.ethernet(one[1]))
    data += wire.section(">") + wire.interface(order=">") + wire.enhanced(*two, order=">")
    assert volume(read(data, by="pcap").evidence.frame) == len(one[1]) + len(two[1])


def test_packets_without_a_time_are_rejected_one_by_one(read):
    data = wire.section() + wire.interface() + wire.enhanced(*conversation()[0])
    evidence = read(data + wire.simple(conversation()[1][1]), by="pcap").evidence
    assert evidence.rejected[["line", "field"]].to_numpy().tolist() == [["packet 2", "time"]]
    assert evidence.frame["bytes_down"].tolist() == [0]


def test_a_hello_in_two_segments_still_names_its_host(read):
    hello = wire.hello("api.spotify.com", pad=1700)
    packets = [
        (T0, wire.tcp(PHONE, SERVER, hello[:1400], seq=100)),
        (T0 + 0.1, wire.tcp(SERVER, PHONE, b"", sport=443, dport=40000)),
        (T0 + 0.2, wire.tcp(PHONE, SERVER, hello[1400:], seq=1500)),
    ]
    row = read(wire.pcap(packets), by="pcap").evidence.frame.iloc[0]
    assert (row["remote_host"], row["app"]) == ("api.spotify.com", "com.spotify.music")


def test_the_last_dns_answer_before_a_flow_names_it_and_a_later_one_does_not(read):
    def answer(moment, name):
        message = wire.dns_answer(name, SERVER)
        return (moment, wire.udp("198.51.100.53", PHONE, message, sport=53, dport=40000))

    packets = [
        answer(T0, "old.example.org"),
        answer(T0 + 1, "new.example.org"),
        (T0 + 2, wire.tcp(PHONE, SERVER)),
        answer(T0 + 3, "late.example.org"),
    ]
    frame = read(wire.pcap(packets), by="pcap").evidence.frame
    assert frame.loc[frame["remote_ip"] == SERVER, "remote_host"].tolist() == ["new.example.org"]


def test_silence_and_half_hours_cut_a_flow_and_keep_its_host(read):
    keep_alive = [(T0 + 60 * n, wire.tcp(PHONE, SERVER, bytes(1))) for n in range(1, 41)]
    late = [(T0 + 9000, wire.tcp(PHONE, SERVER, bytes(1)))]
    packets = [*conversation(), *keep_alive, *late]
    frame = read(wire.pcap(packets), by="pcap").evidence.frame
    assert len(frame) == 3
    assert (frame["end_utc"] - frame["start_utc"]).max() <= pd.Timedelta("30min")
    assert set(frame["remote_host"]) == {"i.instagram.com"}
    assert volume(frame) == sum(len(packet) for _, packet in packets)


def test_without_a_uid_only_a_host_of_one_app_names_it_and_the_rest_counts_for_none(read):
    frame = read(wire.pcap(traffic()), by="pcap").evidence.frame
    named = frame[frame["app"] != "unattributed"]
    assert set(named["app"]) == {"com.instagram.android", "com.tencent.mm"}
    assert set(named["confidence"]) == {0.5}
    rest = frame[frame["app"] == "unattributed"]
    assert not rest["counts_toward_total"].any()
    assert "cdn.example.org" in set(rest["remote_host"])


def test_the_local_network_is_on_no_bill_even_when_the_app_is_known(read):
    frame = read(FORMS["trailer"](traffic()), by="pcap").evidence.frame
    near = frame["remote_ip"].isin(["224.0.0.251", "192.168.1.7"])
    assert not frame.loc[near, "counts_toward_total"].any()
    assert frame.loc[~near, "counts_toward_total"].all()


def test_fragments_and_extension_headers_weigh_what_their_header_says(read):
    fragment = wire.ip(PHONE, SERVER, bytes(100), protocol=17)
    fragment = fragment[:6] + b"\0\x10" + fragment[8:]
    hops = b"\x11\0" + bytes(6) + bytes([0x9C, 0x40, 1, 0xBB]) + bytes(14)
    packets = [(T0, fragment), (T0, wire.ip(SIX, SIX_SERVER, hops, protocol=0))]
    frame = read(wire.pcap(packets), by="pcap").evidence.frame.sort_values("bytes_up")
    assert frame["bytes_up"].tolist() == [40 + len(hops), 120]
    assert frame["remote_port"].fillna(0).tolist() == [443, 0]


def test_a_file_still_being_written_gives_all_but_its_last_packet(read):
    data = wire.pcap(traffic())
    imported = read(data[:-5], by="pcap")
    assert volume(imported.evidence.frame) == sum(len(p) for _, p in traffic()[:-1])
    assert any("ends inside a packet" in note for note in imported.notes)


def test_everything_to_one_address_is_told_to_be_a_tunnel(read):
    packets = [
        (T0 + n, wire.udp(PHONE, SERVER, bytes(1000), dport=51820, sport=40000 + n))
        for n in range(3)
    ]
    assert any("behind a VPN" in note for note in read(wire.pcap(packets), by="pcap").notes)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (wire.pcap([]), "without a single whole packet"),
        (wire.pcap([(T0, bytes(60))], link=105), "link type 105"),
        (wire.pcap([(T0, bytes(12) + b"\x08\6" + bytes(46))], link=1), "without a single IP"),
        (wire.pcap([(19.5, wire.tcp(PHONE, SERVER))]), "count from its own start"),
        (wire.section(), "without a single whole packet"),
    ],
)
def test_what_holds_nothing_says_so_and_what_to_do(read, data, found):
    with pytest.raises(FileError, match=found) as caught:
        read(data, by="pcap")
    assert caught.value.next_step


def test_inspection_names_apps_and_hosts_we_cannot_see(read, monkeypatch):
    key = pcap.conversation(*(pd.Series([v]) for v in (PHONE, 40000, SERVER, 443, 17)))
    names = pd.DataFrame({"label": "QUIC.Instagram", "host": "i.instagram.com"}, index=key)
    monkeypatch.setattr(pcap, "can_inspect", lambda: True)
    monkeypatch.setattr(pcap, "inspect", lambda _: names)
    packets = [(T0, wire.udp(PHONE, SERVER, bytes(500)))]
    row = read(wire.pcap(packets), by="pcap").evidence.frame.iloc[0]
    assert (row["app"], row["remote_host"], row["protocol"], row["confidence"]) == (
        "com.instagram.android",
        "i.instagram.com",
        "QUIC.Instagram",
        0.5,
    )


@pytest.mark.parametrize(
    ("name", "app"), [("wechat", "com.tencent.mm"), ("instagram", "com.instagram.android")]
)
def test_real_captures_name_their_largest_app(real_samples, name, app):
    paths = sorted((real_samples / "phone").rglob(f"{name}.pcap*"))
    assert paths
    for path in paths:
        file = SourceFile(path, path.name)
        assert pcap.IMPORTER.recognise(file)
        frame = pcap.IMPORTER.read(file, ReadOptions()).evidence.frame
        named = frame[frame["app"] != "unattributed"].assign(
            volume=frame["bytes_up"] + frame["bytes_down"]
        )
        assert named.groupby("app")["volume"].sum().idxmax() == app
