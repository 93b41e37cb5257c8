"""Calibrated bands: how far a group of pieces may be from the truth, at a chosen level.

Five things are uncertain: the overhead all parts share, the meter's noise in each part of
the overlap graph, the rounding of a figure the phone showed, and where in time the bytes of an
interval fell that lies only partly in the group. Each adds a variance; the group's law is the
Beta law with the group's mean and that variance between the bounds of the assumptions. It is
near the normal law where the bounds are far away and leans towards all or nothing where a
single burst decides.
"""

from dataclasses import replace
from typing import Final

import numpy as np

from esim_analysis.attribution.bill import Floats, Ints
from esim_analysis.attribution.bounds import ELSEWHERE
from esim_analysis.attribution.cells import Cells
from esim_analysis.attribution.evenness import EVEN, concentration
from esim_analysis.attribution.groups import number_groups, sum_by
from esim_analysis.attribution.overhead import widening
from esim_analysis.attribution.pieces import NO_CELL, Pieces

_REACH: Final = 5.0  # deviations of noise and rounding beyond which nothing is expected
_FULL: Final = 0.98  # of the variance of all-or-nothing that a law may have


def quantiles(
    pieces: Pieces, group: Ints, *, cells: Cells, limits: tuple[Ints, Ints], level: float
) -> tuple[Ints, Ints]:
    """Return the central band of each group at a level.

    Parameters
    ----------
    group
        Group of each piece, `ELSEWHERE` for pieces outside all groups.
    limits
        Bounds of the assumptions of each group.
    """
    groups = len(limits[0])
    mine = group != ELSEWHERE
    mean = sum_by(group[mine], pieces.bytes[mine], groups)
    # Student's law has heavier tails than the sum of variances knows: at this level it is that wide.
    cells = replace(cells, common=cells.common * widening(level, cells.freedom))
    of_app = np.flatnonzero(pieces.cell != NO_CELL)
    where, cell, volume = group[of_app], pieces.cell[of_app], pieces.bytes[of_app]
    firm = _error_of_sizes(where, cell, volume, cells, groups)
    firm = firm + _error_of_rest(pieces, group, cells, groups)
    loose = _error_of_times(where, cell, volume, cells, groups)
    reach = _REACH * np.sqrt(firm)
    low = np.maximum(np.minimum(limits[0], mean - reach), np.minimum(mean, 0.0))
    high = np.maximum(limits[1], mean + reach)
    tail = (1.0 - level) / 2.0
    bottom, top = _beta(mean, firm + loose, low, high, tail)
    return (
        np.minimum(np.floor(bottom), mean).astype(np.int64),
        np.maximum(np.ceil(top), mean).astype(np.int64),
    )


def _error_of_sizes(where: Ints, cell: Ints, volume: Ints, cells: Cells, groups: int) -> Floats:
    """Return variances from overhead, noise and rounding."""
    real = np.flatnonzero(where != ELSEWHERE)
    where, cell, volume = where[real], cell[real], volume[real]
    common = sum_by(where, volume * cells.common[cell], groups) ** 2
    pair, at = number_groups(where, cells.part[cell])
    noise = sum_by(pair, volume * cells.noise[cell], len(at)) ** 2
    # What one session took too much of a part another took too little of.
    noise += sum_by(pair, volume * cells.strayed[cell], len(at)) ** 2
    once, first = number_groups(where, cell)
    share = sum_by(once, volume, len(first)) / _volumes(cell, volume, cells)[cell[first]]
    rounding = (cells.rounding[cell[first]] * share) ** 2
    found: Floats = (
        common + sum_by(where[at], noise, groups) + sum_by(where[first], rounding, groups)
    )
    return found


def _error_of_times(where: Ints, cell: Ints, volume: Ints, cells: Cells, groups: int) -> Floats:
    """Return variances from intervals that lie only partly in a group."""
    total = _volumes(cell, volume, cells)
    pair, at = number_groups(where, cell)
    part = sum_by(pair, volume, len(at))
    owner, group = cell[at], where[at]
    share = np.clip(part / total[owner], 0.0, 1.0)
    variance = total[owner] ** 2 * share * (1.0 - share) / (1.0 + _concentration(cells)[owner])
    variance *= cells.open[owner] ** 2
    real = group != ELSEWHERE
    return sum_by(group[real], variance[real], groups)


def _error_of_rest(pieces: Pieces, group: Ints, cells: Cells, groups: int) -> Floats:
    """Return variances of residuals: what the apps beside them get too much or too little."""
    rest = np.flatnonzero((pieces.cell == NO_CELL) & (group != ELSEWHERE))
    if len(rest) == 0:
        return np.zeros(groups)
    of_app = np.flatnonzero(pieces.cell != NO_CELL)
    cell = pieces.cell[of_app]
    deviation = pieces.bytes[of_app] * np.hypot(cells.common[cell], cells.noise[cell])
    beside = sum_by(pieces.record[of_app], deviation, int(pieces.record.max()) + 1)
    found: Floats = sum_by(group[rest], beside[pieces.record[rest]], groups) ** 2
    if len(cells.guessed):  # what rounding added lies anywhere in a step
        step = np.where(pieces.bytes[rest] > 0, cells.guessed[pieces.record[rest]], 0.0)
        found += sum_by(group[rest], step**2, groups) / 12.0
    return found


def _concentration(cells: Cells) -> Floats:
    """Return how evenly the bytes of each cell lie over its interval."""
    if cells.phone is None:
        return np.full(len(cells.low), EVEN)
    return concentration(cells.phone, cells.habits)


def _volumes(cell: Ints, volume: Ints, cells: Cells) -> Floats:
    return np.maximum(sum_by(cell, volume, len(cells.low)), 1.0)


def _beta(
    mean: Floats, variance: Floats, low: Floats, high: Floats, tail: float
) -> tuple[Floats, Floats]:
    """Return both quantiles of the Beta law on [low, high] with a mean and a variance."""
    width = np.maximum(high - low, 1e-9)
    middle = np.clip((mean - low) / width, 1e-9, 1.0 - 1e-9)
    most = middle * (1.0 - middle)
    spread = np.clip(variance / width**2, 1e-12, _FULL * most)
    size = most / spread - 1.0
    first, second = middle * size, (1.0 - middle) * size
    from scipy.special import betaincinv  # noqa: PLC0415 - dear, and only where a phone was read

    bottom = low + width * betaincinv(first, second, tail)
    top = low + width * betaincinv(first, second, 1.0 - tail)
    certain = variance <= 0
    return np.where(certain, mean, bottom), np.where(certain, mean, top)
