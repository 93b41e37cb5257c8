"""vnStat's traffic of a computer or router: `vnstat --json`. Device totals, no apps."""

import json
import re
from typing import Any, Final

import pandas as pd

from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, ReadOptions
from esim_analysis.importers.phone._lines import head_of
from esim_analysis.model import EVIDENCE, Evidence, FileError, QuestionError, Source
from esim_analysis.model.frames import empty
from esim_analysis.model.zone import check_zone

_COMMAND: Final = "vnstat --json > vnstat.json"
_SIGN: Final = re.compile(r'^\s*\{\s*"vnstatversion"\s*:')
_KIB: Final = 1024  # the unit of vnStat 1; version 2 counts bytes
# Finest first: they tell the same bytes, so one of them is taken. Older names after the slash.
_TABLES: Final = {
    "fiveminute": pd.DateOffset(minutes=5),
    "hour": pd.DateOffset(hours=1),
    "day": pd.DateOffset(days=1),
    "month": pd.DateOffset(months=1),
}
_KINDS: Final = (
    ("cellular", re.compile(r"wwan|wwp|ppp|rmnet|cdc-wdm|mhi|3g|4g|5g|lte|mobile", re.IGNORECASE)),
    ("wifi", re.compile(r"wl|ath|ra\d|phy\d", re.IGNORECASE)),
    ("ethernet", re.compile(r"eth|en|usb|lan|wan", re.IGNORECASE)),
    ("bluetooth", re.compile(r"bnep|bt-", re.IGNORECASE)),
    ("vpn", re.compile(r"tun|tap|wg|utun|tailscale|zt", re.IGNORECASE)),
)
_UNCOUNTED: Final = re.compile(r"lo\d*|docker|veth|virbr|br-|br\d", re.IGNORECASE)
_MOST: Final = 10**16
_FAR_FUTURE: Final = 4_102_444_800  # the year 2100


def recognise(file: SourceFile) -> bool:
    """Tell vnStat's JSON by its first key."""
    return _SIGN.search(head_of(file)) is not None


def read(file: SourceFile, options: ReadOptions) -> Imported:
    """Read totals of each network card, as fine as they reach back, each byte once.

    Loopback, bridges and containers repeat the traffic of others and are left out.
    Of several cards of one kind the larger total stands: a router forwards what it
    receives.

    Raises
    ------
    FileError
        The JSON is damaged or without rows.
    QuestionError
        An old version without epoch times, and no zone was given.
    """
    document = _document(file)
    unit = _KIB if str(document.get("jsonversion")) == "1" else 1
    tables = [
        (name, table, _rows(traffic, table, unit=unit, updated=updated))
        for name, traffic, updated in _cards(document)
        for table in _TABLES
    ]
    tables = [(name, table, rows) for name, table, rows in tables if len(rows)]
    if not tables:
        raise FileError(
            file.name, "vnStat's output without traffic", f"run `{_COMMAND}` after some days"
        )
    if any(rows["start"].isna().any() for _, _, rows in tables) and options.timezone is None:
        raise QuestionError(
            file.name,
            "vnStat's local times without a zone (an old version of it)",
            "say the computer's zone, such as --timezone Europe/Madrid",
        )
    zone = check_zone(options.timezone or "UTC")
    placed = [(name, table, _place(rows, table, zone)) for name, table, rows in tables]
    totals, rejected = _totals(placed, file.name)
    if totals.empty:
        raise FileError(
            file.name, "vnStat's output without one usable row", f"run `{_COMMAND}` again"
        )
    names = sorted({name for name, _, _ in tables})
    notes = (
        f"Totals of {', '.join(names)} of a computer or router; for comparison only, "
        "they name no app.",
    )
    source = Source(
        id=file.name,
        importer=IMPORTER.id,
        sha256=file.sha256,
        rows=sum(len(rows) for _, _, rows in tables),
        kept=len(totals),
        rejected=len(rejected),
        notes=notes,
    )
    evidence = Evidence(
        frame=empty(EVIDENCE), device_totals=totals, sources=(source,), rejected=rejected
    )
    return Imported(evidence=evidence, notes=notes)


def _document(file: SourceFile) -> dict[str, Any]:
    try:
        document = json.loads(file.text)
    except (ValueError, RecursionError) as problem:
        raise FileError(
            file.name, "vnStat's output, cut or damaged", f"run `{_COMMAND}` again"
        ) from problem
    return document if isinstance(document, dict) else {}


def _cards(document: dict[str, Any]) -> list[tuple[str, dict[str, Any], float | None]]:
    """Return name, traffic and moment of the last update of each network card that counts."""
    listed = document.get("interfaces")
    cards = [card for card in listed if isinstance(card, dict)] if isinstance(listed, list) else []
    found = []
    for card in cards:
        name = str(card.get("name") or card.get("id") or "?")[:40]
        traffic, updated = card.get("traffic"), card.get("updated")
        stamp = _number(updated.get("timestamp")) if isinstance(updated, dict) else None
        if isinstance(traffic, dict) and not _UNCOUNTED.match(name):
            found.append((name, traffic, stamp))
    return found


def _rows(traffic: dict[str, Any], table: str, *, unit: int, updated: float | None) -> pd.DataFrame:
    """Return `wall, start, rx, tx, updated` of one table; impossible numbers are missing."""
    listed = traffic.get(table, traffic.get(table + "s"))
    rows = [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []
    dates = [row["date"] if isinstance(row.get("date"), dict) else {} for row in rows]
    # Version 1 has no time: the id of an hour is its hour.
    hourly = table == "hour"
    times = [
        row["time"]
        if isinstance(row.get("time"), dict)
        else {"hour": row.get("id")}
        if hourly
        else {}
        for row in rows
    ]
    parts = pd.DataFrame(
        {
            "year": [_number(date.get("year")) for date in dates],
            "month": [_number(date.get("month", 1)) for date in dates],
            "day": [_number(date.get("day", 1)) for date in dates],
            "hour": [_number(time.get("hour", 0)) for time in times],
            "minute": [_number(time.get("minute", 0)) for time in times],
        },
        dtype="float64",
    )
    stamp = pd.Series([_number(row.get("timestamp")) for row in rows], dtype="float64")
    stamp = stamp.where(stamp.between(0, _FAR_FUTURE))
    counts = {
        name: pd.Series([_number(row.get(name)) for row in rows], dtype="float64")
        for name in ("rx", "tx")
    }
    return pd.DataFrame(
        {
            "wall": _wall(parts),
            "start": _utc(stamp),
            **{
                name: (count.where(count.between(0, _MOST)) * unit).astype("Int64")
                for name, count in counts.items()
            },
            "updated": _utc(pd.Series(updated, index=stamp.index, dtype="float64")),
        }
    )


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if abs(value) < _MOST and value == int(value) else None


def _wall(parts: pd.DataFrame) -> pd.Series:
    sure = parts.where(parts["year"].between(2000, 2100))
    return pd.to_datetime(sure, errors="coerce").astype("datetime64[us]")


def _utc(seconds: pd.Series) -> pd.Series:
    times = pd.to_datetime(seconds, unit="s", utc=True)
    return times.astype("datetime64[us, UTC]")


def _place(rows: pd.DataFrame, table: str, zone: str) -> pd.DataFrame:
    """Give each row its UTC interval; a day ends at the next local midnight."""
    local = rows["wall"].dt.tz_localize(zone, ambiguous="NaT", nonexistent="shift_forward")
    start = rows["start"].fillna(local.dt.tz_convert("UTC"))
    rows = rows.assign(start=start).sort_values(["start", "wall"], kind="stable")
    offset = rows["wall"] - rows["start"].dt.tz_localize(None)
    wall_end = rows["wall"] + _TABLES[table]
    end = (wall_end - offset).dt.tz_localize("UTC")
    end = end.fillna(rows["start"] + _TABLES[table])
    # Where the next row follows without a gap its start is the end: clocks may have changed.
    end = end.mask(wall_end == rows["wall"].shift(-1), rows["start"].shift(-1))
    end = end.mask(end > rows["updated"], rows["updated"])
    return rows.assign(end=end)


def _totals(
    placed: list[tuple[str, str, pd.DataFrame]], source: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return columns of `model.DEVICE_TOTALS`, and the rows that could not be read."""
    rejected, kept = [], []
    for name in dict.fromkeys(name for name, _, _ in placed):
        tables = []
        for card, table, rows in placed:
            if card != name:
                continue
            bad = rows["start"].isna() | ~(rows["end"] > rows["start"])
            bad |= rows[["rx", "tx"]].isna().all(axis=1)
            rejected.append(_rejected(int(bad.sum()), source, f"{name} {table}"))
            tables.append(rows[~bad])
        kept.append(_each_byte_once(tables).assign(interface=_kind(name)))
    rows = pd.concat(kept, ignore_index=True)
    rows = rows.assign(volume=rows[["rx", "tx"]].fillna(0).sum(axis=1))
    rows = rows.sort_values("volume", ascending=False, kind="stable")
    rows = rows.drop_duplicates(["interface", "start", "end"])
    rows = rows.sort_values(["interface", "start"], kind="stable", ignore_index=True)
    totals = pd.DataFrame(
        {
            "sim_plmn": "",
            "interface": rows["interface"],
            "start_utc": rows["start"],
            "end_utc": rows["end"],
            "bytes_up": rows["tx"],
            "bytes_down": rows["rx"],
            "source": source,
        }
    )
    return totals, pd.concat(rejected, ignore_index=True)


def _each_byte_once(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Join tables of one card, finest first: a coarser one only before the finer begins.

    Where a coarse row reaches into the finer table, the finer rows inside it go:
    nothing is counted twice and nothing is lost.
    """
    joined = tables[0]
    for coarser in tables[1:]:
        if joined.empty:
            joined = coarser
            continue
        before = coarser[coarser["start"] < joined["start"].min()]
        joined = pd.concat([before, joined[~(joined["start"] < before["end"].max())]])
    return joined


def _rejected(rows: int, source: str, table: str) -> pd.DataFrame:
    reason = "a row without a usable time or volume"
    return pd.DataFrame(
        {"source": [source] * rows, "line": table, "field": "timestamp, rx, tx", "reason": reason}
    ).astype("str")


def _kind(card: str) -> str:
    return next((kind for kind, pattern in _KINDS if pattern.match(card)), "unknown")


IMPORTER = Importer(
    id="vnstat_json",
    title="vnStat of a computer or router",
    side="phone",
    how=f"On the computer or router behind the hotspot: `{_COMMAND}`.",
    known_from="documentation",
    rank=85,
    recognise=recognise,
    read=read,
)
