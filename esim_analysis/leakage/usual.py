"""What an hour of the day usually has, and what an hour has beyond it."""

from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import Floats, Ints, micros
from esim_analysis.attribution.groups import spread, sum_by
from esim_analysis.attribution.ledger import moments
from esim_analysis.leakage.grouping import Groups, numbered

HOUR: Final = pd.Timedelta(hours=1)
_MAD_TO_SIGMA: Final = 1.4826
_FLOOR: Final = 0.5  # of the line's median spread, where an hour of the day hardly varies
_LEAST_SPREAD: Final = 0.5  # in log units: a factor of 1.6; no line is steadier than that
_BESIDE: Final = (-1, 0, 1)  # an hour of the day is judged with its neighbours
_HOURS_A_DAY: Final = 24
_US: Final = pd.Timedelta(microseconds=1)
_HOUR_US: Final = HOUR // _US
_SECOND_US: Final = 1e6


def hour_parts(records: pd.DataFrame) -> pd.DataFrame:
    """Divide records among clock hours by duration.

    Parameters
    ----------
    records
        `line, start_utc, end_utc, billed`.

    Returns
    -------
    pandas.DataFrame
        `line, hour, start_utc, end_utc, bytes` (float), `share` of the record, and
        `row`, the record's index.
    """
    start, end = micros(records["start_utc"]), micros(records["end_utc"])
    begin = start // _HOUR_US
    row, step = spread(np.maximum(end - 1, start) // _HOUR_US - begin + 1)
    hour = (begin[row] + step) * _HOUR_US
    first, last = np.maximum(start[row], hour), np.minimum(end[row], hour + _HOUR_US)
    length = (end - start)[row] / _SECOND_US
    share = np.where(length > 0, (last - first) / _SECOND_US / np.where(length > 0, length, 1), 1.0)
    return pd.DataFrame(
        {
            "line": records["line"].array.take(row),
            "hour": moments(hour),
            "start_utc": moments(first),
            "end_utc": moments(last),
            "bytes": records["billed"].to_numpy()[row] * share,
            "share": share,
            "row": records.index.to_numpy()[row],
        }
    )


def hourly_excess(parts: pd.DataFrame, zone: str, *, least_days: float) -> pd.DataFrame:
    """Compare every hour with the median of its hour of the day, h-1 to h+1.

    Hours without a record count as zero between a line's first and last hour. Lines
    seen for fewer than `least_days` have no usual hour and are left out.

    Returns
    -------
    pandas.DataFrame
        `line, hour, excess` (bytes, float), `z` (robust, of log1p): hours with bytes.
    """
    by_line = Groups.of(numbered(parts, ["line"]))
    first, last = (micros(edge(parts["hour"])) for edge in (by_line.earliest, by_line.latest))
    count = (last - first) // _HOUR_US + 1
    count = np.where(last - first >= pd.Timedelta(days=least_days) // _US - _HOUR_US, count, 0)
    owner, place = spread(count)
    hour = first[owner] + place * _HOUR_US
    volume = _on_grid(parts, by_line, first, count)
    log = np.log1p(volume)
    clock = moments(hour).dt.tz_convert(zone).dt.hour.to_numpy(dtype=np.int64)
    cell = owner * _HOURS_A_DAY + clock
    beside = [
        owner * _HOURS_A_DAY + (clock + step) % _HOURS_A_DAY for step in _BESIDE
    ]  # an hour is a neighbour of both hours beside it
    pooled, logs = Groups.of(np.concatenate(beside)), np.tile(log, len(_BESIDE))
    usual = pooled.median(logs)
    away = np.abs(logs - pooled.spread(usual))
    varies = pooled.median(away) * _MAD_TO_SIGMA
    lines = Groups.of(pooled.number // _HOURS_A_DAY)
    varies = np.maximum(varies, _FLOOR * lines.spread(lines.median(varies)))
    varies = np.maximum(varies, _LEAST_SPREAD)
    at = np.flatnonzero(volume > 0)
    mine = np.searchsorted(pooled.number, cell[at])
    return pd.DataFrame(
        {
            "line": by_line.first(parts["line"]).array.take(owner[at]),
            "hour": moments(hour[at]),
            "excess": volume[at] - np.expm1(usual[mine]),
            "z": (log[at] - usual[mine]) / varies[mine],
        }
    )


def _on_grid(parts: pd.DataFrame, by_line: Groups, first: Ints, count: Ints) -> Floats:
    """Sum the bytes of every hour of lines that have `count` of them, one line after the other."""
    line = by_line.spread(np.arange(len(count)))
    kept = count[line] > 0
    line = line[kept]
    place = (micros(parts["hour"])[kept] - first[line]) // _HOUR_US
    begin = np.cumsum(count) - count
    return sum_by(begin[line] + place, parts["bytes"].to_numpy()[kept], int(count.sum()))
