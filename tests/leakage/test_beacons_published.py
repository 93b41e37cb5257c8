"""The four parts of the score against the figures RITA's own tests publish.

Inputs and expected values are those of activecm/rita v5, `analysis/beacons_test.go` (commit
392fd167); only numbers are taken. Left out: what their functions can be asked and no list of
connections can be (six filled bins without a run, counts that do not sum to their bars), and
settings other than the shipped ones (fewer than 11 filled bins for two levels).
"""

import numpy as np
import pytest

from esim_analysis.leakage.beacons import (
    BINS,
    Talk,
    _duration,
    _histogram,
    _sizes,
    _two_levels,
    timestamp_scores,
)

NEAR = 0.006
DAY = 86_400
START = 1_517_338_924


def _talk(times, sizes=None):
    sizes = [1] * len(times) if sizes is None else sizes
    pair, second, sent = (
        np.asarray(each, dtype=np.int64) for each in ([0] * len(times), times, sizes)
    )
    return Talk(pair, second, sent, 1, START, START + DAY)


def _after(*gaps):
    return [START, *(START + np.cumsum(gaps)).tolist()]


@pytest.mark.parametrize(
    ("times", "published"),
    [
        (range(1, 11), 1.0),
        (_after(*[60] * 9), 1.0),
        (_after(98, 99, 99, 100, 100, 100, 101, 101, 102), 0.995),
        (_after(*[98, 300] * 5), 0.746),
        (_after(1, 299, 25, 4975, 90, 2, 42, 500, 1500), 0.083),
    ],
)
def test_times(times, published):
    assert timestamp_scores(_talk(list(times)))[0] == pytest.approx(published, abs=NEAR)


@pytest.mark.parametrize("times", [[60] * 9, _after(1), []])
def test_too_few_times_have_no_score(times):
    assert np.isnan(timestamp_scores(_talk(times))).all()


@pytest.mark.parametrize(
    ("sizes", "published"),
    [
        (range(1, 11), 0.773),
        ([60] * 9, 1.0),
        ([98, 99, 99, 100, 100, 100, 101, 101, 102], 0.995),
        ([524_885, 1, 5_000, 98_654, 50, 41, 965_842, 3], 0.008),
        ([0] * 10, 0.5),
    ],
)
def test_sizes(sizes, published):
    sizes = list(sizes)
    found = _sizes(_talk(_after(*[60] * (len(sizes) - 1)), sizes))[0]
    assert found == pytest.approx(published, abs=NEAR)


def _bars(filled, run):
    """Return 24 bins, so many of them filled, no more than `run` in a row."""
    bins, place = np.zeros(BINS, np.int64), 0
    while filled:
        length = min(run, filled)
        bins[place : place + length] = 1
        filled, place = filled - length, place + length + 1
    return bins[None, :]


@pytest.mark.parametrize(
    ("from_hour", "until_hour", "filled", "run", "published"),
    [
        (0, 24, 24, 24, 1.0),
        (0, 24, 6, 1, 1.0),
        (12, 24, 6, 1, 0.5),
        (0, 12, 6, 1, 0.5),
        (6, 24, 6, 1, 0.75),
        (12, 24, 12, 12, 1.0),
        (12, 18, 6, 6, 0.5),
        (6, 18, 12, 6, 0.5),
        (6, 18, 3, 1, 0.0),
    ],
)
def test_duration(from_hour, until_hour, filled, run, published):
    first, last = (np.array([START + hour * 3_600]) for hour in (from_hour, until_hour))
    found = _duration(_bars(filled, run), first, last, _talk([]))[0]
    assert found == pytest.approx(published, abs=NEAR)


@pytest.mark.parametrize(
    ("bars", "published"),
    [
        (range(1, 11), 0.478),
        ([1] * 24, 1.0),
        ([1, 0, 2, 0, 3, 0, 2, 1], 0.064),
        ([7, 2, 1, 0, 0, 1, 0, 0, 0, 1], 0.0),
        ([2, 0, 3, 0, 1], 0.028),
        ([10, *[0] * 23], 0.0),
        ([1] * 10, 1.0),
        ([950, 970, 990, 1010, 1030, 1050, 1070], 0.96),
        (range(1_000, 1_010), 0.997),
        ([1, 5, 10, 50, 100, 500, 1_000, 5_000, 10_000], 0.0),
    ],
)
def test_histogram(bars, published):
    assert _histogram(np.array([list(bars)]))[0] == pytest.approx(published, abs=NEAR)


@pytest.mark.parametrize(
    ("heights", "published"),
    [
        ({1: 10, 2: 1}, 1.0),
        ({1: 10, 2: 10}, 1.0),
        ({1: 50, 2: 30, 3: 1, 4: 2}, 0.976),
        ({1: 10, 2: 10, 3: 1}, 1.0),
        ({1: 50, 2: 30, 3: 1, 4: 2, 5: 1}, 0.964),
        ({1: 2, 2: 3}, 0.0),
    ],
)
def test_two_levels(heights, published):
    bars = np.repeat(list(heights), list(heights.values()))
    assert _two_levels(bars[None, :])[0] == pytest.approx(published, abs=NEAR)
