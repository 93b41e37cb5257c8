"""What pausing an app or fixing a finding adds in days."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.billing.forecasting import Forecast
from esim_analysis.billing.ledger import DAY_US, accounts_of, instants, micros_of
from esim_analysis.model.attributions import RESIDUALS, Attribution
from esim_analysis.model.findings import Finding
from esim_analysis.model.frames import BYTES, COUNT, RATIO, TEXT, UTC_TIME, Schema, conform, empty

GAINS: Final[Schema] = {
    "line": TEXT,
    "kind": TEXT,  # app | finding
    "app": TEXT,
    "finding": COUNT,  # place among the findings given
    "bytes": BYTES,  # since the period began
    "bytes_a_day": RATIO,
    "pace_until_utc": UTC_TIME,  # missing: lasts to the end of the period
    "days_gained": RATIO,  # at most to the end of the period
}


def days_gained(
    forecast: Forecast, attribution: Attribution, findings: Sequence[Finding] = ()
) -> pd.DataFrame:
    """Return for each app and finding of a line how much longer the allowance lasts without it.

    At the pace so far, in this period; residual lines are no app that could be
    paused. Lines that share a plan have their apps added up.

    Returns
    -------
    pandas.DataFrame
        `GAINS`, the largest gain first.
    """
    lines = forecast.lines[forecast.lines["left"].notna()]
    if lines.empty:  # no period runs: nothing is left that could last longer
        return empty(GAINS)
    apps = _of_apps(attribution, lines, forecast)
    told = _of_findings(findings, lines, forecast)
    both = pd.concat([apps, told], ignore_index=True)
    frame = both.merge(lines[["line", "start_utc", "end_utc", "used", "left", "pace"]], on="line")
    frame = frame[frame["bytes"] > 0]
    used = frame["used"].astype("float64").clip(lower=1)
    # The share of what the line used, so that rounding of the plan is in it.
    own = frame["pace"] * (frame["bytes"].astype("float64") / used).clip(upper=1)
    now = micros_of(forecast.as_of)
    to_end = (_micros(frame["end_utc"]) - now) / DAY_US
    left = frame["left"].astype("float64").to_numpy()
    lasts = _days(left, frame["pace"].to_numpy())
    longer = _days(left, (frame["pace"] - own).to_numpy())
    until = now + np.minimum(longer, to_end) * DAY_US
    ends = pd.Series(instants(until.astype(np.int64)), index=frame.index)
    told = frame[["line", "kind", "app", "finding", "bytes"]].assign(
        bytes_a_day=own,
        pace_until_utc=ends.where(longer < to_end),
        days_gained=np.minimum(longer, to_end) - np.minimum(lasts, to_end),
    )
    order = ["days_gained", "bytes", "line", "app"]
    told = told.sort_values(order, ascending=[False, False, True, True], kind="stable")
    return conform(told, GAINS, what="days gained")


def _of_apps(attribution: Attribution, lines: pd.DataFrame, forecast: Forecast) -> pd.DataFrame:
    pieces = attribution.pieces[["line", "app", "start_utc", "bytes"]]
    pieces = pieces[~pieces["app"].isin(RESIDUALS) & (pieces["start_utc"] < forecast.as_of)]
    pieces = pieces.assign(line=accounts_of(pieces["line"], forecast.plan))
    begun = pieces["line"].map(lines.set_index("line")["start_utc"])
    kept = pieces[pieces["start_utc"] >= begun]
    sums = kept.groupby(["line", "app"], as_index=False)[["bytes"]].sum().astype({"app": "str"})
    return sums.assign(kind="app", finding=pd.array([pd.NA] * len(sums), dtype="Int64"))


def _of_findings(
    findings: Sequence[Finding], lines: pd.DataFrame, forecast: Forecast
) -> pd.DataFrame:
    own = forecast.plan.account
    windows = pd.DataFrame(
        [
            (own(finding.line), finding.app, number, window.start_utc, window.bytes)
            for number, finding in enumerate(findings)
            for window in finding.windows
        ],
        columns=["line", "app", "finding", "start_utc", "bytes"],
    ).astype({"line": "str", "app": "str", "finding": "Int64", "bytes": "Int64"})
    windows["start_utc"] = pd.to_datetime(windows["start_utc"], utc=True)
    begun = windows["line"].map(lines.set_index("line")["start_utc"])
    kept = windows[(windows["start_utc"] >= begun) & (windows["start_utc"] < forecast.as_of)]
    sums = kept.groupby(["line", "app", "finding"], as_index=False)[["bytes"]].sum()
    return sums.assign(kind="finding")


def _days(left: np.ndarray, pace: np.ndarray) -> np.ndarray:
    told: np.ndarray = left / np.maximum(pace, 1e-6)
    return told


def _micros(times: pd.Series) -> np.ndarray:
    told: np.ndarray = pd.DatetimeIndex(times).tz_localize(None).as_unit("us").asi8
    return told
