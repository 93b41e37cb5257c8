"""Balances differenced: what was used between two readings."""

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esim_analysis.importers.readings import (
    half_widths,
    parse_balance,
    parse_readings,
    usage_from_snapshots,
)
from esim_analysis.model import Choice, Origin, Snapshots, UsageRecords, redecide


def _usage(*texts: str) -> UsageRecords:
    return usage_from_snapshots([parse_balance(text, timezone="Europe/Madrid") for text in texts])


def test_two_balances_make_one_interval():
    usage = _usage("2026-11-02 23:10, 4.2 GB left\n2026-11-03 07:30, 3.95 GB left")
    row = usage.frame.iloc[0]
    assert row["bytes_total"] == 250_000_000
    assert row["raw_volume"] == "0.25 GB"
    assert row["time_quality"] == "snapshot_diff"
    assert row["start_utc"] == pd.Timestamp("2026-11-02 22:10", tz="UTC")
    assert row["end_utc"] == pd.Timestamp("2026-11-03 06:30", tz="UTC")
    assert row["source_row"] == "1: 4.2 GB → 2: 3.95 GB"


def test_the_rounding_of_both_figures_bounds_the_difference():
    usage = _usage("2026-11-02 23:10, 4.2 GB left\n2026-11-03 07:30, 3.95 GB left")
    assert half_widths(usage.frame).tolist() == [50_000_000 + 5_000_000]


def test_rows_of_other_origin_have_no_half_width():
    rows = pd.DataFrame({"source_row": pd.Series(["17", None, "12: 30"], dtype="str")})
    assert half_widths(rows).isna().all()


def test_equal_balances_prove_silence():
    usage = _usage("2026-11-02 23:10, 985 MB left\n2026-11-03 07:30, 985 MB left")
    assert usage.frame["bytes_total"].tolist() == [0]


def test_a_top_up_leaves_its_interval_out_and_says_so():
    usage = _usage(
        "2026-11-02 09:00, 1 GB left\n2026-11-02 10:00, 6 GB left\n2026-11-02 11:00, 5.9 GB left"
    )
    assert usage.frame["bytes_total"].tolist() == [100_000_000]
    assert any("top-up or a new cycle" in note for note in usage.sources[0].notes)


def test_readings_of_two_files_are_one_row_of_readings_and_repeats_count_once():
    whole = (
        "2026-11-02 09:00, 4.2 GB left\n2026-11-02 10:00, 4.1 GB left\n2026-11-02 11:00, 4 GB left"
    )
    first, second = (
        replace(part, frame=part.frame.assign(source=name))
        for name, part in (
            ("a.txt", parse_balance("\n".join(whole.split("\n")[:2]), timezone=None)),
            ("b.txt", parse_balance("\n".join(whole.split("\n")[1:]), timezone=None)),
        )
    )
    split = usage_from_snapshots([Snapshots(second.frame), Snapshots(first.frame)])
    assert split.frame["bytes_total"].tolist() == [100_000_000, 100_000_000]
    assert sum(source.duplicates for source in split.sources) == 1
    assert half_widths(split.frame).notna().all()


def test_the_same_reading_twice_changes_nothing():
    text = "2026-11-02 09:00, 4.2 GB left\n2026-11-02 10:00, 4.1 GB left"
    once, twice = _usage(text), _usage(text + "\n" + text)
    pd.testing.assert_frame_equal(once.frame, twice.frame)
    assert twice.sources[0].duplicates == 2


def test_two_readings_of_one_moment_that_differ_count_not_at_all():
    usage = _usage(
        "2026-11-02 09:00, 4.2 GB left\n2026-11-02 10:00, 4.1 GB left\n"
        "2026-11-02 10:00, 2.1 GB left\n2026-11-02 11:00, 4 GB left"
    )
    assert usage.frame["bytes_total"].tolist() == [200_000_000]
    assert usage.rejected["line"].tolist() == ["2", "3"]


def test_used_and_left_compare_only_through_the_size_of_the_plan():
    usage = _usage("2026-11-02 09:00, 4.2 GB left\n2026-11-02 10:00, used 1 GB of 5 GB")
    assert usage.frame["bytes_total"].tolist() == [200_000_000]
    usage = _usage(
        "2026-11-02 09:00, 4.2 GB left\n2026-11-02 10:00, used 1 GB\n2026-11-02 11:00, 4 GB left"
    )
    assert usage.frame["bytes_total"].tolist() == [200_000_000]
    assert "add 'of 5 GB'" in usage.rejected["reason"].iloc[0]


def test_deciding_the_same_again_changes_nothing_and_another_base_follows_the_readings():
    usage = _usage("2026-11-02 23:10, 4.2 GB left\n2026-11-03 07:30, 985 MB left")
    decision = usage.decisions["typed balance"]
    same = redecide(usage, "typed balance", decision)
    pd.testing.assert_frame_equal(same.frame, usage.frame)
    binary = replace(decision, base=Choice("1024", Origin.DEDUCED))
    volume = int(redecide(usage, "typed balance", binary).frame["bytes_total"].iloc[0])
    assert volume == pytest.approx(4.2 * 2**30 - 985 * 2**20, rel=0.01)
    shifted = replace(decision, zone=Choice("UTC", Origin.DECLARED))
    moved = redecide(usage, "typed balance", shifted).frame
    assert moved["start_utc"].iloc[0] == pd.Timestamp("2026-11-02 23:10", tz="UTC")


def test_a_moment_with_its_own_offset_stays_where_it_is():
    usage = _usage("2026-11-02T22:10Z 4.2 GB left\n2026-11-03 07:30+01:00, 4 GB left")
    decision = usage.decisions["typed balance"]
    assert decision.zone.value == "offset"
    again = redecide(usage, "typed balance", decision)
    assert again.frame["start_utc"].iloc[0] == pd.Timestamp("2026-11-02 22:10", tz="UTC")


def test_a_repeated_hour_is_marked_as_assumed():
    usage = _usage("2026-10-25 02:10, 4.2 GB left\n2026-10-25 04:30, 4 GB left")
    assert usage.frame["fold"].tolist() == ["assumed"]


def test_nothing_gives_nothing():
    assert usage_from_snapshots([]).frame.empty
    assert _usage("2026-11-02 09:00, 4.2 GB left").frame.empty


@given(st.lists(st.integers(0, 500), min_size=2, max_size=12), st.sampled_from([",", "."]))
def test_differences_sum_to_last_minus_first(steps, mark):
    left = [sum(steps[:i]) for i in range(len(steps) + 1)]
    lines = [
        f"2026-11-{day:02} 09:00 quedan {(9000 - used) // 100}{mark}{(9000 - used) % 100:02} GB"
        for day, used in enumerate(left, start=1)
    ]
    usage = _usage("\n".join(lines))
    assert len(usage.frame) == len(steps)
    assert int(usage.frame["bytes_total"].sum()) == sum(steps) * 10_000_000


_FIGURES = st.tuples(
    st.integers(0, 10**6),
    st.sampled_from([("KB", 3), ("MB", 6), ("GB", 9)]),
    st.integers(0, 2),
    st.sampled_from([".", ","]),
)
_MOMENTS = st.datetimes(
    pd.Timestamp("2020-01-01").to_pydatetime(), pd.Timestamp("2035-01-01").to_pydatetime()
)


@given(_FIGURES, st.sampled_from(["{} left", "quedan {}", "剩 {}", "剩{}"]), _MOMENTS)
def test_what_is_written_is_what_is_read(figure, wording, moment):
    number, (unit, power), digits, mark = figure
    whole, rest = divmod(number, 10**digits)
    written = f"{whole}{mark}{rest:0{digits}} {unit}" if digits else f"{whole} {unit}"
    line = f"{moment:%Y-%m-%d %H:%M} {wording.format(written)}"
    readings = parse_readings(line, name="b.txt", timezone="UTC")
    assert readings.rejected.empty
    assert readings.snapshots["remaining"].tolist() == [number * 10 ** (power - digits)]
    assert readings.snapshots["t_local"].iloc[0] == pd.Timestamp(moment).floor("min")


@given(st.permutations(range(5)))
def test_the_order_of_lines_changes_no_interval(order):
    lines = [f"2026-11-0{day} 09:00, {9 - day}.5 GB left" for day in range(1, 6)]
    columns = ["start_utc", "end_utc", "bytes_total", "raw_volume"]
    pd.testing.assert_frame_equal(
        _usage("\n".join(lines[i] for i in order)).frame[columns],
        _usage("\n".join(lines)).frame[columns],
    )
