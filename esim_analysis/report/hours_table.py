"""Bytes by hour of the day and weekday, as the view draws them: the twin that needs no script."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from babel.dates import get_day_names

from esim_analysis.explorer.hours import Hours, spread
from esim_analysis.i18n import Words
from esim_analysis.model import Analysis

_HOURS: Final = 24
_WEEK: Final = 7


@dataclass(frozen=True, slots=True)
class Cell:
    """One hour of one weekday, over all its days; `heat` is its share of the largest."""

    bytes: int
    heat: float


@dataclass(frozen=True, slots=True)
class Row:
    """One hour of the day."""

    hour: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Week:
    """Hours × weekdays, Monday first."""

    weekdays: tuple[str, ...]
    rows: tuple[Row, ...]


def week(analysis: Analysis, words: Words) -> Week:
    """Return what was billed in each hour of each weekday, on the clock of the case."""
    sums = week_bytes(analysis)
    largest = max(int(sums.max()), 1)
    names = get_day_names("abbreviated", locale=words.lang)
    return Week(
        weekdays=tuple(str(names[day]) for day in range(_WEEK)),
        rows=tuple(
            Row(f"{hour:02d}–{hour + 1:02d}",
                tuple(Cell(volume, round(max(volume, 0) / largest, 2)) for volume in row))
            for hour, row in enumerate(sums.tolist())
        ),
    )  # fmt: skip


def week_bytes(analysis: Analysis) -> np.ndarray:
    """Return billed bytes, 24 hours × 7 weekdays (Monday first); they sum to the bill."""
    pieces = analysis.attribution.pieces
    hours = Hours.spanning(pieces["start_utc"], pieces["end_utc"], analysis.zone)
    _, hour, volume = spread(pieces, hours)
    local = pd.DatetimeIndex(hours.midnights).tz_convert(hours.zone)
    weekday = np.asarray(local.day_of_week, dtype="int64")[hours.day_of[hour]]
    slot = hours.wall_minutes[hour] // 60 * _WEEK + weekday
    sums = np.zeros(_HOURS * _WEEK, dtype="int64")
    np.add.at(sums, slot, volume)  # whole bytes; weights of bincount are floats
    return sums.reshape(_HOURS, _WEEK)
