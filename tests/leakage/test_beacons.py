import math
import statistics
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from esim_analysis.leakage.beacons import Talk, fisher, scores, timestamp_scores

DAY = 86_400


def talk(*pairs, sizes=None, end=DAY):
    pair = np.concatenate([np.full(len(times), n) for n, times in enumerate(pairs)])
    second = np.concatenate([np.asarray(times) for times in pairs]).astype(np.int64)
    sent = np.full(len(second), 200) if sizes is None else np.asarray(sizes)
    return Talk(pair.astype(np.int64), second, sent.astype(np.int64), len(pairs), 0, end)


def halves(values):
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[:half], ordered[len(ordered) - half :]


def evenness(values, when_tiny):
    """Say the formula again in plain Python, one pair at a time."""
    lower, upper = halves(values)
    q1, q2, q3 = (statistics.median(part) for part in (lower, values, upper))
    skew = 0.0 if q3 - q1 < 10 or q2 in (q1, q3) else (q1 + q3 - 2 * q2) / (q3 - q1)
    mad = statistics.median([abs(value - q2) for value in values])
    steady = max((q2 - mad) / q2, 0) if q2 >= 1 else when_tiny
    return (1 - abs(skew) + steady) / 2


def plain_timestamps(times):
    ordered = sorted(times)
    gaps = [b - a for a, b in pairwise(ordered) if b > a]
    return evenness(gaps, 1.0) if len(gaps) >= 3 else math.nan


def test_a_clock_scores_one_in_every_part():
    row = scores(talk(range(0, DAY, 600))).iloc[0]
    assert row[["timestamps", "sizes", "histogram", "duration", "score"]].tolist() == [1.0] * 5
    assert row["interval_s"] == 600


def test_a_person_scores_low():
    dice = np.random.default_rng(4)
    times = np.concatenate([hour * 3600 + dice.exponential(90, 25).cumsum() for hour in (9, 20)])
    row = scores(talk(times, sizes=dice.lognormal(7, 2, 50))).iloc[0]
    assert row["score"] < 0.5


def test_two_levels_of_traffic_count_as_even():
    busy = [hour * 3600 + minute * 60 for hour in range(0, 24, 2) for minute in range(0, 60, 3)]
    quiet = [hour * 3600 for hour in range(1, 24, 2)]
    assert scores(talk(busy + quiet))["histogram"].iloc[0] == 1.0


def test_three_filled_hours_have_no_duration():
    assert scores(talk(range(0, 3 * 3600, 60)))["duration"].iloc[0] == 0.0


def test_what_spans_the_window_lasts_and_what_goes_on_for_half_of_it_does_too():
    ends = [*range(20 * 3600, 24 * 3600, 300), *range(0, 4 * 3600, 300)]
    assert scores(talk(ends))["duration"].iloc[0] == 0.997  # (86,100 s of 86,400, rounded up)
    assert scores(talk(range(6 * 3600, 18 * 3600, 300)))["duration"].iloc[0] == 1.0
    assert scores(talk(range(6 * 3600, 15 * 3600, 300)))["duration"].iloc[0] == 0.75


def test_few_times_and_strobes_are_not_scored():
    few, strobe = [0, 600, 1200], list(range(DAY))
    assert scores(talk(few, strobe))["score"].isna().all()


def test_earlier_rows_fall_into_the_first_bin():
    shifted = Talk(np.zeros(144, np.int64), np.arange(0, DAY, 600), np.full(144, 9), 1, 1800, DAY)
    assert scores(shifted)["score"].notna().all()


@given(st.lists(st.lists(st.integers(0, DAY), min_size=1, max_size=40), min_size=1, max_size=8))
@settings(max_examples=60)
def test_many_pairs_at_once_agree_with_the_formula_one_by_one(pairs):
    found = timestamp_scores(talk(*pairs))
    for score, times in zip(found, pairs, strict=True):
        plain = plain_timestamps(times)
        if math.isnan(plain) or len(set(times)) < 4:
            assert math.isnan(score)
        else:
            assert score == pytest.approx(plain, abs=0.0006)


@given(st.lists(st.integers(0, 5_000), min_size=4, max_size=40), st.randoms())
@settings(max_examples=40)
def test_order_of_connections_changes_nothing(sizes, random):
    times = list(range(0, 600 * len(sizes), 600))
    order = list(range(len(sizes)))
    random.shuffle(order)
    one = scores(talk(times, sizes=sizes))
    two = scores(talk([times[n] for n in order], sizes=[sizes[n] for n in order]))
    assert one.equals(two)


@given(st.lists(st.integers(40, 5_000), min_size=4, max_size=41))
@settings(max_examples=60)
def test_sizes_follow_the_same_formula(sizes):
    found = scores(talk(range(0, 60 * len(sizes), 60), sizes=sizes))["sizes"].iloc[0]
    assert found == pytest.approx(evenness(sizes, 0.0), abs=0.0006)


def test_published_log(real_samples):
    """RITA's own log: the two scores its authors publish."""
    logs = sorted((real_samples / "beacon-oracle").rglob("*conn*.log"))
    assert logs
    rows = [line.split("\t") for line in logs[0].read_text("utf-8").splitlines()]
    names = next(row[1:] for row in rows if row[0] == "#fields")
    table = pd.DataFrame([row for row in rows if not row[0].startswith("#")], columns=names)
    second = table["ts"].astype(float).astype("int64")
    end = int(second.max())
    start = max(int(second.min()), end - DAY)
    kept = second >= start // 3600 * 3600
    pair = table[kept].groupby(["id.orig_h", "id.resp_h"]).ngroup()
    found = scores(
        Talk(
            pair.to_numpy(),
            second[kept].to_numpy(),
            table["orig_ip_bytes"][kept].astype("int64").to_numpy(),
            int(pair.max()) + 1,
            start,
            end,
        )
    )["score"]
    for published in (0.979, 0.586):
        assert (found - published).abs().min() <= 0.006


def test_a_rhythm_of_two_dozen_events_is_no_chance_and_scattered_ones_are():
    minutes = 6 * 1440
    rhythm, chance = np.zeros((2, minutes), dtype=np.int64)
    rhythm[np.arange(7, minutes, 360)] = 1
    chance[np.random.default_rng(9).integers(0, minutes, 24)] = 1
    found = fisher(np.vstack([rhythm, chance]), slowest=720)
    assert found["p"].iloc[0] < 1e-4
    assert found["p"].iloc[1] > 1e-4
    assert 360 % found["period"].iloc[0] == pytest.approx(0, abs=0.5)
