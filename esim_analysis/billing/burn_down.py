"""The allowance day by day: what was left, and between what it may run out."""

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from esim_analysis.billing.ledger import DAY_US, accounts_of, to_utc, wall_clock
from esim_analysis.model.frames import BYTES, FLAG, RATIO, TEXT, UTC_TIME, Schema, conform

if TYPE_CHECKING:
    from esim_analysis.billing.account import Account

BURN_DOWN: Final[Schema] = {
    "line": TEXT,  # "" where the lines share one plan
    "day": TEXT,  # local to the operator
    "t_utc": UTC_TIME,  # its end
    "size": BYTES,
    "left": RATIO,  # at the end of the day; to come: in the middle of all futures
    "low": RATIO,  # equal to `left` where it was seen
    "high": RATIO,
    "seen": FLAG,
}


def burn_down(account: "Account") -> pd.DataFrame:
    """Return the running period of each line, a row a day: seen, then to come.

    Returns
    -------
    pandas.DataFrame
        `BURN_DOWN`, by line and day; no row for a plan without an allowance that ends.
    """
    lines = account.forecast.lines
    lines = lines[lines["left"].notna()]
    parts = [_seen(account, lines), _ahead(account, lines)]
    told = pd.concat([part for part in parts if len(part)], ignore_index=True) if any(
        len(part) for part in parts
    ) else pd.DataFrame()  # fmt: skip
    frame = conform(told, BURN_DOWN, what="burn-down")
    return frame.sort_values(["line", "t_utc"], kind="stable", ignore_index=True)


def _seen(account: "Account", lines: pd.DataFrame) -> pd.DataFrame:
    """Return every day of the period up to the moment of the forecast, that day included."""
    zone = account.forecast.zone
    start, now = _day(lines["start_utc"], zone), _day(_at(account, lines), zone)
    count = now - start + 1
    row = np.repeat(np.arange(len(lines)), count)
    day = start[row] + np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    grid = pd.DataFrame({"line": lines["line"].to_numpy()[row], "number": day})
    grid["size"] = lines["size"].to_numpy()[row]
    grid["begun"] = lines["start_utc"].to_numpy()[row]
    records = account.metered.records
    records = records.assign(line=accounts_of(records["line"], account.plan))
    records = records[records["start_utc"] < account.as_of].merge(
        lines[["line", "start_utc"]].rename(columns={"start_utc": "begun"}), on="line"
    )
    records = records[records["start_utc"] >= records["begun"]].sort_values("start_utc")
    last = records.assign(number=_day(records["start_utc"], zone))
    last = last.drop_duplicates(["line", "number"], keep="last")[["line", "number", "left"]]
    grid = grid.merge(last, on=["line", "number"], how="left")
    left = grid.groupby("line")["left"].ffill().fillna(grid["size"]).astype("float64")
    return _dressed(grid, zone).assign(left=left, low=left, high=left, seen=True)


def _ahead(account: "Account", lines: pd.DataFrame) -> pd.DataFrame:
    zone = account.forecast.zone
    paths = account.forecast.paths.merge(lines[["line", "size"]], on="line")
    if paths.empty:
        return paths
    # The day of the moment itself is told as seen.
    number = _day(paths["t_utc"] - pd.Timedelta(microseconds=1), zone)
    paths = paths.assign(number=number)[number > _day(_at(account, paths), zone)]
    told = _dressed(paths, zone)
    return told.assign(
        left=paths["left_middle"], low=paths["left_low"], high=paths["left_high"], seen=False
    )


def _at(account: "Account", rows: pd.DataFrame) -> pd.Series:
    # At midnight nothing of the new day is seen yet.
    last = account.as_of - pd.Timedelta(microseconds=1)
    return pd.Series([last] * len(rows), dtype="datetime64[us, UTC]")


def _day(instants: pd.Series, zone: str) -> np.ndarray:
    micros = pd.DatetimeIndex(instants).tz_convert("UTC").tz_localize(None).as_unit("us").asi8
    told: np.ndarray = wall_clock(micros, zone) // DAY_US
    return told


def _dressed(frame: pd.DataFrame, zone: str) -> pd.DataFrame:
    number = frame["number"].to_numpy(dtype="int64")
    ends = pd.DatetimeIndex(to_utc((number + 1) * DAY_US, zone).astype("datetime64[us]"))
    days = pd.Series(number.astype("datetime64[D]"), index=frame.index).dt.strftime("%Y-%m-%d")
    return pd.DataFrame(
        {
            "line": frame["line"],
            "day": days,
            "t_utc": pd.Series(ends.tz_localize("UTC"), index=frame.index),
            "size": frame["size"],
        }
    )
