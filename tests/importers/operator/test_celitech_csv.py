import pandas as pd
import pytest

from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import ReadOptions
from esim_analysis.importers.operator import celitech_csv
from esim_analysis.model import FileError, merge


@pytest.fixture
def sessions(samples):
    return SourceFile(samples / "celitech_csv" / "sessions.csv", "sessions.csv")


@pytest.fixture
def usage(sessions):
    return celitech_csv.IMPORTER.read(sessions, ReadOptions()).usage


def test_sample_reads_as_its_golden_frame(usage, golden, samples):
    golden(usage.frame, samples / "celitech_csv" / "sessions.golden.csv")


def test_a_record_said_four_times_counts_once(usage):
    (source,) = usage.sources
    assert (source.rows, source.kept, source.duplicates, source.rejected) == (20, 5, 15, 0)
    assert usage.frame["bytes_total"].sum() == 6843 + 333_000_111 + 52_000


def test_equal_sessions_with_different_ids_are_both_kept(read_celitech, sessions):
    twin = sessions.text.replace("905,", "906,")
    frame = read_celitech(sessions.text + "\n".join(twin.split("\n")[1:])).frame
    assert set(frame["record_id"]) == {"901", "902", "903", "904", "905", "906"}


def test_network_codes_get_their_zero_back(usage):
    assert set(usage.frame["plmn"]) == {"214-05", "214-07", "310-150"}
    assert set(usage.frame["country"]) == {"ES", "US"}


def test_lines_are_hashed_and_the_raw_id_stays_in_memory_only(usage):
    assert set(usage.raw_lines.values()) == {"8910300000000000017", "8910300000000000025"}
    assert not usage.frame.astype("str").isin(usage.raw_lines.values()).any(axis=None)


def test_bad_rows_are_rejected_with_field_and_reason(read_celitech, sessions):
    text = sessions.text.replace("2019-09-02T03:43:52.250Z", "2019-09-02T03:00:00.000Z")
    text = text.replace(",52000,", ",-1,")
    usage = read_celitech(text)
    reasons = usage.rejected.drop_duplicates(["field", "reason"])[["field", "reason"]]
    assert reasons.to_numpy().tolist() == [
        ["CLOSE_TIME", "the end is before the start"],
        ["DURATION", "no whole number of bytes"],
    ]
    assert usage.sources[0].rejected == 8
    assert usage.sources[0].kept + usage.sources[0].duplicates + 8 == 20


def test_one_id_with_two_contents_keeps_the_first_and_names_the_other(read_celitech, sessions):
    head, first, *_ = sessions.text.split("\n")
    usage = read_celitech("\n".join([head, first, first.replace(",6843,", ",6844,")]))
    assert usage.frame["bytes_total"].tolist() == [6843]
    assert usage.rejected["field"].tolist() == ["CDR_ID"]


def test_reading_twice_changes_nothing(usage):
    twice = merge([usage, usage])
    pd.testing.assert_frame_equal(twice.frame, usage.frame)


@pytest.mark.parametrize("cut", [0, 120, 260])
def test_a_cut_file_names_what_is_missing(read_celitech, sessions, cut):
    with pytest.raises(FileError, match=r"sessions\.csv"):
        read_celitech(sessions.text[:cut])


def test_a_file_cut_in_a_row_keeps_the_rows_before(read_celitech, sessions):
    second = sessions.text.index("333000111")
    usage = read_celitech(sessions.text[: second + 4])
    assert usage.frame["record_id"].tolist() == ["901"]
    assert usage.rejected["reason"].tolist() == ["fewer cells than there are headings"]


def test_real_sessions_have_the_published_totals(real_samples):
    paths = sorted((real_samples / "operator" / "celitech").rglob("*.csv"))
    files = [SourceFile(path, path.name) for path in paths]
    (file,) = [file for file in files if celitech_csv.IMPORTER.recognise(file)]
    usage = celitech_csv.IMPORTER.read(file, ReadOptions()).usage
    (source,) = usage.sources
    assert (source.rows, source.kept, source.duplicates) == (6565, 1642, 4923)
    assert round(usage.frame["bytes_total"].sum() / 1e9, 2) == 13.15
