"""Lines of the survival list that no other test has: each is named as the list says it."""

import struct
from types import SimpleNamespace

import pandas as pd
import pytest

from esim_analysis.importers.combining import combine_evidence
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import ReadOptions
from esim_analysis.importers.phone import ios_privacy_report as privacy
from esim_analysis.importers.phone import netpolicy, netstats, packages, pcap, pcapdroid_csv, srum
from esim_analysis.model import FileError
from tests.importers.captures import wire

MOBILE = "{type=0, ratType=13, subscriberId=214070..., metered=true, subId=3, transports={0, 4}}"
ROW = "st=1790978400 rb=1000 rp=3 tb=100 tp=2 op=0"


@pytest.fixture
def file(tmp_path):
    def write(content, name="dump.txt"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return SourceFile(path, name)

    return write


def series(uid, tag="0x0", row=ROW):
    return (
        f"  ident=[{MOBILE}] uid={uid} set=DEFAULT tag={tag}\n"
        f"    NetworkStatsHistory: bucketDuration=7200\n      {row}\n"
    )


def dump(*uids, tags=""):
    head = "Xt stats:\n  Complete history:\nUID stats:\n  Complete history:\n"
    return head + "".join(map(series, uids)) + tags


def volume(frame):
    return int((frame["bytes_up"].fillna(0) + frame["bytes_down"].fillna(0)).sum())


def test_a_huge_section_of_tags_adds_no_byte(file):
    tags = "UID tag stats:\n  Complete history:\n"
    tags += "".join(series(10123, f"0x{tag:x}") for tag in range(1, 8_000))
    evidence = netstats.IMPORTER.read(file(dump(10123, tags=tags)), ReadOptions()).evidence
    counted = evidence.frame[evidence.frame["counts_toward_total"]]
    assert volume(counted) == 1100


def test_the_same_package_on_two_uids_after_a_reinstall_is_one_app(file):
    names = packages.IMPORTER.read(
        file("package:com.x uid:10123\npackage:com.x uid:10140\n", "names.txt"), ReadOptions()
    )
    counters = netstats.IMPORTER.read(file(dump(10123, 10140)), ReadOptions())
    frame = combine_evidence([counters, names]).frame
    assert set(frame["app"]) == {"com.x"}
    assert set(frame["uid"]) == {10123, 10140}
    assert volume(frame) == 2200


def test_a_package_of_several_users_lists_their_uids_and_is_one_app(file):
    table = packages.IMPORTER.read(
        file("package:com.x uid:10123,1010123\npackage:com.y uid:10124\n"), ReadOptions()
    ).packages
    assert table.to_numpy().tolist() == [[10123, "com.x"], [10124, "com.y"]]


def test_thousands_of_log_lines_after_the_useful_part_of_netpolicy_change_nothing(file):
    text = "Restrict background: true\nPolicy for UIDs:\n  UID=10063 policy=1 (REJECT_METERED_BACKGROUND)\n"
    logs = "mNetworkBlockedLogs:\n" + "  UID=10999 policy=4 2026-10-03 state changed\n" * 20_000
    alone, buried = (
        netpolicy.IMPORTER.read(file(content), ReadOptions()).settings
        for content in (text, text + logs)
    )
    assert alone == buried
    assert buried.background_off == {"uid:10063"}


def test_dates_a_spreadsheet_rewrote_are_refused_with_the_way_to_keep_them(file):
    head = (
        "IPProto;SrcIP;SrcPort;DstIp;DstPort;UID;App;PackageName;Proto;Status;Info;"
        "BytesSent;BytesRcvd;PktsSent;PktsRcvd;FirstSeen;LastSeen\n"
    )
    row = (
        "6;10.215.173.1;40000;203.0.113.9;443;10123;Chat;com.x;TLS;Closed;x.org;"
        "100;2000;3;4;03/10/2026 00:00;03/10/2026 00:00\n"
    )
    with pytest.raises(FileError, match="spreadsheet") as caught:
        pcapdroid_csv.IMPORTER.read(file(head + row, "list.csv"), ReadOptions())
    assert caught.value.place == "line 2"


PHONE, SERVER = "10.215.173.1", "203.0.113.9"


def test_packets_with_and_without_a_trailer_in_one_file_all_count(file):
    packets = [
        (1_790_978_400.0 + n, wire.tcp(PHONE, SERVER, bytes(100), sport=40_000)) for n in range(6)
    ]
    framed = [
        (moment, wire.with_trailer(packet, 10123, "Chat") if n % 2 else packet)
        for n, (moment, packet) in enumerate(packets)
    ]
    mixed = pcap.IMPORTER.read(file(wire.pcap(framed, link=1), "a.pcap"), ReadOptions()).evidence
    raw = pcap.IMPORTER.read(file(wire.pcap(packets), "b.pcap"), ReadOptions()).evidence
    assert volume(mixed.frame) == volume(raw.frame)
    assert set(mixed.frame["uid"]) == {10123}


def test_a_hello_without_a_name_is_a_connection_without_a_host(file):
    """Encrypted Client Hello hides the name: the bytes count, the host stays open."""
    hidden = b"\x17\x03\x03\x00\x20" + bytes(32)
    packets = [
        (1_790_978_400.0, wire.tcp(PHONE, SERVER, hidden, sport=40_000)),
        (1_790_978_401.0, wire.tcp(SERVER, PHONE, bytes(900), sport=443, dport=40_000)),
    ]
    framed = [(moment, wire.with_trailer(packet, 10123, "Chat")) for moment, packet in packets]
    frame = pcap.IMPORTER.read(
        file(wire.pcap(framed, link=1), "a.pcap"), ReadOptions()
    ).evidence.frame
    assert frame["remote_host"].fillna("").tolist() == [""]
    assert volume(frame) > 900


def test_an_access_without_its_end_takes_no_contact_along(file):
    begun = (
        '{"type":"access","accessor":{"identifier":"com.x","identifierType":"bundleID"},'
        '"category":"camera","kind":"intervalBegin","identifier":"A1",'
        '"timeStamp":"2026-10-12T08:00:00.100+02:00"}\n'
    )
    contact = (
        '{"type":"networkActivity","bundleID":"com.x","domain":"a.example","hits":3,'
        '"firstTimeStamp":"2026-10-12T00:00:00Z","timeStamp":"2026-10-18T00:00:00Z"}\n'
    )
    made = privacy.IMPORTER.read(file(begun + contact, "report.ndjson"), ReadOptions())
    assert made.evidence.frame["hits"].tolist() == [3]
    assert made.evidence.rejected.empty


def test_a_dirty_srum_database_is_handed_to_the_reader_as_it_is(file, monkeypatch):
    """Its tables are read in UTC, and programs named without the registry beside it."""
    page = bytearray(4096)
    struct.pack_into("<I", page, 4, 0x89ABCDEF)
    struct.pack_into("<I", page, 52, 2)  # state: dirty shutdown
    stamp = 46_298.0  # days since 1899-12-30: 2026-10-03 00:00 UTC
    usage = {
        "TimeStamp": stamp, "AppId": 1, "UserId": 2, "InterfaceLuid": 243 << 48,
        "L2ProfileId": 0, "BytesSent": 10, "BytesRecvd": 90,
    }  # fmt: skip
    name = {"IdType": 0, "IdIndex": 1, "IdBlob": "\\x\\chrome.exe\0".encode("utf-16-le")}
    tables = {srum.USAGE_TABLE: [usage], "SruDbIdMapTable": [name]}

    class Database:
        def __init__(self, stream):
            self.state = struct.unpack_from("<I", stream.read(4096), 52)[0]
            assert self.state == 2

        def table(self, wanted):
            return SimpleNamespace(
                records=lambda: iter(
                    [SimpleNamespace(**row, get=row.get) for row in tables[wanted]]
                )
            )

    monkeypatch.setattr(srum, "import_module", lambda _: SimpleNamespace(ESE=Database))
    monkeypatch.setattr(srum, "find_spec", lambda _: object())
    frame = srum.read(file(bytes(page), "SRUDB.dat"), ReadOptions()).evidence.frame
    assert frame["end_utc"].tolist() == [pd.Timestamp("2026-10-03", tz="UTC")]
    assert frame["app"].tolist() == ["program:chrome.exe"]
