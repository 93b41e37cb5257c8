"""What the rows of an iPhone's data-usage database mean: app, network, bytes, since when."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.phone._sqlite_copy import read_table, tables_of
from esim_analysis.model import REMOVED, SYSTEM, TETHERING

USAGE, PROCESS = "ZLIVEUSAGE", "ZPROCESS"
_COCOA: Final = 978_307_200  # Apple counts seconds from 2001
_CLOCK: Final = (946_684_800, 4_102_444_800)  # 2000 to 2100
_MOST: Final = 2.0**53
_US: Final = 1_000_000
_TRACKER: Final = "CumulativeUsageTracker"
_TRACKER_KIND, _UNKNOWN_KIND = 255, 257
_PSEUDO: Final = "com.apple.datausage."
_HOTSPOT: Final = "com.apple.datausage.personalhotspot"
_UUID: Final = r"<?[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}>?"
_PROCESS: Final = r"(?s)^(?P<process>[^/]*)(?:/(?P<bundle>.*))?$"
_WAYS: Final = {
    "cellular": ("ZWWANIN", "ZWWANOUT"),
    "wifi": ("ZWIFIIN", "ZWIFIOUT"),
    "ethernet": ("ZWIREDIN", "ZWIREDOUT"),
}


@dataclass(frozen=True, slots=True)
class Counters:
    """The counters of one backup.

    Attributes
    ----------
    apps, totals
        `app, app_label, interface, start_utc, end_utc, down, up, row`: counters of
        apps, and the phone's own totals (`app` empty; received and sent together).
    rejected
        `line, field, reason`.
    rows
        Rows of the table of usage.
    """

    apps: pd.DataFrame
    totals: pd.DataFrame
    rejected: pd.DataFrame
    rows: int


def is_data_usage(database: sqlite3.Connection) -> bool:
    """Tell the database by its two tables and the columns nothing can be read without."""
    tables = tables_of(database)
    return {"ZHASPROCESS", "ZWWANIN"} <= set(tables.get(USAGE, ())) and PROCESS in tables


def read_counters(database: sqlite3.Connection) -> Counters:
    """Read every counter, apps and totals apart; nothing is raised for what rows hold."""
    usage = _joined(database)
    tracker = (usage["ZKIND"] == _TRACKER_KIND) | usage["ZPROCNAME"].str.startswith(
        _TRACKER
    ).fillna(value=False).astype(bool)
    unknown = (usage["ZKIND"] == _UNKNOWN_KIND) & ~tracker
    timeless = usage["start_utc"].isna() & ~unknown
    named = _named(usage[~(unknown | timeless)])
    counters = pd.concat(_by_interface(named), ignore_index=True)
    broken = counters["broken"]
    used = ~broken & (counters[["down", "up"]].fillna(0).sum(axis=1) > 0)
    total = counters["row"].isin(usage.loc[tracker, "row"])
    rejected = [
        _rejected(
            usage.loc[unknown, "row"], "ZKIND", sentence("importing.kind_of_row_not_explained")
        ),
        _rejected(
            usage.loc[timeless, "row"],
            "ZTIMESTAMP",
            sentence("importing.row_without_usable_moment"),
        ),
        _rejected(
            counters.loc[broken, "row"],
            "bytes",
            sentence("importing.negative_or_impossible_counter"),
        ),
    ]
    return Counters(
        apps=_summed(counters[used & ~total]),
        totals=_summed(counters[used & total].assign(app="", app_label="")),
        rejected=pd.concat(rejected, ignore_index=True),
        rows=len(usage),
    )


def _joined(database: sqlite3.Connection) -> pd.DataFrame:
    """Return one row a usage row, with its process where there still is one."""
    tables = tables_of(database)
    counters = [name for pair in _WAYS.values() for name in pair]
    usage = read_table(
        database,
        USAGE,
        numbers=["Z_PK", "ZKIND", "ZHASPROCESS", "ZTIMESTAMP", *counters],
        known=tables[USAGE],
    )
    process = read_table(
        database,
        PROCESS,
        numbers=["Z_PK", "ZFIRSTTIMESTAMP", "ZTIMESTAMP"],
        texts=["ZBUNDLENAME", "ZPROCNAME"],
        known=tables[PROCESS],
    )
    process = process.dropna(subset="Z_PK").drop_duplicates("Z_PK")
    process = process.rename(columns={"Z_PK": "ZHASPROCESS", "ZTIMESTAMP": "last"})
    joined = usage.merge(process.assign(found=True), on="ZHASPROCESS", how="left")
    own = _moment(joined["ZTIMESTAMP"])
    start = _moment(joined["ZFIRSTTIMESTAMP"]).fillna(own)
    end = _moment(joined["last"]).fillna(own)
    start = start.fillna(end)
    row = joined["Z_PK"].astype("Int64").astype("str").fillna("?")
    return joined.assign(
        start_utc=start,
        end_utc=end.where(end > start, start),
        row=row,
        found=joined["found"].notna(),
    )


def _moment(seconds: pd.Series) -> pd.Series:
    unix = seconds + _COCOA
    micros = (unix.where(unix.between(*_CLOCK)) * _US).round().astype("Int64")
    return micros.astype("datetime64[us]").dt.tz_localize("UTC")


def _named(usage: pd.DataFrame) -> pd.DataFrame:
    """Name the app: its bundle, else that behind the process' name, else the process."""
    parts = usage["ZPROCNAME"].str.strip().str.extract(_PROCESS)
    plain, behind = (parts[part].where(parts[part] != "") for part in ("process", "bundle"))
    bundle = usage["ZBUNDLENAME"].str.strip()
    app = bundle.where(bundle != "").fillna(behind).fillna(plain).astype("str")
    pseudo = app.str.startswith(_PSEUDO).fillna(value=False).astype(bool)
    label = app.str.removeprefix(_PSEUDO).where(pseudo, "")
    nameless = app.str.fullmatch(_UUID).fillna(value=False).astype(bool)
    hotspot = app == _HOTSPOT
    app = app.mask(pseudo | nameless, SYSTEM).mask(hotspot, TETHERING)
    # A row whose process is gone belonged to an app that was deleted.
    app = app.mask(~usage["found"] | app.isna(), REMOVED)
    return usage.assign(app=app, app_label=label.mask(hotspot | (app == REMOVED), "").fillna(""))


def _by_interface(usage: pd.DataFrame) -> Iterator[pd.DataFrame]:
    kept = ["app", "app_label", "start_utc", "end_utc", "row"]
    for interface, (down, up) in _WAYS.items():
        counts = {name: usage[column].round() for name, column in (("down", down), ("up", up))}
        broken = pd.concat(
            [(count < 0) | (count > _MOST) for count in counts.values()], axis=1
        ).any(axis=1)
        sure = {
            name: count.where(~broken & np.isfinite(count)).astype("Int64")
            for name, count in counts.items()
        }
        yield usage[kept].assign(interface=interface, **sure, broken=broken)


def _summed(counters: pd.DataFrame) -> pd.DataFrame:
    """Put the processes of one app together: its whole counter since it was first seen."""
    key = ["app", "app_label", "interface"]
    by_app = counters.groupby(key, sort=True)
    table = by_app.agg(
        start_utc=("start_utc", "min"), end_utc=("end_utc", "max"), row=("row", "first")
    )
    sums = by_app[["down", "up"]].sum(min_count=1)
    return table.join(sums).reset_index()


def _rejected(rows: pd.Series, field: str, reason: str) -> pd.DataFrame:
    return pd.DataFrame(
        {"line": USAGE + " " + rows.astype("str"), "field": field, "reason": reason}
    ).astype("str")
