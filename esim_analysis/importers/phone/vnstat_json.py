"""vnStat's traffic of a computer or router: `vnstat --json`. Device totals, no apps."""

import json
import re
from typing import Any, Final

import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.importers.phone._lines import head_of
from esim_analysis.importers.phone._vnstat_rows import (
    TABLES,
    each_byte_once,
    place,
    table_rows,
    whole,
)
from esim_analysis.model import EVIDENCE, Evidence, FileError, QuestionError, Source
from esim_analysis.model.frames import empty
from esim_analysis.model.zone import check_zone

_COMMAND: Final = "vnstat --json > vnstat.json"
_SIGN: Final = re.compile(r'^\s*\{\s*"vnstatversion"\s*:')
_KIB: Final = 1024  # the unit of vnStat 1; version 2 counts bytes
_KINDS: Final = (
    ("cellular", re.compile(r"wwan|wwp|ppp|rmnet|cdc-wdm|mhi|3g|4g|5g|lte|mobile", re.IGNORECASE)),
    ("wifi", re.compile(r"wl|ath|ra\d|phy\d", re.IGNORECASE)),
    ("ethernet", re.compile(r"eth|en|usb|lan|wan", re.IGNORECASE)),
    ("bluetooth", re.compile(r"bnep|bt-", re.IGNORECASE)),
    ("vpn", re.compile(r"tun|tap|wg|utun|tailscale|zt", re.IGNORECASE)),
)
_UNCOUNTED: Final = re.compile(r"lo\d*|docker|veth|virbr|br-|br\d", re.IGNORECASE)


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
        (name, table, table_rows(traffic, table, unit=unit, updated=updated))
        for name, traffic, updated in _cards(document)
        for table in TABLES
    ]
    tables = [(name, table, rows) for name, table, rows in tables if len(rows)]
    if not tables:
        raise FileError(
            file.name,
            sentence("importing.vnstat_output_without_traffic"),
            sentence("importing.run_after_some_days", command=_COMMAND),
        )
    if any(rows["start"].isna().any() for _, _, rows in tables) and options.timezone is None:
        raise QuestionError(
            file.name,
            sentence("importing.vnstat_local_times_without_zone"),
            sentence("importing.say_computer_zone_such_timezone"),
        )
    zone = check_zone(options.timezone or "UTC")
    placed = [(name, table, place(rows, table, zone)) for name, table, rows in tables]
    totals, rejected = _totals(placed, file.name)
    if totals.empty:
        raise FileError(
            file.name,
            sentence("importing.vnstat_output_without_one_usable"),
            sentence("importing.run_again", command=_COMMAND),
        )
    names = sorted({name for name, _, _ in tables})
    notes = (
        (sentence("importing.totals_computer_router_comparison_only", names=", ".join(names))),
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
            file.name,
            sentence("importing.vnstat_output_cut_damaged"),
            sentence("importing.run_again", command=_COMMAND),
        ) from problem
    return document if isinstance(document, dict) else {}


def _cards(document: dict[str, Any]) -> list[tuple[str, dict[str, Any], float | None]]:
    """Return name, traffic and moment of the last update of each network card that counts."""
    listed = document.get("interfaces")
    cards = [card for card in listed if isinstance(card, dict)] if isinstance(listed, list) else []
    found = []
    for card in cards:
        named = str(card.get("name") or card.get("id") or "?")[:40]
        name = named.encode("ascii", "replace").decode()
        traffic, updated = card.get("traffic"), card.get("updated")
        stamp = whole(updated.get("timestamp")) if isinstance(updated, dict) else None
        if isinstance(traffic, dict) and not _UNCOUNTED.match(name):
            found.append((name, traffic, stamp))
    return found


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
        kept.append(each_byte_once(tables).assign(interface=_kind(name)))
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


def _rejected(rows: int, source: str, table: str) -> pd.DataFrame:
    reason = sentence("importing.row_without_usable_time_volume")
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
    reach=Reach.NETWORK,
    rank=85,
    recognise=recognise,
    read=read,
)
