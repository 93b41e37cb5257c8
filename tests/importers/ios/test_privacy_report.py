"""App Privacy Report: contacts rank suspects and never carry bytes."""

import json
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import ReadOptions
from esim_analysis.importers.phone.ios_privacy_report import IMPORTER, merge_contacts
from esim_analysis.importers.registry import importer_for
from esim_analysis.model import FileError

SAMPLES = Path(__file__).parent / "samples"
SLOW_FILES = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def line(**changes):
    usual = {
        "type": "networkActivity",
        "bundleID": "com.x",
        "domain": "a.example",
        "context": "",
        "initiatedType": "AppInitiated",
        "hits": 10,
        "firstTimeStamp": "2026-10-12T00:00:00Z",
        "timeStamp": "2026-10-18T00:00:00Z",
    }
    return json.dumps(usual | changes)


@pytest.fixture
def sample():
    return SourceFile(SAMPLES / "report.ndjson", "report.ndjson")


def read(file):
    assert IMPORTER.recognise(file)
    assert importer_for(file).id == "ios_privacy_report"
    return IMPORTER.read(file, ReadOptions())


def frame(file):
    return read(file).evidence.frame


def test_the_report_reads_as_its_golden_frame(sample, golden):
    evidence = read(sample).evidence
    golden(evidence.frame.dropna(axis="columns", how="all"), SAMPLES / "report.evidence.csv")
    golden(evidence.rejected, SAMPLES / "report.rejected.csv")


def test_contacts_have_no_bytes_and_never_count(sample):
    rows = frame(sample)
    assert rows[["bytes_up", "bytes_down"]].isna().all(axis=None)
    assert not rows["counts_toward_total"].any()
    assert set(rows["time_kind"]) == {"first_last"}


def test_both_forms_of_time_are_the_same_moment(write):
    plain = frame(write(line(timeStamp="2026-10-18T21:32:14Z")))
    offset = frame(write(line(timeStamp="2026-10-18T23:32:14.000+02:00")))
    assert plain["end_utc"].tolist() == offset["end_utc"].tolist()


def test_a_time_without_offset_is_rejected_with_its_line(write):
    evidence = read(write(line() + "\n" + line(timeStamp="2026-10-18T21:32:14"))).evidence
    assert evidence.rejected[["line", "field"]].to_numpy().tolist() == [["2", "timeStamp"]]


@pytest.mark.parametrize(
    ("domain", "host", "address"),
    [
        ("A.Example.", "a.example", ""),
        ("198.51.100.7", "", "198.51.100.7"),
        ("2001:db8::1", "", "2001:db8::1"),
        ("[2001:DB8::1]", "", "2001:db8::1"),
        ("dead.beef", "dead.beef", ""),
    ],
)
def test_a_domain_is_a_host_or_an_address(write, domain, host, address):
    row = frame(write(line(domain=domain))).iloc[0]
    assert (row["remote_host"], row["remote_ip"]) == (host, address)


@pytest.mark.parametrize(
    "text",
    [
        line() + "\n" + line(domain="b.example"),
        "\ufeff" + line() + "\r\n\r\n" + line(domain="b.example") + "\r\n",
        "[" + line() + ",\n" + line(domain="b.example") + "]",
        json.dumps([json.loads(line()), json.loads(line(domain="b.example"))], indent=2),
    ],
    ids=["lines", "windows lines", "array", "indented array"],
)
def test_lines_and_arrays_read_the_same(write, text):
    assert frame(write(text, "report.txt"))["remote_host"].tolist() == ["a.example", "b.example"]


def test_a_line_cut_at_the_end_is_left_out_and_named(write):
    imported = read(write(line() + "\n" + line()[:-20]))
    assert len(imported.evidence.frame) == 1
    assert imported.evidence.rejected["line"].tolist() == ["2"]
    assert "The file ends inside a line; that line was left out." in imported.notes


def test_the_same_line_twice_counts_once_and_other_contexts_add_up(write):
    text = "\n".join([line(hits=10), line(hits=12), line(context="web.example", hits=3)])
    assert frame(write(text))["hits"].tolist() == [15]


def test_reports_that_overlap_give_the_larger_number_over_both_weeks(write):
    first = frame(write(line(hits=10), "a.ndjson"))
    second = frame(
        write(
            line(hits=7, firstTimeStamp="2026-10-14T00:00:00Z", timeStamp="2026-10-21T00:00:00Z"),
            "b.ndjson",
        )
    )
    for frames in ([first, second], [second, first]):
        merged = merge_contacts(frames)
        assert merged["hits"].tolist() == [10]
        assert merged["start_utc"].iloc[0] == pd.Timestamp("2026-10-12", tz="UTC")
        assert merged["end_utc"].iloc[0] == pd.Timestamp("2026-10-21", tz="UTC")


def test_reports_of_different_weeks_stay_apart(write):
    first = frame(write(line(hits=10), "a.ndjson"))
    second = frame(
        write(
            line(hits=7, firstTimeStamp="2026-10-25T00:00:00Z", timeStamp="2026-10-26T00:00:00Z"),
            "b.ndjson",
        )
    )
    assert merge_contacts([first, second])["hits"].tolist() == [10, 7]


def test_merging_leaves_other_evidence_as_it_is(write):
    contacts = frame(write(line()))
    other = contacts.assign(time_kind="bucket", bytes_down=5)
    merged = merge_contacts([other, contacts, contacts])
    assert sorted(merged["time_kind"]) == ["bucket", "first_last"]


def test_the_report_is_an_iphones(sample):
    assert read(sample).evidence.settings.platform == "ios"


@pytest.mark.parametrize(
    "text",
    [
        '{"type":"access","accessor":{"identifier":"com.x"},"category":"camera"}',
        line(domain=""),
        line(bundleID=7),
    ],
)
def test_a_report_without_usable_contacts_says_to_wait(write, text):
    with pytest.raises(FileError, match="leave the report turned on"):
        read(write(text))


@pytest.mark.parametrize(
    "content", ["", "date,app\n1,2\n", '{"type":"other"}', '{"vnstatversion":"2.9"}', "\x00\x01"]
)
def test_other_files_are_not_taken_for_a_report(write, content):
    assert not IMPORTER.recognise(write(content))


@SLOW_FILES
@given(data=st.data(), noise=st.binary(max_size=12))
def test_mutated_bytes_are_never_more_than_an_error_in_words(write, sample, data, noise):
    content = sample.data
    at = data.draw(st.integers(0, len(content)))
    gone = data.draw(st.integers(0, 40))
    file = write(content[:at] + noise + content[at + gone :])
    try:
        rows = IMPORTER.read(file, ReadOptions()).evidence.frame
    except FileError:
        return
    assert rows["bytes_down"].isna().all()


@SLOW_FILES
@given(
    value=st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
        ),
        max_leaves=4,
    ),
    field=st.sampled_from(
        ["type", "bundleID", "domain", "context", "hits", "timeStamp", "accessor"]
    ),
)
def test_any_value_in_any_field_is_read_or_rejected(write, value, field):
    text = line() + "\n" + line(**{field: value})
    evidence = read(write(text)).evidence
    assert evidence.frame["hits"].notna().any()


def test_half_a_character_is_replaced(write):
    rows = frame(write(line(bundleID="com.\ud800x", domain="\ud83da.example")))
    assert rows["app"].tolist() == ["com.?x"]


def test_deep_nesting_and_endless_numbers_are_rejected_lines(write):
    text = "\n".join([line(), "[" * 100_000, '{"a":' * 100_000, '{"hits":' + "9" * 10_000 + "}"])
    assert len(frame(write(text))) == 1
