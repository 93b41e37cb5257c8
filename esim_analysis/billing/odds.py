"""Odds that coming days use up what is left: many lines at once, one resampling for all."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Table = NDArray[np.float64]  # lines x days, bytes a day

DRAWS: Final = 1000
SEED: Final = 20261122
LOW, MIDDLE, HIGH = 0.1, 0.5, 0.9
FEW_DAYS: Final = 5  # without an earlier cycle, fewer give a range instead of odds
_LINES_AT_ONCE: Final = 2000
_OLD_DAY: Final = 1.0
_OLD_DAY_FROM: Final = 10.0  # days of this cycle at which an old day weighs half a new one
# Habits change between the days seen and the days to come: by how much the level
# of the coming days strays, as a share. Without it every method tried is too sure.
_STRAY: Final = 0.22
_STRAY_ALONE: Final = 0.30


@dataclass(frozen=True, slots=True)
class Odds:
    """What the coming days may bring, one row a line.

    Attributes
    ----------
    used_up
        Lines x days: probability that what is left is gone by the end of a day.
    low, middle, high
        Lines x days: bytes of the days to come so far, 10th, 50th and 90th percentile.
    """

    used_up: Table
    low: Table
    middle: Table
    high: Table


def with_history(seen: Table, before: Table, left: Table, shares: Table) -> Odds:
    """Resample the days of this cycle and, lighter, of the last (Bayesian bootstrap).

    Parameters
    ----------
    seen, before
        Daily totals of this cycle (may have no days) and of the one before.
    left
        Bytes left, one a line.
    shares
        How much of each day to come is left: 1, but for the rest of today.
    """
    pool = np.concatenate([seen, before], axis=1)
    parts = _draws(seen.shape[1], before.shape[1], len(shares))
    picks, level = parts
    pieces = [
        _resampled(pool[at : at + _LINES_AT_ONCE], left[at : at + _LINES_AT_ONCE], shares, picks, level)
        for at in range(0, len(pool), _LINES_AT_ONCE)
    ]  # fmt: skip
    return Odds(*(np.concatenate([getattr(p, name) for p in pieces]) for name in Odds.__slots__))


def without_history(seen: Table, left: Table, shares: Table) -> Odds:
    """Predict by Student's t from the days of this cycle alone; at least two of them."""
    count = seen.shape[1]
    mean, spread = seen.mean(axis=1)[:, None], seen.std(axis=1, ddof=1)[:, None]
    days = np.cumsum(shares)[None, :]
    own = spread**2 * days * (1 + days / count)
    scale = np.sqrt(own + (_STRAY_ALONE * mean * days) ** 2)
    expected = mean * days
    scale = np.maximum(scale, 1e-9)
    from scipy.special import stdtr, stdtrit  # noqa: PLC0415 - dear, and only under a plan

    used_up = stdtr(count - 1, (expected - left[:, None]) / scale)
    away = stdtrit(count - 1, HIGH) * scale
    # What has been used cannot come back.
    low = np.maximum.accumulate(np.maximum(expected - away, 0), axis=1)
    return Odds(np.maximum.accumulate(used_up, axis=1), low, expected, expected + away)


def range_only(seen: Table, left: Table, shares: Table) -> Odds:
    """Repeat the least and the largest day seen; no probabilities."""
    days = np.cumsum(shares)[None, :]
    unknown = np.full((len(seen), len(shares)), np.nan)
    unknown[left <= 0] = 1.0
    parts = [how(seen, axis=1)[:, None] * days for how in (np.min, np.mean, np.max)]
    return Odds(unknown, *parts)


def _draws(seen: int, before: int, days: int) -> tuple[NDArray[np.int64], Table]:
    """Return for each draw which pooled day each coming day repeats, and the level of all."""
    dice = np.random.default_rng(SEED)
    old = _OLD_DAY * seen / (seen + _OLD_DAY_FROM) if seen else _OLD_DAY
    shape = np.concatenate([np.ones(seen), np.full(before, old)])
    weights = dice.gamma(shape, size=(DRAWS, len(shape)))
    bounds = np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1)
    chance = dice.random((DRAWS, days))
    picks = (chance[:, :, None] > bounds[:, None, :]).sum(axis=2)
    stray = dice.standard_normal(DRAWS)
    level = np.exp(_STRAY * stray - _STRAY**2 / 2)
    return np.minimum(picks, len(shape) - 1), level


def _resampled(
    pool: Table, left: Table, shares: Table, picks: NDArray[np.int64], level: Table
) -> Odds:
    total = np.zeros((DRAWS, len(pool)))
    columns = []
    for day, share in enumerate(shares.tolist()):
        total += pool.T[picks[:, day]] * (share * level[:, None])
        marks = np.quantile(total, (LOW, MIDDLE, HIGH), axis=0)
        columns.append(np.vstack([(total > left).mean(axis=0), marks]))
    table = np.stack(columns, axis=2)
    return Odds(*table)
