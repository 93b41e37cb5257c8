"""Bug reports: what they have, what they lack, and zips that mean no good."""

import zipfile

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from esim_analysis.importers.importer import ReadOptions
from esim_analysis.importers.phone.bugreport_zip import IMPORTER
from esim_analysis.importers.registry import importer_for
from esim_analysis.model import FileError

SLOW_FILES = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
MAIN = "bugreport-phone-2026-10-03-06-00-00.txt"


def read(file):
    assert IMPORTER.recognise(file)
    assert importer_for(file).id == "bugreport_zip"
    return IMPORTER.read(file, ReadOptions())


@pytest.fixture
def zipped(pack, report):
    def build(**changes):
        members = [("version.txt", "2.0"), ("main_entry.txt", MAIN), (MAIN, report(**changes))]
        return pack(*members, ("FS/data/anr/x.txt", "x"))

    return build


def test_zip_and_text_read_the_same(zipped, report, write):
    packed = read(zipped()).evidence.frame.drop(columns="source")
    plain = read(write(report(), MAIN)).evidence.frame.drop(columns="source")
    pd.testing.assert_frame_equal(packed, plain)


def test_each_byte_counts_once_the_finest_section_first(zipped):
    frame = read(zipped()).evidence.frame
    counted = frame[frame["counts_toward_total"] & (frame["interface"] == "cellular")]
    assert set(counted["time_kind"]) == {"bucket"}
    assert counted["bytes_down"].sum() == 51_000


def test_without_app_buckets_the_battery_counters_count(zipped):
    checkin = "v1,1790985600,1791072000\nxt\nc,cell,-1,all,0\nd,3600\nb,1790985600,5,1,5,1,0\n"
    evidence = read(zipped(checkin=checkin)).evidence
    counted = evidence.frame[evidence.frame["counts_toward_total"]]
    assert set(counted["time_kind"]) == {"cumulative"}
    assert len(evidence.device_totals) == 1


def test_raw_counters_never_count_and_take_the_later_of_two_states(zipped):
    frame = read(zipped()).evidence.frame
    raw = frame[frame["interface"] == "unknown"]
    raw = raw[raw["confidence"] < 0.5].set_index("app")
    assert raw.loc["uid:10123", ["bytes_down", "bytes_up"]].tolist() == [91_000, 9_100]
    assert set(raw.index) == {"uid:10123", "system"}
    assert not raw["counts_toward_total"].any()
    assert raw["end_utc"].iloc[0] == pd.Timestamp("2026-10-03 04:00", tz="UTC")
    assert raw["end_utc"].iloc[0] - raw["start_utc"].iloc[0] == pd.Timedelta(hours=26, minutes=30)


def test_names_switches_and_zone_come_along(zipped):
    imported = read(zipped())
    assert "com.example.words" in set(imported.packages["package"])
    assert imported.settings.background_off == {"uid:10123"}
    assert imported.evidence.phone_zone == "Europe/Madrid"


def test_rows_point_at_the_line_of_the_report(zipped, report):
    lines = report().split("\n")
    frame = read(zipped()).evidence.frame
    hotspot = frame[(frame["app"] == "tethering") & (frame["time_kind"] == "bucket")].iloc[0]
    assert lines[int(hotspot["source_row"]) - 1].startswith("b,1790985600,5000")
    battery = frame[(frame["time_kind"] == "cumulative") & (frame["app"] == "tethering")].iloc[0]
    assert lines[int(battery["source_row"]) - 1].startswith("9,-5,l,nt")


def test_it_says_what_it_has_and_which_command_gives_the_rest(zipped):
    notes = read(zipped()).notes
    assert notes[0].startswith("This bug report has: the last day's traffic by app or device")
    assert "three months of traffic by app (`adb shell dumpsys netstats --full --uid" in notes[1]
    fewer = read(zipped(battery="", netpolicy="")).notes
    assert "batterystats -c" in fewer[1]
    assert "dumpsys netpolicy" in fewer[1]


def test_a_full_history_inside_is_read_too(zipped):
    ident = "{type=0, ratType=13, subscriberId=214070..., metered=true, subId=3}"
    history = (
        "UID stats:\n  Complete history:\n"
        f"  ident=[{ident}] uid=10123 set=DEFAULT tag=0x0\n"
        "    NetworkStatsHistory: bucketDuration=7200\n"
        "      st=1790985600 rb=41000 rp=3 tb=100 tp=2 op=0\n"
    )
    frame = read(zipped(netstats=history)).evidence.frame
    counted = frame[frame["counts_toward_total"] & (frame["interface"] == "cellular")]
    assert counted["sim_plmn"].tolist() == ["214-07"]


def test_a_report_without_traffic_says_the_command(zipped):
    file = zipped(checkin="", battery="", netstats="", package="", netpolicy="")
    with pytest.raises(FileError, match="adb shell dumpsys netstats --full --uid"):
        read(file)


def test_the_named_member_is_read_even_when_another_is_larger(pack, report):
    file = pack(
        ("main_entry.txt", "dumpstate_board.txt"),
        ("dumpstate_board.txt", report()),
        ("bugreport-other.txt", "x" * 100_000),
    )
    assert len(read(file).evidence.frame)


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "a\\..\\b", "absent.txt", ""])
def test_a_name_that_leads_outside_is_not_followed(pack, report, name):
    file = pack(("main_entry.txt", name), (MAIN, report()))
    assert len(read(file).evidence.frame)


def test_a_zip_that_swells_is_refused(pack):
    file = pack((MAIN, b"0" * 30_000_000))
    with pytest.raises(FileError, match="unpacks to far more"):
        read(file)


def test_a_text_larger_than_any_report_is_refused(zipped, monkeypatch):
    monkeypatch.setattr("esim_analysis.importers.phone._bugreport_text._MAX_TEXT", 1000)
    with pytest.raises(FileError, match="unpacks to far more"):
        read(zipped())


def test_a_size_the_zip_lies_about_is_no_way_around(zipped):
    file = zipped()
    raw = bytearray(file.data)
    with zipfile.ZipFile(file.path) as archive:
        real = archive.getinfo(MAIN).file_size
    lied = bytes(raw).replace(real.to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lied != bytes(raw)
    file.path.write_bytes(lied)
    with pytest.raises(FileError, match="damaged or locked"):
        read(type(file)(file.path, file.name))


@pytest.mark.parametrize(
    "members", [[("a.txt", "hello")], [("xl/workbook.xml", "<x/>")], [("dir/bugreport-a.txt", "x")]]
)
def test_other_zips_are_not_taken_for_a_report(pack, members):
    assert not IMPORTER.recognise(pack(*members))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"== dump\n", b"date,MB\n1,2\n"])
def test_other_files_are_not_taken_for_a_report(write, content):
    assert not IMPORTER.recognise(write(content))


@SLOW_FILES
@given(data=st.data(), noise=st.binary(max_size=8))
def test_mutated_zips_are_never_more_than_an_error_in_words(zipped, write, data, noise):
    content = zipped().data
    at = data.draw(st.integers(0, len(content)))
    gone = data.draw(st.integers(0, 20))
    file = write(content[:at] + noise + content[at + gone :], "mutated.zip")
    try:
        IMPORTER.recognise(file)
        IMPORTER.read(file, ReadOptions())
    except FileError as error:
        assert error.next_step  # noqa: PT017 - either is fine


@SLOW_FILES
@given(data=st.data(), noise=st.text(max_size=12))
def test_mutated_texts_are_never_more_than_an_error_in_words(report, write, data, noise):
    content = report()
    at = data.draw(st.integers(0, len(content)))
    gone = data.draw(st.integers(0, 400))
    file = write((content[:at] + noise + content[at + gone :]).encode("utf-8", "replace"))
    try:
        IMPORTER.read(file, ReadOptions())
    except FileError as error:
        assert error.next_step  # noqa: PT017 - either is fine


USED = """user=0
  Last 24 hour events (timeRange="yesterday" )
    time="2026-10-03 05:00:00" type=SCREEN_INTERACTIVE package=android flags=0x0
    time="2026-10-03 05:01:00" type=ACTIVITY_RESUMED package=com.example.words class=com.x.Main
    time="2026-10-03 05:03:00" type=SCREEN_NON_INTERACTIVE package=android flags=0x0
"""


def test_it_says_which_app_was_in_front_in_the_zone_of_the_phone(zipped):
    screen = read(zipped(usagestats=USED)).screen.set_index("state")
    assert screen.loc["on", "start_utc"] == pd.Timestamp("2026-10-03 03:00", tz="UTC")
    assert screen.loc["in_front", "app"] == "com.example.words"
    assert read(zipped()).screen is None


def test_a_log_without_the_zone_is_left_out_and_the_rest_is_read(zipped):
    made = read(zipped(usagestats=USED, zone=""))
    assert made.screen is None
    assert len(made.evidence.frame)
