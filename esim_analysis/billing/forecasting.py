"""Forecast: when the allowance of the running period ends, with an interval, for every line."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.billing import odds
from esim_analysis.billing.daily import Running, running
from esim_analysis.billing.ledger import DAY_US, Codes, instants, to_utc
from esim_analysis.billing.money import Whole
from esim_analysis.model.frames import BYTES, COUNT, RATIO, TEXT, UTC_TIME, Schema, conform
from esim_analysis.model.plan import Plan
from esim_analysis.model.records import UsageRecords

LINES: Final[Schema] = {
    "line": TEXT,  # "" where the lines share one plan
    "basis": TEXT,  # history | this_cycle | range | used_up | no_end | not_running
    "start_utc": UTC_TIME,
    "end_utc": UTC_TIME,
    "size": BYTES,
    "used": BYTES,
    "left": BYTES,
    "days_seen": COUNT,
    "days_left": RATIO,
    "pace": RATIO,  # bytes a day so far
    "would_last": RATIO,  # bytes a day that last to the end of the period
    "pace_until_utc": UTC_TIME,  # at this pace; missing: beyond the period
    "chance": RATIO,  # that it ends before the period does; missing for a range
    "ends_low_utc": UTC_TIME,  # 10, 50 and 90 % of futures have used it up by then;
    "ends_middle_utc": UTC_TIME,  # missing: beyond the period
    "ends_high_utc": UTC_TIME,
    "total_low": RATIO,  # bytes of the whole period
    "total_middle": RATIO,
    "total_high": RATIO,
}
PATHS: Final[Schema] = {
    "line": TEXT,
    "t_utc": UTC_TIME,
    "left_low": RATIO,  # the pessimist's line: 90th percentile of use
    "left_middle": RATIO,
    "left_high": RATIO,
    "used_up": RATIO,
}


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the running period may bring.

    Attributes
    ----------
    lines
        `LINES`, one row an account.
    paths
        `PATHS`, one row an account and day to come, for the burn-down.
    """

    plan: Plan
    as_of: pd.Timestamp
    zone: str
    lines: pd.DataFrame
    paths: pd.DataFrame

    def __post_init__(self) -> None:
        """Check the contracts."""
        object.__setattr__(self, "lines", conform(self.lines, LINES, what="forecast"))
        object.__setattr__(self, "paths", conform(self.paths, PATHS, what="forecast paths"))


def forecast(usage: UsageRecords, plan: Plan, as_of: pd.Timestamp) -> Forecast:
    """Say when the sized allowances of the running period end.

    Days of this period count fully, those of the last one lighter; without a
    last period the days follow Student's t, and fewer than five give a range
    instead of odds.

    Parameters
    ----------
    as_of
        With zone; records that start later are not looked at.
    """
    now = running(usage, plan, as_of)
    frame = _facts(now)
    paths = []
    # Lines that have seen and have to come the same number of days share one computation.
    shapes = np.column_stack([now.days_seen, now.days_before, now.days_to_come])
    kinds, kind = np.unique(shapes, axis=0, return_inverse=True)
    for number in range(len(kinds)):
        of_kind = np.flatnonzero((kind.ravel() == number) & now.has_end & (now.days_to_come > 0))
        if len(of_kind):
            paths.append(_predict(now, frame, of_kind))
    told = pd.concat(paths, ignore_index=True) if paths else pd.DataFrame()
    return Forecast(plan, as_of, now.clock, frame, told)


def _facts(now: Running) -> pd.DataFrame:
    left = np.maximum(now.size - now.used, 0)
    days_left = np.maximum((now.end - now.now) / DAY_US, 0)
    elapsed = np.maximum((now.now - now.since) / DAY_US, 1 / 24)
    pace = now.used / elapsed
    until = now.now + np.where(pace > 0, left / np.maximum(pace, 1e-9), 1e5) * DAY_US
    basis = np.select(
        [~now.is_running, ~now.has_end, left <= 0, now.days_before > 0,
         now.days_seen >= odds.FEW_DAYS],
        ["not_running", "no_end", "used_up", "history", "this_cycle"],
        default="range",
    )  # fmt: skip
    frame = pd.DataFrame({
        "line": now.lines,
        "basis": basis,
        "start_utc": instants(now.start),
        "end_utc": instants(now.end),
        "size": pd.array(now.size, dtype=BYTES),
        "used": pd.array(now.used, dtype=BYTES),
        "left": pd.array(left, dtype=BYTES),
        "days_seen": now.days_seen,
        "days_left": days_left,
        "pace": pace,
        "would_last": left / np.maximum(days_left, 1e-9),
        "pace_until_utc": pd.Series(instants(until.astype(np.int64))),
        "chance": np.where(left <= 0, 1.0, np.nan),
    })  # fmt: skip
    for name in ("ends_low_utc", "ends_middle_utc", "ends_high_utc"):
        frame[name] = pd.Series(pd.NaT, index=frame.index, dtype=UTC_TIME)
    for name in ("total_low", "total_middle", "total_high"):
        frame[name] = now.used.astype(float)
    frame["pace_until_utc"] = frame["pace_until_utc"].where(until < now.end)
    endless = ~now.has_end
    frame.loc[endless, ["size", "left"]] = pd.NA
    frame.loc[endless, ["would_last", "chance"]] = np.nan
    frame.loc[endless, "pace_until_utc"] = pd.NaT
    return frame


def _predict(now: Running, frame: pd.DataFrame, rows: Codes) -> pd.DataFrame:
    """Fill the odds of some lines into `frame`; return their paths."""
    first = rows[0]
    seen = now.seen[rows, : now.days_seen[first]]
    before = now.before[rows, : now.days_before[first]]
    left = np.maximum(now.size - now.used, 0)[rows].astype(float)
    shares = np.ones(now.days_to_come[first])
    shares[0] = now.share_of_today
    if before.shape[1]:
        told = odds.with_history(seen, before, left, shares)
    elif seen.shape[1] >= odds.FEW_DAYS:
        told = odds.without_history(seen, left, shares)
    else:
        told = odds.range_only(_some_days(now, seen, rows), left, shares)
    used_up = np.where(left[:, None] <= 0, 1.0, told.used_up)
    ends = _day_ends(now, int(now.days_to_come[first]))
    frame.loc[rows, "chance"] = used_up[:, -1]
    used = now.used[rows]
    for name in ("low", "middle", "high"):
        frame.loc[rows, f"total_{name}"] = used + getattr(told, name)[:, -1]
    for name, level in (("low", odds.LOW), ("middle", odds.MIDDLE), ("high", odds.HIGH)):
        frame.loc[rows, f"ends_{name}_utc"] = _first_day(used_up, level, ends)
    count = len(ends)
    rest = left[:, None]
    return pd.DataFrame({
        "line": np.repeat(np.array(now.lines, dtype="object")[rows], count),
        "t_utc": pd.DatetimeIndex(np.tile(ends, len(rows))).tz_localize("UTC"),
        "left_low": np.maximum(rest - told.high, 0).ravel(),
        "left_middle": np.maximum(rest - told.middle, 0).ravel(),
        "left_high": np.maximum(rest - told.low, 0).ravel(),
        "used_up": used_up.ravel(),
    })  # fmt: skip


def _some_days(now: Running, seen: odds.Table, rows: Codes) -> odds.Table:
    """Return the days seen, or, on the first day, what was used so far as if it were a day."""
    return seen if seen.shape[1] else now.used[rows, None].astype(float)


def _day_ends(now: Running, count: int) -> np.ndarray:
    ends: Whole = to_utc((now.today + 1 + np.arange(count)) * DAY_US, now.clock)
    return ends.astype("datetime64[us]")


def _first_day(used_up: odds.Table, level: float, ends: np.ndarray) -> pd.DatetimeIndex:
    reached = used_up >= level
    day = ends[np.argmax(reached, axis=1)]
    never = np.datetime64("NaT")
    return pd.DatetimeIndex(np.where(reached.any(axis=1), day, never)).tz_localize("UTC")
