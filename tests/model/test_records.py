from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esim_analysis.model import (
    Choice,
    Decision,
    FrameError,
    Origin,
    Source,
    UsageError,
    UsageRecords,
    merge,
    redecide,
)
from esim_analysis.model.lines import number_lines
from esim_analysis.model.zone import case_zone


def decision(unit: str = "MB", base: str = "1000", zone: str = "UTC") -> Decision:
    def choose(value: str) -> Choice:
        return Choice(value, Origin.ASSUMED)

    return Decision(choose(unit), choose(base), choose("1234.5 Y-M-D"), choose(zone))


def records(rows: list[dict], source: str = "a.csv") -> UsageRecords:
    frame = pd.DataFrame(rows)
    frame["start_local"] = pd.to_datetime(frame["start"]).astype("datetime64[us]")
    frame["end_local"] = frame["start_local"] + pd.Timedelta(minutes=30)
    for side in ("start", "end"):
        frame[f"{side}_utc"] = frame[f"{side}_local"].dt.tz_localize("UTC")
    frame = frame.drop(columns="start").assign(
        time_quality="session", source=source, source_row=[str(n) for n in range(len(frame))]
    )
    if "bytes_total" not in frame:
        frame["bytes_total"] = (
            (frame["raw_volume"].astype(float) * 1_000_000).round().astype("int64")
        )
    return UsageRecords(
        frame=frame,
        decisions={source: decision()},
        sources=(Source(source, "test", "", rows=len(frame), kept=len(frame)),),
    )


ROW = {"start": "2026-10-13 02:10", "raw_volume": "1.5", "line": "x", "record_id": ""}


def test_a_frame_with_an_unknown_column_is_refused():
    with pytest.raises(FrameError, match="colour"):
        UsageRecords(frame=pd.DataFrame({"colour": ["red"]}))


def test_a_negative_volume_is_refused():
    with pytest.raises(FrameError, match="negative"):
        records([{**ROW, "bytes_total": -1}])


def test_another_base_changes_bytes_and_only_bytes():
    before = records([ROW])
    after = redecide(before, "a.csv", decision(base="1024"))
    assert after.frame["bytes_total"].tolist() == [1_572_864]
    assert after.frame["start_utc"].equals(before.frame["start_utc"])


def test_directions_follow_the_total():
    before = records([{**ROW, "bytes_up": 500_000, "bytes_down": 1_000_000}])
    after = redecide(before, "a.csv", decision(base="1024")).frame
    assert (after["bytes_up"] + after["bytes_down"]).equals(after["bytes_total"])
    assert after["bytes_up"].tolist() == [524_288]


def test_another_zone_moves_times_and_only_times():
    before = records([ROW])
    after = redecide(before, "a.csv", decision(zone="Europe/Madrid"))
    assert after.frame["start_utc"].tolist() == [pd.Timestamp("2026-10-13T00:10Z")]
    assert after.frame["end_utc"].tolist() == [pd.Timestamp("2026-10-13T00:40Z")]
    assert after.frame["bytes_total"].equals(before.frame["bytes_total"])


def test_a_decision_taken_back_restores_the_records():
    before = records([ROW, {**ROW, "start": "2026-10-14 05:00"}])
    there = redecide(before, "a.csv", decision(base="1024", zone="Asia/Shanghai"))
    assert redecide(there, "a.csv", decision()).frame.equals(before.frame)


def test_equal_rows_inside_a_file_stay_and_across_files_count_once():
    twice = records([ROW, ROW])
    once = records([ROW], source="b.csv")
    both = merge([twice, once])
    assert len(both.frame) == 2
    assert sum(source.duplicates for source in both.sources) == 1


def test_a_record_id_says_what_is_the_same():
    first = records([{**ROW, "record_id": "7"}])
    again = records([{**ROW, "record_id": "7", "raw_volume": "1.5"}], source="b.csv")
    assert len(merge([first, again]).frame) == 1


@given(st.lists(st.integers(0, 3), min_size=1, max_size=12), st.randoms())
def test_split_and_order_of_files_change_nothing(hours, random):
    rows = [{**ROW, "start": f"2026-10-13 0{hour}:10"} for hour in hours]
    whole = records(rows)
    shuffled = rows.copy()
    random.shuffle(shuffled)
    content = [c for c in whole.frame.columns if c not in ("source", "source_row")]
    double = merge([records(shuffled), records(rows, source="b.csv")])
    assert double.frame[content].equals(merge([whole]).frame[content])
    assert int(double.billed.sum()) == 1_500_000 * len(hours)


def test_lines_are_numbered_by_first_start():
    late = {**ROW, "line": "a", "start": "2026-10-20 00:00"}
    early = {**ROW, "line": "b", "start": "2026-10-01 00:00"}
    usage = replace(records([late, early]), raw_lines={"a": "8934001", "b": "8934999"})
    assert number_lines(usage).frame["line"].tolist() == ["line-1", "line-2"]
    assert number_lines(usage, keep_ids=True).frame["line"].tolist() == ["8934001", "8934999"]


def test_a_line_is_found_by_label_id_or_unique_ending():
    usage = replace(
        records([{**ROW, "line": "a"}, {**ROW, "line": "b"}]),
        raw_lines={"a": "8934009", "b": "8934999"},
    )
    for wanted in ("line-2", "8934999", "+893 49-99", "999"):
        assert number_lines(usage, only=wanted, keep_ids=True).frame["line"].tolist() == ["8934999"]
    with pytest.raises(UsageError, match="several"):
        number_lines(usage, only="9")
    for wanted in ("12345", "", "+"):
        with pytest.raises(UsageError, match="no line"):
            number_lines(usage, only=wanted)


def test_a_line_alone_keeps_its_number():
    usage = records([{**ROW, "line": "a"}, {**ROW, "line": "b"}])
    assert number_lines(usage, only="line-2").frame["line"].tolist() == ["line-2"]


def test_the_zone_of_a_case_is_the_best_founded_one():
    assumed = decision(zone="Europe/Madrid")
    declared = replace(assumed, zone=Choice("Asia/Shanghai", Origin.DECLARED))
    offset = replace(assumed, zone=Choice("offset", Origin.DECLARED))
    assert case_zone([assumed, declared]).value == "Asia/Shanghai"
    assert case_zone([assumed, offset]).value == "Europe/Madrid"
    assert case_zone([declared], timezone="UTC").value == "UTC"
    assert case_zone([offset]).origin is Origin.ASSUMED
    with pytest.raises(UsageError, match="Madird"):
        case_zone([], timezone="Europe/Madird")


def test_an_export_in_utc_says_nothing_about_where_its_days_are():
    utc = decision(zone="UTC")
    declared = replace(utc, zone=Choice("UTC", Origin.DECLARED, "a heading says UTC"))
    assert case_zone([declared, decision(zone="Europe/Madrid")]).value == "Europe/Madrid"
    assert case_zone([declared], phone_zone="Europe/Madrid").value == "Europe/Madrid"
    assert case_zone([declared]) == declared.zone


@pytest.mark.parametrize("name", ["localtime", "right/Europe/Madrid", "../etc/passwd", ""])
def test_a_zone_that_means_another_clock_on_another_machine_is_refused(name):
    with pytest.raises(UsageError, match="unknown time zone"):
        case_zone([], timezone=name)
