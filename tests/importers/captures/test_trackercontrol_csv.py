"""TrackerControl's contacts: suspects without bytes."""

from pathlib import Path

import pytest

from esim_analysis.importers.importer import ReadOptions
from esim_analysis.importers.phone.trackercontrol_csv import IMPORTER
from esim_analysis.model import FileError

SAMPLES = Path(__file__).parent / "samples"
ALL = "uid,daddr,time,uncertain,Tracker,Category,Package,App"
ONE = "daddr,time,uncertain,Tracker Name,Tracker Category"


def test_the_sample_reads_as_its_golden_frame(sample, golden):
    file = sample("trackercontrol_log_20261003.csv")
    assert IMPORTER.recognise(file)
    evidence = IMPORTER.read(file, ReadOptions()).evidence
    frame = evidence.frame.dropna(axis="columns", how="all")
    golden(frame, SAMPLES / "trackercontrol.evidence.csv")
    golden(evidence.rejected, SAMPLES / "trackercontrol.rejected.csv")


def test_contacts_have_no_bytes_and_never_count(read):
    row = "10123,a.example,1790978400250,0,T,C,com.a.b,A"
    frame = read(f"{ALL}\r\n{row}\r\n", by="trackercontrol_csv").evidence.frame
    assert frame[["bytes_up", "bytes_down"]].isna().all(axis=None)
    assert frame[["app", "hits", "counts_toward_total", "confidence"]].to_numpy().tolist() == [
        ["com.a.b", 1, False, 0.2]
    ]


@pytest.mark.parametrize("time", ["1790978400000", "1790978400"])
def test_times_are_milliseconds_or_seconds(read, time):
    frame = read(f"{ALL}\n10123,a.example,{time},0,T,C,com.a.b,A\n", by="trackercontrol_csv")
    assert str(frame.evidence.frame["start_utc"].iloc[0]) == "2026-10-02 22:00:00+00:00"


def test_the_list_of_one_app_names_no_app_whatever_the_host(read):
    imported = read(f"{ONE}\ni.instagram.com,1790978400000,0,T,C\n", by="trackercontrol_csv")
    frame = imported.evidence.frame
    assert frame[["app", "remote_host"]].to_numpy().tolist() == [
        ["unattributed", "i.instagram.com"]
    ]
    assert any("does not say which" in note for note in imported.notes)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (ALL + "\n", "without a single contact"),
        (f"{ALL}\n1,a.example,7,0,T,C,a.b,A\n", "own start"),
    ],
)
def test_what_holds_nothing_says_so(read, content, found):
    with pytest.raises(FileError, match=found):
        read(content, by="trackercontrol_csv")
