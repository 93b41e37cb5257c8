"""Sums of an attribution for the eye: per app, per app and day, the small ones together."""

from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.model import CONFLICT, RESIDUALS, UNATTRIBUTED, Attribution
from esim_analysis.report.names import OTHERS

# Weakest last: what a sum of several rows can at best claim.
_STATUS_ORDER: Final = ("exact", "estimated", "bounded", "unattributed", "conflict")


def app_totals(attribution: Attribution) -> pd.DataFrame:
    """Return `app, bytes, bytes_low, bytes_high, status` over all lines, apps first, big first.

    Bands of several lines are added, which can only widen them.
    """
    frame = attribution.by_cycle.assign(rank=_rank(attribution.by_cycle["status"]))
    totals = frame.groupby("app", as_index=False, sort=True).agg(
        {"bytes": "sum", "bytes_low": "sum", "bytes_high": "sum", "rank": "max"}
    )
    totals = totals.assign(
        status=totals["rank"].map(dict(enumerate(_STATUS_ORDER))),
        residual=totals["app"].isin(RESIDUALS),
    )
    ordered = totals.sort_values(
        ["residual", "bytes", "app"], ascending=[True, False, True], kind="stable"
    )
    return ordered[["app", "bytes", "bytes_low", "bytes_high", "status"]].reset_index(drop=True)


def leading_apps(attribution: Attribution, *, count: int, first: str = "") -> list[str]:
    """Return the apps that matter most, `first` leading when it is one of them."""
    totals = app_totals(attribution)
    apps = totals.loc[~totals["app"].isin(RESIDUALS) & (totals["bytes"] > 0), "app"].tolist()
    if first in apps:
        apps = [first, *(app for app in apps if app != first)]
    return apps[:count]


def fold(frame: pd.DataFrame, *, keep: list[str]) -> pd.DataFrame:
    """Return `frame` with apps outside `keep` as `others`, and rounding as `unattributed`.

    What the phone saw beyond the bill stays `conflict`: it is negative, and taken from nothing.
    Other columns than `app` and `bytes` are kept as keys; bytes are summed.
    """
    app = frame["app"].astype("str")
    app = app.where(app.isin([*keep, *RESIDUALS]), OTHERS)
    app = app.where(~app.isin(RESIDUALS) | (app == CONFLICT), UNATTRIBUTED)
    keys = [column for column in frame.columns if column != "bytes"]
    return frame.assign(app=app).groupby(keys, as_index=False, sort=True).agg({"bytes": "sum"})


def coarsen(frame: pd.DataFrame, *, step: pd.Timedelta, zone: str) -> pd.DataFrame:
    """Return `start_utc, app, ground, bytes` on steps of the wall clock of `zone`."""
    local = frame["start_utc"].dt.tz_convert(zone)
    first_run = np.ones(len(local), dtype=bool)
    floor = local.dt.floor(step, ambiguous=first_run, nonexistent="shift_forward")
    keys = ["start_utc", "app", "ground"]
    whole = frame.assign(start_utc=floor.dt.tz_convert("UTC"))
    return whole.groupby(keys, as_index=False, sort=True).agg({"bytes": "sum"})


def day_table(attribution: Attribution, *, keep: list[str]) -> pd.DataFrame:
    """Return days × apps in bytes over all lines: every calendar day, the kept apps, the rest.

    Columns are `keep`, then `others`, `unattributed` and `conflict` where there are any.
    """
    long = fold(attribution.by_day[["day", "app", "bytes"]], keep=keep)
    wide = long.pivot_table(index="day", columns="app", values="bytes", aggfunc="sum")
    wide = wide.astype("Int64")
    if len(wide):
        days = pd.date_range(wide.index.min(), wide.index.max(), freq="D").strftime("%Y-%m-%d")
        wide = wide.reindex(days)
    rest = (OTHERS, UNATTRIBUTED, CONFLICT)
    columns = [app for app in (*keep, *rest) if app in wide.columns]
    return wide[columns].fillna(0)


def day_statuses(attribution: Attribution) -> dict[tuple[str, str], str]:
    """Return the weakest status of each (day, app)."""
    frame = attribution.by_day.assign(rank=_rank(attribution.by_day["status"]))
    worst = frame.groupby(["day", "app"])["rank"].max().map(dict(enumerate(_STATUS_ORDER)))
    return dict(zip(worst.index.tolist(), worst.tolist(), strict=True))


def _rank(status: pd.Series) -> pd.Series:
    return status.map({name: rank for rank, name in enumerate(_STATUS_ORDER)}).astype("int64")
