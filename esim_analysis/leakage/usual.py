"""What an hour of the day usually has, and what an hour has beyond it."""

from typing import Final

import numpy as np
import pandas as pd

HOUR: Final = pd.Timedelta(hours=1)
_MAD_TO_SIGMA: Final = 1.4826
_FLOOR: Final = 0.5  # of the line's median spread, where an hour of the day hardly varies
_LEAST_SPREAD: Final = 0.5  # in log units: a factor of 1.6; no line is steadier than that
_BESIDE: Final = (-1, 0, 1)  # an hour of the day is judged with its neighbours
_HOURS_A_DAY: Final = 24


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
    last = records["end_utc"] - pd.Timedelta(microseconds=1)
    first_hour = records["start_utc"].dt.floor("h")
    last_hour = last.where(last > records["start_utc"], records["start_utc"]).dt.floor("h")
    count = _hours_spanned(first_hour, last_hour)
    row = np.repeat(np.arange(len(records)), count)
    step = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    parts = records[["line", "start_utc", "end_utc", "billed"]].iloc[row]
    parts = parts.assign(row=records.index.to_numpy()[row])
    hour = first_hour.iloc[row].reset_index(drop=True) + pd.to_timedelta(step, unit="h")
    parts = parts.reset_index(drop=True)
    start = parts["start_utc"].clip(lower=hour)
    end = parts["end_utc"].clip(upper=hour + HOUR)
    length = (parts["end_utc"] - parts["start_utc"]).dt.total_seconds()
    share = ((end - start).dt.total_seconds() / length.where(length > 0)).fillna(1.0)
    return pd.DataFrame(
        {
            "line": parts["line"],
            "hour": hour.astype(parts["start_utc"].dtype),
            "start_utc": start,
            "end_utc": end,
            "bytes": parts["billed"] * share,
            "share": share,
            "row": parts["row"],
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
    grid = _grid(parts, least_days)
    volume = parts.groupby(["line", "hour"])["bytes"].sum()
    key = pd.MultiIndex.from_frame(grid[["line", "hour"]])
    grid["bytes"] = volume.reindex(key).fillna(0.0).to_numpy()
    grid["log"] = np.log1p(grid["bytes"])
    grid["of_day"] = grid["hour"].dt.tz_convert(zone).dt.hour
    cells = ["line", "of_day"]
    pooled = pd.concat(
        [grid.assign(of_day=(grid["of_day"] + beside) % _HOURS_A_DAY) for beside in _BESIDE]
    )
    usual = pooled.groupby(cells)["log"].median().rename("usual")
    away = pooled.join(usual, on=cells)
    away = away.assign(away=(away["log"] - away["usual"]).abs())
    spread = (away.groupby(cells)["away"].median() * _MAD_TO_SIGMA).rename("spread")
    floor = _FLOOR * spread.groupby("line").transform("median")
    spread = spread.clip(lower=floor).clip(lower=_LEAST_SPREAD)
    grid = grid[grid["bytes"] > 0].join(usual, on=cells).join(spread, on=cells)
    return grid.assign(
        excess=grid["bytes"] - np.expm1(grid["usual"]),
        z=(grid["log"] - grid["usual"]) / grid["spread"],
    )[["line", "hour", "excess", "z"]]


def _grid(parts: pd.DataFrame, least_days: float) -> pd.DataFrame:
    """Return every hour between each line's first and last: `line, hour`."""
    span = parts.groupby("line")["hour"].agg(["min", "max"])
    span = span[span["max"] - span["min"] >= pd.Timedelta(days=least_days) - HOUR]
    count = _hours_spanned(span["min"], span["max"])
    row = np.repeat(np.arange(len(span)), count)
    step = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    hour = span["min"].iloc[row].reset_index(drop=True) + pd.to_timedelta(step, unit="h")
    return pd.DataFrame(
        {
            "line": pd.Series(span.index.to_numpy()[row], dtype="str"),
            "hour": hour.astype(parts["hour"].dtype),
        }
    )


def _hours_spanned(first: pd.Series, last: pd.Series) -> np.ndarray:
    """Count the clock hours from `first` to `last`, both included."""
    hours = (last - first).to_numpy() // np.timedelta64(1, "h")
    return np.asarray(hours, dtype="int64") + 1
