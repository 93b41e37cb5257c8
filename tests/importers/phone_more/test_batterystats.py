"""Battery statistics: one interval, background bytes by app, and giving way to finer counters."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from esim_analysis.importers.importer import ReadOptions
from esim_analysis.importers.phone.batterystats import IMPORTER, give_way
from esim_analysis.importers.registry import importer_for
from esim_analysis.model import Evidence, FileError

SAMPLES = Path(__file__).parent / "samples"
SLOW_FILES = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
TEXT = (SAMPLES / "batterystats.txt").read_text(encoding="utf-8")
WORDS = "9,10123,l,nt,"


def read(file):
    assert IMPORTER.recognise(file)
    assert importer_for(file).id == "batterystats"
    return IMPORTER.read(file, ReadOptions())


def mobile(file):
    frame = read(file).evidence.frame
    rows = frame[frame["interface"] == "cellular"]
    return {(row["app"], row["ground"]): row for row in rows.to_dict("records")}


def test_the_statistics_read_as_their_golden_frame(write, golden):
    evidence = read(write(TEXT, "batterystats.txt")).evidence
    golden(evidence.frame.dropna(axis="columns", how="all"), SAMPLES / "batterystats.evidence.csv")


def test_background_bytes_stand_apart_and_the_sum_is_the_counter(write):
    rows = mobile(write(TEXT))
    assert rows["uid:10123", "background"]["bytes_down"] == 40_000
    assert rows["uid:10123", "foreground"]["bytes_down"] == 10_000
    assert rows["uid:10123", "foreground"]["bytes_up"] == 1_000


def test_an_older_line_without_its_tail_has_no_ground(write):
    assert mobile(write(TEXT))["system", "unknown"]["bytes_down"] == 900


def test_a_background_counter_above_its_total_is_not_believed(write):
    rows = mobile(write(TEXT.replace(",40000,4000,", ",60000,4000,")))
    assert rows["uid:10123", "unknown"]["bytes_down"] == 50_000


def test_the_hotspot_is_named_and_has_no_ground(write):
    assert mobile(write(TEXT))["tethering", "unknown"]["bytes_down"] == 4_000


def test_the_interval_is_that_of_the_battery_line_else_of_the_reset(write):
    short = TEXT.replace(",3600000,1790985600000,3500000,1700000", ",3600000")
    assert short != TEXT
    for text in (TEXT, short):
        frame = read(write(text)).evidence.frame
        assert set(frame["start_utc"]) == {pd.Timestamp("2026-10-03 00:00", tz="UTC")}
        assert set(frame["end_utc"]) == {pd.Timestamp("2026-10-03 02:00", tz="UTC")}


def test_uids_are_named_and_the_busiest_radio_is_told(write):
    imported = read(write(TEXT))
    assert imported.packages.to_numpy().tolist() == [
        [1000, "android"],
        [10123, "com.example.words"],
    ]
    assert "Most wake-ups of the mobile radio: com.example.words 42." in imported.notes


def test_the_same_statistics_twice_count_once(write):
    assert mobile(write(TEXT + TEXT)) == mobile(write(TEXT))


def test_a_broken_line_is_rejected_with_its_number(write):
    evidence = read(write(TEXT.replace(WORDS + "50000", WORDS + "5x"))).evidence
    assert evidence.rejected[["line", "field"]].to_numpy().tolist() == [["7", "nt"]]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Battery History (3% used):\nStatistics since last charge:\n", "batterystats -c"),
        (TEXT.split("9,0,l,bt")[0], "netstats --full"),
        (TEXT.replace(",nt,", ",xx,"), "netstats --full"),
        (TEXT.replace("1790985600000", "5"), "netstats --full"),
    ],
)
def test_statistics_that_cannot_help_say_what_to_run(write, text, says):
    with pytest.raises(FileError, match=says):
        read(write(text))


@pytest.mark.parametrize("content", ["", "9,0\n", "9,10123,l,nt,1,2\n", "UID stats:\n", "\x00"])
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


def android(kind, hour, hours, *, metered, interface="cellular"):
    start = pd.Timestamp("2026-10-03", tz="UTC").as_unit("us") + pd.Timedelta(hours=hour)
    return pd.DataFrame(
        {
            "start_utc": start,
            "end_utc": start + pd.Timedelta(hours=hours),
            "time_kind": kind,
            "app": "uid:10123",
            "uid": 10123,
            "bytes_down": 5,
            "ground": "background",
            "interface": interface,
            "metered": metered,
            "counts_toward_total": True,
        },
        index=[0],
    )


def counted(*rows):
    frame = Evidence(pd.concat(rows, ignore_index=True).astype({"metered": "boolean"})).frame
    given_way = give_way(frame)
    assert given_way.drop(columns="counts_toward_total").equals(
        frame.drop(columns="counts_toward_total")
    )
    kinds = given_way["time_kind"].mask(given_way["metered"].isna(), given_way["time_kind"] + "?")
    return sorted(kinds[given_way["counts_toward_total"]])


def test_battery_counters_give_way_where_the_history_saw_any_of_their_time():
    battery = android("cumulative", 0, 10, metered=None)
    assert counted(battery, android("bucket", 8, 2, metered=True)) == ["bucket"]
    assert counted(battery, android("bucket", 10, 2, metered=True)) == ["bucket", "cumulative?"]
    assert counted(battery, android("bucket", 8, 2, metered=True, interface="wifi")) == [
        "bucket",
        "cumulative?",
    ]
    assert counted(battery) == ["cumulative?"]


def test_the_form_without_sim_gives_way_to_the_full_history_bucket_by_bucket():
    early, late = (android("bucket", hour, 2, metered=None) for hour in (0, 4))
    assert counted(early, late, android("bucket", 0, 2, metered=True)) == ["bucket", "bucket?"]


def test_counters_of_other_artefacts_are_left_alone():
    iphone = android("cumulative", 0, 10, metered=None).assign(uid=pd.NA)
    assert counted(iphone, android("bucket", 8, 2, metered=True)) == ["bucket", "cumulative?"]
