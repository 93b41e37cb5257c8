"""How regular the talk of two ends is: the published RITA v5 score, and Fisher's test for few events.

score = (timestamps + sizes + histogram + duration) / 4, each part from 0 to 1, rounded to
three places. Written from the formula; vectorised over pairs: times are packed beside their
pair into one 64-bit key, so that one plain sort orders all of them.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

BINS: Final = 24
LEAST_TIMES: Final = 4  # unique seconds; fewer give no three intervals
STROBE: Final = 86_400  # as many connections as a day has seconds: a strobe, not a beacon
_LEAST_INTERVALS: Final = 3
_LEAST_SPREAD: Final = 10  # a quartile range below this has no meaningful skew
_BIMODAL_BINS: Final = 11
_GROUP_SHARE: Final = 0.05  # heights this close, of the highest bin, are one height
_LASTING_BINS: Final = 6
_HALF_DAY: Final = 12  # bins in a row that count as fully consistent
_PLACES: Final = 3


@dataclass(frozen=True, slots=True)
class Talk:
    """Connections of many pairs.

    Attributes
    ----------
    pair
        Number of the pair, 0 to `pairs` - 1.
    second
        Whole seconds since any common origin, not negative, below 2**36.
    sent
        Bytes sent, headers included, not negative; below 2**36 counts exactly.
    start, end
        Window of every pair, seconds: rows from the start of its first hour on.
    """

    pair: Ints
    second: Ints
    sent: Ints
    pairs: int
    start: int
    end: int


def scores(talk: Talk) -> pd.DataFrame:
    """Return every part of the score of every pair.

    Returns
    -------
    pandas.DataFrame
        Indexed by pair: `timestamps, sizes, histogram, duration, score` (0 to 1, missing
        where a pair is not scored), `connections`, `interval_s` (the median).
    """
    keys = _pack(talk.pair, talk.second)
    keys.sort()
    pair, second = _unpack(keys)
    count = np.bincount(pair, minlength=talk.pairs)
    first, last = _ends(second, count)
    timestamps, unique, typical = _timestamps(pair, second, talk.pairs)
    sizes = _sizes(talk)
    bins = _bins(pair, second, talk)
    histogram, duration = _histogram(bins), _duration(bins, first, last, talk)
    scored = (unique >= LEAST_TIMES) & (count < STROBE) & ~np.isnan(timestamps)
    parts = {
        "timestamps": timestamps,
        "sizes": sizes,
        "histogram": histogram,
        "duration": duration,
    }
    table = pd.DataFrame({name: np.where(scored, part, np.nan) for name, part in parts.items()})
    return table.assign(
        score=(table.sum(axis=1, skipna=False) / len(parts)).round(_PLACES),
        connections=count,
        interval_s=typical,
    )


def timestamp_scores(talk: Talk) -> Floats:
    """Return the score of the times alone, missing where a pair is not scored."""
    keys = _pack(talk.pair, talk.second)
    keys.sort()
    pair, second = _unpack(keys)
    score, unique, _ = _timestamps(pair, second, talk.pairs)
    return np.where(unique >= LEAST_TIMES, score, np.nan)


_SHIFT: Final = 36
_MASK: Final = (1 << _SHIFT) - 1


def _pack(pair: Ints, value: Ints) -> Ints:
    packed: Ints = (pair << _SHIFT) | np.minimum(value, _MASK)
    return packed


def _unpack(keys: Ints) -> tuple[Ints, Ints]:
    return keys >> _SHIFT, keys & _MASK


def _timestamps(pair: Ints, second: Ints, pairs: int) -> tuple[Floats, Ints, Floats]:
    """Return score, unique seconds and median interval of each pair, from sorted times."""
    gap = np.diff(second)
    kept = (pair[1:] == pair[:-1]) & (gap > 0)
    keys = _pack(pair[1:][kept], gap[kept])
    keys.sort()
    owner, interval = _unpack(keys)
    count = np.bincount(owner, minlength=pairs)
    score, median = _evenness(interval, count, when_tiny=1.0)
    score[count < _LEAST_INTERVALS] = np.nan
    present = np.bincount(pair, minlength=pairs) > 0
    return score, count + present, median


def _sizes(talk: Talk) -> Floats:
    keys = _pack(talk.pair, talk.sent)
    keys.sort()
    owner, sent = _unpack(keys)
    return _evenness(sent, np.bincount(owner, minlength=talk.pairs), when_tiny=0.0)[0]


def _evenness(values: Ints, count: Ints, *, when_tiny: float) -> tuple[Floats, Floats]:
    """Return the mean of skew score and spread score of each group, and its median.

    `values` are sorted within groups that lie one after the other. Quartiles are the
    medians of the two halves, the middle element left out of both where there is one.
    """
    start = np.cumsum(count) - count
    middle = _median(values, start, count)
    half = count // 2
    lower = _median(values, start, half)
    upper = _median(values, start + count - half, half)
    spread = upper - lower
    skewed = (spread >= _LEAST_SPREAD) & (middle != lower) & (middle != upper)
    skew = np.where(skewed, (upper + lower - 2 * middle) / np.where(skewed, spread, 1.0), 0.0)
    away = _median_deviation(values, start, count, middle)
    at_all = middle >= 1
    steady = np.where(at_all, (middle - away) / np.where(at_all, middle, 1.0), when_tiny)
    score = (1.0 - np.abs(skew) + np.clip(steady, 0.0, None)) / 2
    return np.round(score, _PLACES), middle


def _median(values: Ints, start: Ints, count: Ints) -> Floats:
    if len(values) == 0:
        return np.zeros(len(count))
    last = len(values) - 1
    low = values[np.clip(start + (count - 1) // 2, 0, last)]
    high = values[np.clip(start + count // 2, 0, last)]
    return np.where(count > 0, (low + high) / 2, 0.0)


def _median_deviation(values: Ints, start: Ints, count: Ints, middle: Floats) -> Floats:
    """Return the median distance from the median: no sort, a search for the nearest values."""
    low = _nearest(values, start, count, middle, (count - 1) // 2 + 1)
    high = _nearest(values, start, count, middle, count // 2 + 1)
    return np.where(count > 0, (low + high) / 2, 0.0)


def _nearest(values: Ints, start: Ints, count: Ints, middle: Floats, nth: Ints) -> Floats:
    """Return the distance of the nth nearest value to the middle of each sorted group.

    The nth nearest lie in a row; where that row begins is found by halving.
    """
    last = max(len(values) - 1, 0)
    if len(values) == 0:
        return np.zeros(len(count))
    nth = np.minimum(nth, count)
    low, high = np.zeros_like(count), count - nth
    while (open_ := low < high).any():
        probe = (low + high) // 2
        left = middle - values[np.clip(start + probe, 0, last)]
        right = values[np.clip(start + probe + nth, 0, last)] - middle
        move = open_ & (left > right)
        low = np.where(move, probe + 1, low)
        high = np.where(open_ & ~move, probe, high)
    left = middle - values[np.clip(start + low, 0, last)]
    right = values[np.clip(start + low + nth - 1, 0, last)] - middle
    farthest: Floats = np.maximum(left, right)
    return farthest


def _ends(second: Ints, count: Ints) -> tuple[Ints, Ints]:
    if len(second) == 0:
        return np.zeros_like(count), np.zeros_like(count)
    start = np.cumsum(count) - count
    last = len(second) - 1
    return second[np.clip(start, 0, last)], second[np.clip(start + count - 1, 0, last)]


def _bins(pair: Ints, second: Ints, talk: Talk) -> Ints:
    """Count connections in 24 equal parts of the window; earlier rows fall in the first."""
    width = max(talk.end - talk.start, 1) / BINS
    place = np.clip(((second - talk.start) / width).astype(np.int64), 0, BINS - 1)
    counted = np.bincount(pair * BINS + place, minlength=talk.pairs * BINS)
    return counted.reshape(talk.pairs, BINS)


def _histogram(bins: Ints) -> Floats:
    mean = bins.mean(axis=1)
    varies = bins.std(axis=1) / np.where(mean > 0, mean, 1.0)
    even = np.where(varies > 1, 0.0, 1.0 - varies)
    best: Floats = np.round(np.maximum(even, _two_levels(bins)), _PLACES).astype(np.float64)
    return best


def _two_levels(bins: Ints) -> Floats:
    """Return how far two heights, alike within 5 % of the highest, make up the filled bins."""
    filled = (bins > 0).sum(axis=1)
    group = np.ceil(_GROUP_SHARE * bins.max(axis=1)).astype(np.int64)
    height = np.where(bins > 0, bins // np.maximum(group, 1)[:, None], -1)
    height.sort(axis=1)
    begins = np.ones(height.shape, dtype=bool)
    begins[:, 1:] = height[:, 1:] != height[:, :-1]
    run = np.cumsum(begins.ravel()) - 1
    length = np.bincount(run)[run].reshape(height.shape)
    once = np.where(begins & (height >= 0), length, 0)
    once.sort(axis=1)
    share = np.minimum(once[:, -2:].sum(axis=1) / np.maximum(filled - 1, 1), 1.0)
    return np.where(filled >= _BIMODAL_BINS, share, 0.0)


def _duration(bins: Ints, first: Ints, last: Ints, talk: Talk) -> Floats:
    """Return how much of the window a pair spans, or how long it goes on without a gap."""
    covered = (last - first) / max(talk.end - talk.start, 1)
    twice = np.concatenate([bins > 0, bins > 0], axis=1)  # the run may pass the window's edge
    place = np.arange(2 * BINS)
    gap = np.maximum.accumulate(np.where(twice, -1, place), axis=1)
    longest = np.minimum((place - gap).max(axis=1), BINS) / _HALF_DAY
    best = np.minimum(np.maximum(_up(covered), _up(longest)), 1.0)
    return np.where((bins > 0).sum(axis=1) >= _LASTING_BINS, best, 0.0)


def _up(share: Floats) -> Floats:
    scale = 10**_PLACES
    # 0.3 * 1000 is a hair over 300 in binary; that hair is no thousandth.
    raised: Floats = np.ceil(np.round(share * scale, 6)) / scale
    return raised


def fisher(counts: Floats, *, slowest: int) -> pd.DataFrame:
    """Test each row of counts for one rhythm: Fisher's g over the periodogram.

    Parameters
    ----------
    counts
        Events a bin, one row a pair.
    slowest
        Longest period looked at, in bins: a person's day is a rhythm too, but not this one.

    Returns
    -------
    pandas.DataFrame
        `g` (the largest share one period has of all power), `p` (the chance of it
        without a rhythm: the first term of the exact sum), `period` (bins).
    """
    length = counts.shape[1]
    centred = counts - counts.mean(axis=1, keepdims=True)
    from scipy import fft  # noqa: PLC0415 - dear, and only where contacts were seen

    power = np.abs(fft.rfft(centred, axis=1)) ** 2
    first = max(int(np.ceil(length / slowest)), 1)
    power = power[:, first : (length - 1) // 2 + 1]
    total = power.sum(axis=1)
    best = power.argmax(axis=1)
    ordinates = power.shape[1]
    g = power.max(axis=1) / np.where(total > 0, total, 1.0)
    with np.errstate(divide="ignore"):
        log_p = np.log(max(ordinates, 1)) + (ordinates - 1) * np.log1p(-np.minimum(g, 1.0))
    return pd.DataFrame(
        {
            "g": g,
            "p": np.where(total > 0, np.exp(np.minimum(log_p, 0.0)), 1.0),
            "period": length / (best + first),
        }
    )
