"""PCAPdroid's connections: every layout, and rows whose commas stray."""

from pathlib import Path

import pandas as pd
import pytest

from esim_analysis.importers.captures.cells import moments
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import ReadOptions
from esim_analysis.importers.registry import importer_for
from esim_analysis.model import FileError

SAMPLES = Path(__file__).parent / "samples"
LEFT, RIGHT = (
    "IPProto,SrcIP,SrcPort,DstIp,DstPort,UID",
    "BytesSent,BytesRcvd,PktsSent,PktsRcvd,FirstSeen,LastSeen",
)
NEW = f"{LEFT},App,PackageName,Proto,Status,Info,{RIGHT}"
OLD = f"{LEFT},App,Proto,Status,Info,{RIGHT}"
WHO = "6,10.215.173.1,40000,203.0.113.9,443"
ISO = "2026-10-03T00:00:00.250+02:00,2026-10-03T00:00:09.000+02:00"
EPOCH = "1790978400250,1790978409000"


def line(middle, *, uid=10123, counts="100,2000,3,4", times=ISO, who=WHO):
    return f"{who},{uid},{middle},{counts},{times}"


def text(*rows, header=NEW):
    return "\r\n".join([header, *rows]) + "\r\n"


PLAIN = line("Chat,com.example.chat,TLS,Closed,chat.example.com")


@pytest.mark.parametrize("name", ["connections_17", "connections_18", "connections_16"])
def test_each_layout_reads_as_its_golden_frame(sample, golden, name):
    file = sample(f"{name}.csv")
    imported = importer_for(file).read(file, ReadOptions())
    golden(
        imported.evidence.frame.dropna(axis="columns", how="all"),
        SAMPLES / f"{name}.evidence.csv",
    )
    golden(imported.evidence.rejected, SAMPLES / f"{name}.rejected.csv")


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (NEW, line("Chat,com.example.chat,TLS,Closed,x.org")),
        (NEW, line("Chat,com.example.chat,TLS,Closed,x.org", times=EPOCH)),
        (NEW + ",Malicious", line("Chat,com.example.chat,TLS,Closed,x.org") + ",yes"),
        (NEW + ",Malicious", line("Chat,com.example.chat,TLS,Closed,x.org") + ","),
        (OLD, line("Chat,TLS,Closed,x.org")),
        (OLD.lower(), line("Chat,TLS,Closed,x.org", times=EPOCH)),
        (NEW.replace(",", ";"), line("Chat,com.example.chat,TLS,Closed,x.org").replace(",", ";")),
        (
            '"' + NEW.replace(",", '";"') + '"',
            '"' + line("Chat,com.example.chat,TLS,Closed,x.org").replace(",", '";"') + '"',
        ),
        (NEW + ",,", line("Chat,com.example.chat,TLS,Closed,x.org") + ",,"),
    ],
)
def test_all_layouts_say_the_same(read, header, row):
    frame = read(text(row, header=header), by="pcapdroid_csv").evidence.frame
    seen = frame[["uid", "bytes_up", "bytes_down", "remote_host", "remote_ip", "protocol"]]
    assert seen.to_numpy().tolist() == [[10123, 100, 2000, "x.org", "203.0.113.9", "TLS"]]
    assert frame["start_utc"].tolist() == [pd.Timestamp("2026-10-02 22:00:00.250", tz="UTC")]
    assert frame["app"].tolist() == ["com.example.chat" if "ackage" in header else "uid:10123"]


@pytest.mark.parametrize(
    ("middle", "app", "label", "host"),
    [
        (
            "Chat, the app,com.example.chat,TLS,Closed,x.org",
            "com.example.chat",
            "Chat, the app",
            "x.org",
        ),
        (
            "Chat,com.example.chat,TLS,Closed,http://x.org/a,b,c",
            "com.example.chat",
            "Chat",
            "x.org",
        ),
        ("A, B,com.example.chat,TLS,Closed,x.org/a,b", "com.example.chat", "A, B", "x.org"),
        ('"A, B",com.example.chat,TLS,Closed,x.org', "com.example.chat", "A, B", "x.org"),
        ("A, B,com.example.chat,NEVER,SEEN,x,y", "com.example.chat", "A, B", ""),
    ],
)
def test_stray_commas_lose_neither_bytes_nor_app(read, middle, app, label, host):
    frame = read(text(PLAIN, line(middle, counts="7,11,1,1")), by="pcapdroid_csv").evidence.frame
    row = frame[frame["bytes_down"] == 11].iloc[0]
    assert (row["app"], row["app_label"], row["remote_host"]) == (app, label, host)
    assert row["source_row"] == "3"


def test_a_middle_that_cannot_be_split_takes_the_names_of_its_uid(read):
    odd = line("A,B,not a package,NEVER,SEEN,x,y", counts="7,11,1,1")
    frame = read(text(PLAIN, odd), by="pcapdroid_csv").evidence.frame
    assert frame["app"].tolist() == ["com.example.chat"] * 2
    assert frame["bytes_down"].sum() == 2011


def test_the_status_is_in_the_phones_language_and_old_rows_with_commas_learn_it(read):
    rows = [line("聊聊,TLS,已关闭,x.org"), line("聊聊,TLS,已关闭,x.org/a,b", counts="1,5,1,1")]
    frame = read(text(*rows, header=OLD), by="pcapdroid_csv").evidence.frame
    assert frame["app_label"].tolist() == ["聊聊", "聊聊"]
    assert frame["remote_host"].tolist() == ["x.org", "x.org"]


@pytest.mark.parametrize("digits", ["٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९"])
@pytest.mark.parametrize("times", [ISO, EPOCH])
def test_times_may_be_in_digits_of_other_scripts(read, digits, times):
    foreign = times.translate(str.maketrans("0123456789", digits))
    middle = "Chat,com.example.chat,TLS,Closed,x.org"
    frame = read(text(line(middle, times=foreign)), by="pcapdroid_csv").evidence.frame
    assert frame["start_utc"].tolist() == [pd.Timestamp("2026-10-02 22:00:00.250", tz="UTC")]
    assert frame["end_utc"].tolist() == [pd.Timestamp("2026-10-02 22:00:09.001", tz="UTC")]


def test_a_connection_nobody_owns_counts_for_none_unless_its_host_is_one_apps(read):
    rows = [
        line(",,TLS,Closed,cdn.example.org", uid=-1),
        line(",,TLS,Closed,i.instagram.com", uid=-1, counts="1,5,1,1"),
    ]
    frame = read(text(*rows), by="pcapdroid_csv").evidence.frame.sort_values("bytes_down")
    assert frame["app"].tolist() == ["com.instagram.android", "unattributed"]
    assert frame["counts_toward_total"].tolist() == [True, False]
    assert frame["confidence"].tolist() == [0.5, 1.0]
    assert frame["uid"].isna().all()


def test_names_of_uids_serve_other_artefacts(read):
    rows = [PLAIN, line("netd,netd,DNS,Closed,x.org", uid=1051)]
    imported = read(text(*rows), by="pcapdroid_csv")
    assert imported.packages.to_numpy().tolist() == [[10123, "com.example.chat"]]
    assert set(imported.evidence.frame["app"]) == {"com.example.chat", "system"}


def test_a_dns_query_is_no_destination(read):
    frame = read(text(line("a,com.a.b,DNS,Closed,x.org")), by="pcapdroid_csv").evidence.frame
    assert frame["remote_host"].tolist() == [""]


def test_rows_that_cannot_be_read_are_kept_with_their_line_and_reason(read):
    bad = [
        line("Chat,com.example.chat,TLS,Closed,x", counts="many,1,1,1"),
        line("Chat,com.example.chat,TLS,Closed,x", times="03/10/2026 0:00,03/10/2026 0:01"),
        line(
            "Chat,com.example.chat,TLS,Closed,x", times="1970-01-01T00:00:00Z,1970-01-01T00:00:01Z"
        ),
        "6,10.215.1",
    ]
    evidence = read(text(PLAIN, *bad), by="pcapdroid_csv").evidence
    assert len(evidence.frame) == 1
    kept = evidence.rejected[["line", "field"]].to_numpy().tolist()
    assert sorted(kept) == [
        ["3", "bytessent"],
        ["4", "firstseen"],
        ["5", "firstseen"],
        ["6", "row"],
    ]
    assert evidence.rejected["reason"].str.contains("spreadsheet").sum() == 1


def test_a_month_that_does_not_exist_spoils_only_its_row(read):
    bad = line("a,com.a.b,TLS,Closed,x", times="2026-13-03T00:00:00Z,2026-10-03T00:00:00Z")
    evidence = read(text(PLAIN, bad), by="pcapdroid_csv").evidence
    assert (len(evidence.frame), len(evidence.rejected)) == (1, 1)


@pytest.mark.parametrize(
    "content", [NEW, NEW + "\n", NEW + "\r\n\r\n", OLD + "\n", NEW + ",Malicious\n"]
)
def test_a_heading_alone_is_explained(read, content):
    with pytest.raises(FileError, match="without a single connection"):
        read(content, by="pcapdroid_csv")


def test_a_list_a_spreadsheet_spoilt_says_so(read):
    spoilt = line("Chat,com.example.chat,TLS,Closed,x", times="1.79098E+12,1.79098E+12")
    with pytest.raises(FileError, match="spreadsheet") as caught:
        read(text(spoilt), by="pcapdroid_csv")
    assert caught.value.place == "line 2"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_the_encoding_does_not_matter(read, encoding):
    frame = read(text(PLAIN).encode(encoding), by="pcapdroid_csv").evidence.frame
    assert frame["app"].tolist() == ["com.example.chat"]


def test_every_kind_of_line_end_reads_alike(read):
    rows = [PLAIN, line("Café, Bar,com.example.cafe,TLS,Closed,x.org"), PLAIN]
    frames = [
        read(end.join([NEW, *rows]) + end, by="pcapdroid_csv").evidence.frame
        for end in ("\r\n", "\n", "\r\r\n", "\r")
    ]
    for frame in frames[1:]:
        pd.testing.assert_frame_equal(frame, frames[0])


def test_bytes_that_are_no_text_are_read_as_a_sign_that_says_so(tmp_path):
    damaged = tmp_path / "list.csv"
    rows = text(PLAIN, PLAIN.replace("chat.example.com", "x.org")).encode()
    damaged.write_bytes(rows + b" " * 70_000 + b"\xff\xfe\r\n")
    file = SourceFile(damaged, "list.csv")
    assert len(importer_for(file).read(file, ReadOptions()).evidence.frame) == 2


def test_times_written_alike_and_times_of_two_kinds_are_the_same_times():
    alike = moments(pd.Series(["2026-10-03T00:00:00.250+02:00"] * 2, dtype="str"))
    mixed = moments(pd.Series(["2026-10-03T00:00:00.250+02:00", "1790978400250"], dtype="str"))
    assert alike.tolist() == mixed.tolist() == [1_790_978_400_250_000] * 2


@pytest.mark.parametrize(
    "written", ["2026-10-03 00:00:00.250+02:00", "2026-13-03T00:00:00.250+02:00", "12:30", ""]
)
def test_what_is_no_time_stays_missing(written):
    assert moments(pd.Series([written, written], dtype="str")).isna().all()
