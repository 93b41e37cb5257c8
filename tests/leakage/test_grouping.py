"""Sums over numbered groups are those of a plain groupby; spans those of a plain loop."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from esim_analysis.leakage.citing import ROWS_SHOWN, Rows
from esim_analysis.leakage.grouping import Groups, coded, numbered
from esim_analysis.leakage.night import quiet_share
from esim_analysis.leakage.spans import billed_between, in_use, last_begun, merge_spans

START = pd.Timestamp("2026-03-28 20:00", tz="UTC").as_unit("us")  # the night Madrid loses an hour
seeds = st.integers(0, 2**32 - 1)


def _frame(seed, rows=60):
    dice = np.random.default_rng(seed)
    start = dice.integers(0, 60, rows)
    return pd.DataFrame(
        {
            "of_line": dice.integers(0, 3, rows),
            "pair": dice.integers(0, 4, rows),
            "start_utc": START + pd.to_timedelta(start, unit="min"),
            "end_utc": START + pd.to_timedelta(start + dice.integers(1, 9, rows), unit="min"),
            "mid_utc": START + pd.to_timedelta(start, unit="min"),
            "bytes": dice.integers(0, 400_000, rows),
            "on_screen": dice.random(rows) < 0.5,
            "name": pd.Series(dice.choice(["b", "a", "c"], rows), dtype="str"),
        }
    )


@given(seed=seeds)
@settings(max_examples=25)
def test_groups_sum_as_a_groupby_does(seed):
    frame = _frame(seed)
    groups, plain = Groups.of(frame["pair"]), frame.groupby("pair")
    assert groups.number.tolist() == list(plain.groups)
    assert groups.sum(frame["bytes"]).tolist() == plain["bytes"].sum().tolist()
    assert groups.most(frame["bytes"]).tolist() == plain["bytes"].max().tolist()
    assert groups.size().tolist() == plain.size().tolist()
    assert groups.first(frame["name"]).tolist() == plain["name"].first().tolist()
    assert groups.earliest(frame["start_utc"]).tolist() == plain["start_utc"].min().tolist()
    assert groups.latest(frame["end_utc"]).tolist() == plain["end_utc"].max().tolist()
    assert groups.every(frame["on_screen"]).tolist() == plain["on_screen"].all().tolist()
    assert groups.distinct(frame["of_line"]).tolist() == plain["of_line"].nunique().tolist()
    assert groups.median(frame["bytes"].to_numpy()).tolist() == plain["bytes"].median().tolist()
    spread = groups.spread(groups.sum(frame["bytes"])).tolist()
    assert spread == plain["bytes"].transform("sum").tolist()
    assert numbered(frame, ["name", "pair"]).tolist() == (
        frame.groupby(["name", "pair"]).ngroup().tolist()
    )


def test_groups_of_nothing_are_none():
    groups = Groups.of(np.zeros(0, np.int64))
    nothing = np.zeros(0, np.int64)
    assert len(groups.number) == len(groups.size()) == len(groups.sum(nothing)) == 0
    assert len(groups.most(nothing)) == len(groups.median(nothing)) == 0


@given(seed=seeds, gap=st.integers(0, 5))
@settings(max_examples=25)
def test_spans_are_merged_as_one_would_by_hand(seed, gap):
    spans = _frame(seed, rows=25)
    window = merge_spans(spans, ["pair"], gap=pd.Timedelta(minutes=gap))
    ordered = spans.assign(window=window).sort_values(["pair", "start_utc", "end_utc"])
    number, reached, pair = -1, None, None
    for row in ordered.itertuples():
        if row.pair != pair or row.start_utc > reached + pd.Timedelta(minutes=gap):
            number, reached, pair = number + 1, row.end_utc, row.pair
        reached = max(reached, row.end_utc)
        assert row.window == number


@given(seed=seeds, strictly=st.booleans())
@settings(max_examples=25)
def test_the_last_span_begun_is_found(seed, strictly):
    dice = np.random.default_rng(seed)
    key, time = dice.integers(0, 3, 20), dice.integers(0, 30, 20)
    spans_key, spans_start = dice.integers(0, 3, 12), dice.integers(0, 30, 12)
    found = last_begun(key, time, spans_key, spans_start, strictly=strictly)
    for row, place in enumerate(found.tolist()):
        begun = [
            (start, number)
            for number, (other, start) in enumerate(zip(spans_key, spans_start, strict=True))
            if other == key[row] and (start < time[row] or (start == time[row] and not strictly))
        ]
        assert place == (max(begun)[1] if begun else -1)


@given(seed=seeds)
@settings(max_examples=25)
def test_billed_between_counts_pieces_by_their_middle(seed):
    pieces, windows = _frame(seed), _frame(seed + 1, rows=8)
    expected = [
        pieces.loc[
            (pieces["of_line"] == window.of_line)
            & (pieces["mid_utc"] >= window.start_utc)
            & (pieces["mid_utc"] < window.end_utc),
            "bytes",
        ].sum()
        for window in windows.itertuples()
    ]
    assert billed_between(pieces, windows).tolist() == expected


def test_an_app_is_in_use_while_or_just_before_it_is_on_screen():
    minute = pd.Timedelta(minutes=1)
    shown = pd.DataFrame(
        {
            "pair": [3],
            "start_utc": [START],
            "end_utc": [START + 10 * minute],
            "bytes": [200_000],
            "on_screen": [True],
        }
    )
    spans = pd.DataFrame(
        {
            "pair": [3, 3, 3, 4],
            "start_utc": [START + 5 * minute, START + 12 * minute, START + 40 * minute, START],
            "end_utc": [START + 20 * minute, START + 20 * minute, START + 50 * minute, START],
        }
    )
    assert in_use(spans, shown, before=pd.Timedelta(0)).tolist() == [True, False, False, False]
    assert in_use(spans, shown, before=5 * minute).tolist() == [True, True, False, False]


def test_quiet_hours_are_those_of_the_wall_clock():
    # At 02:00 Madrid's clocks go to 03:00: one to six is four hours long, 00:00 to 04:00 UTC.
    midnight = pd.Timestamp("2026-03-29", tz="UTC").as_unit("us")
    hour = pd.Timedelta(hours=1)
    spans = pd.DataFrame(
        {
            "start_utc": [midnight, midnight - 2 * hour, midnight + hour, midnight + 12 * hour],
            "end_utc": [
                midnight + 4 * hour,
                midnight + 6 * hour,
                midnight + hour,
                midnight + 13 * hour,
            ],
        }
    )
    assert quiet_share(spans, "Europe/Madrid").tolist() == [1.0, 0.5, 1.0, 0.0]


def test_missing_texts_are_called_nothing_and_stand_first():
    told = coded(pd.Series(["b", None, "a"], dtype="str"))
    assert told.categories.tolist() == ["", "a", "b"]
    assert list(told) == ["b", "", "a"]


def test_the_largest_rows_are_cited_once_each():
    count = 1_000
    frame = pd.DataFrame(
        {
            "source": pd.Series(["a.csv"] * count, dtype="str"),
            "source_row": pd.Series([str(number) for number in range(count)], dtype="str"),
        }
    )
    row = np.arange(count)
    cited = Rows(frame, np.zeros(count, np.int64), row, row).cited()
    assert cited == {0: tuple(f"a.csv:{999 - place}" for place in range(ROWS_SHOWN))}
    nameless = frame.assign(source_row=pd.Series([None] * count, dtype="str"))
    twice = nameless.assign(source_row=nameless["source_row"].mask(row == 3, "3"))
    assert Rows(twice, np.zeros(count, np.int64), row, row).cited() == {0: ("a.csv:", "a.csv:3")}
