"""Findings about hosts: marked contacts become windows, sums and the names worth showing."""

from typing import Final

import pandas as pd

from esim_analysis.leakage.spans import merge_spans
from esim_analysis.model.clock import local_day
from esim_analysis.reference import registered_domains

HOUR: Final = pd.Timedelta(hours=1)  # contacts this close are one window
MOST: Final = 0.5
_SHOWN: Final = 3  # hosts a person reads
_APP: Final = ["line", "app"]


def windowed(marked: pd.DataFrame, *, gap: pd.Timedelta = HOUR) -> pd.DataFrame:
    """Give contacts the number of their `group` (line and app) and of their `window`."""
    rows = marked.reset_index(drop=True)
    return rows.assign(
        window=merge_spans(rows, _APP, gap=gap), group=rows.groupby(_APP, sort=True).ngroup()
    )


def summed(parts: pd.DataFrame, zone: str) -> pd.DataFrame:
    """Sum contacts by group: `line, app, bytes, up, down, contacts, companies, windows, days`.

    Parameters
    ----------
    parts
        As `windowed` returns them.
    """
    day = local_day(parts["mid_utc"], zone)
    return (
        parts.assign(day=day, company=parts["owner"].where(parts["owner"] != ""))
        .groupby("group")
        .agg(
            line=("line", "first"),
            app=("app", "first"),
            bytes=("bytes", "sum"),
            up=("up", "sum"),
            down=("down", "sum"),
            contacts=("hits", "sum"),
            companies=("company", "nunique"),
            windows=("window", "nunique"),
            days=("day", "nunique"),
        )
        .join(_names(parts))
    )


def dominates(parts: pd.DataFrame, pieces: pd.DataFrame) -> "pd.Series[bool]":
    """Mark groups whose contacts are most of what their app moved unseen: they are its cause."""
    moved = pieces[pieces["ground"] != "foreground"].groupby(_APP)["bytes"].sum()
    mine = parts[parts["ground"] != "foreground"].groupby("group")["bytes"].sum()
    names = parts.groupby("group")[_APP].first()
    unseen = moved.reindex(pd.MultiIndex.from_frame(names)).set_axis(names.index)
    unseen = unseen.fillna(0).astype("float64")
    found: pd.Series[bool] = (unseen > 0) & (mine.reindex(names.index).fillna(0.0) >= MOST * unseen)
    return found


def cited(parts: pd.DataFrame) -> pd.DataFrame:
    """Return the evidence rows behind each group: `group, ref, bytes`."""
    return pd.DataFrame(
        {"group": parts["group"], "ref": parts["ref"], "bytes": parts["bytes"].astype("int64")}
    )


def _names(parts: pd.DataFrame) -> pd.DataFrame:
    """Return the leading hosts of each group, whole and as registered domains.

    They are facts, not sentences: a shared file shows them only where its level says so.
    """
    name = parts["host"].where(parts["host"] != "", parts["ip"])
    domains = registered_domains(name.unique())
    told = parts.assign(hosts=name, domains=name.map(domains))
    return pd.DataFrame({column: _leading(told, column) for column in ("hosts", "domains")})


def _leading(parts: pd.DataFrame, column: str) -> pd.Series:
    sums = parts.groupby(["group", column])[["bytes", "hits"]].sum().reset_index()
    order = ["group", "bytes", "hits", column]
    sums = sums.sort_values(order, ascending=[True, False, False, True], kind="stable")
    first = sums[sums.groupby("group").cumcount() < _SHOWN]
    return first.groupby("group")[column].agg(", ".join)
