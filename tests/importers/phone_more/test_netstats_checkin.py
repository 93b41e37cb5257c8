"""The compact netstats form: apps by bucket without their SIM, device totals apart."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from esim_analysis.importers.importer import ReadOptions
from esim_analysis.importers.phone.netstats_checkin import IMPORTER
from esim_analysis.importers.registry import importer_for
from esim_analysis.model import FileError

SAMPLES = Path(__file__).parent / "samples"
SLOW_FILES = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
TEXT = (SAMPLES / "checkin.txt").read_text(encoding="utf-8")


def read(file):
    assert IMPORTER.recognise(file)
    assert importer_for(file).id == "netstats_checkin"
    return IMPORTER.read(file, ReadOptions())


def test_the_form_reads_as_its_golden_frame(write, golden):
    evidence = read(write(TEXT, "checkin.txt")).evidence
    golden(evidence.frame.dropna(axis="columns", how="all"), SAMPLES / "checkin.evidence.csv")
    golden(evidence.device_totals, SAMPLES / "checkin.totals.csv")
    golden(evidence.rejected, SAMPLES / "checkin.rejected.csv")


def test_apps_equal_the_device_total_and_tags_and_tunnels_are_not_added(write):
    evidence = read(write(TEXT)).evidence
    cellular = evidence.frame[evidence.frame["interface"] == "cellular"]
    device = evidence.device_totals[evidence.device_totals["interface"] == "cellular"]
    assert cellular["bytes_down"].sum() == device["bytes_down"].sum() == 51_000


def test_ground_and_names_follow_the_full_history(write):
    frame = read(write(TEXT)).evidence.frame
    named = set(zip(frame["app"], frame["ground"], strict=True))
    assert named == {
        ("uid:10123", "background"),
        ("uid:10123", "foreground"),
        ("tethering", "unknown"),
    }


def test_a_star_is_unknown_not_zero(write):
    frame = read(write(TEXT)).evidence.frame
    assert frame.loc[frame["app"] == "tethering", "bytes_up"].isna().all()


def test_totals_alone_are_kept_and_the_command_for_apps_is_told(write):
    imported = read(write(TEXT.split("uid\n")[0]))
    assert imported.evidence.frame.empty
    assert len(imported.evidence.device_totals) == 3
    assert any("no apps" in note and "--full --uid" in note for note in imported.notes)


def test_the_same_form_twice_counts_once(write):
    once, twice = read(write(TEXT, "a.txt")), read(write(TEXT + TEXT, "b.txt"))
    for column in ("bytes_down", "bytes_up"):
        assert twice.evidence.frame[column].sum() == once.evidence.frame[column].sum()
    assert len(twice.evidence.device_totals) == len(once.evidence.device_totals)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("b,1790985600,6000,9,600,8,0", "b,1790985600,6000,9", "17"),
        ("b,1790985600,6000,9,600,8,0", "b,5,6000,9,600,8,0", "17"),
        ("b,1790985600,6000,9,600,8,0", "b,1790985600,*,9,*,8,0", "17"),
        ("c,cell,10123,fg,0", "c,cell,x,fg,0", "17"),
        ("c,cell,10123,fg,0\nd,7200", "c,cell,10123,fg,0\nd,x", "17"),
    ],
)
def test_what_cannot_be_read_is_rejected_with_its_line(write, old, new, line):
    evidence = read(write(TEXT.replace(old, new))).evidence
    assert evidence.rejected["line"].tolist() == [line]
    assert "foreground" not in set(evidence.frame["ground"])


@pytest.mark.parametrize("text", ["v1,1790985600,1791072000\n", "v1,1790985600,1791072000\nuid\n"])
def test_an_empty_form_says_what_to_run(write, text):
    with pytest.raises(FileError, match="dumpsys netstats --full --uid"):
        read(write(text))


@pytest.mark.parametrize("content", ["", "v1,2\n", "UID stats:\n", "date,MB\n1,2\n", "\x00"])
def test_other_files_are_not_taken_for_it(write, content):
    assert not IMPORTER.recognise(write(content))


@SLOW_FILES
@given(data=st.data(), noise=st.binary(max_size=12))
def test_mutated_bytes_are_never_more_than_an_error_in_words(write, data, noise):
    content = TEXT.encode()
    at = data.draw(st.integers(0, len(content)))
    gone = data.draw(st.integers(0, 40))
    try:
        IMPORTER.read(write(content[:at] + noise + content[at + gone :]), ReadOptions())
    except FileError as error:
        assert error.next_step  # noqa: PT017 - either is fine
