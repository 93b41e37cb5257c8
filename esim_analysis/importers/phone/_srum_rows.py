"""Rows of Windows' network usage table as evidence: hours of programs of a laptop."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from esim_analysis.model import EVIDENCE, SYSTEM
from esim_analysis.model.frames import empty

FIELDS: Final = ("AppId", "TimeStamp", "InterfaceLuid", "BytesSent", "BytesRecvd")
PROGRAM: Final = "program:"  # before the name of a program of a computer
_EPOCH_DAYS: Final = 25_569  # OLE dates count from 1899-12-30
_DAY_US: Final = 86_400_000_000
_YEARS: Final = (36_526, 73_050)  # OLE dates of 2000 and 2100
_MOST: Final = 10**15  # bytes; no counter reaches this
_TYPE_BIT: Final = 48  # an interface's LUID begins with the type IANA gave its kind
_KINDS: Final = {6: "ethernet", 71: "wifi", 243: "cellular", 244: "cellular"}
_TUNNELS: Final = frozenset({23, 131})
_LOOPBACK: Final = 24
_NAME_KINDS: Final = frozenset({0, 1, 2})  # of the id map: program, service, packaged app
_CELLULAR: Final = 0.8  # Windows books an hour when it is over, or later
_ELSEWHERE: Final = 0.3  # which Wi-Fi it was does not stand here


def names_of(ids: Iterable[Mapping[str, Any]]) -> dict[int, str]:
    r"""Return the program of each `AppId` by rows of SruDbIdMapTable, without folders or users.

    `\device\…\chrome.exe` → `chrome.exe`; `!!svchost.exe!…!DoSvc` → `svchost.exe [DoSvc]`;
    `Microsoft.ZuneMusic_8wekyb3d8bbwe` → `Microsoft.ZuneMusic`. Ids of persons are not read.
    """
    names: dict[int, str] = {}
    for row in ids:
        number, blob = row.get("IdIndex"), row.get("IdBlob")
        if row.get("IdType") in _NAME_KINDS and isinstance(number, int) and blob:
            names[number] = _program(_text(blob))
    return names


def srum_rows(
    rows: Iterable[Mapping[str, Any]], names: Mapping[int, str], source: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return rows of the usage table as evidence, and the ones that cannot be read.

    Each row is the hour up to its time stamp; rows of one program, interface and hour
    (of several users) are added. Only what went over the computer's own mobile modem
    counts towards a total: what went over Wi-Fi may have gone through the phone's hotspot,
    where the phone counts it itself.

    Parameters
    ----------
    rows
        Columns of `FIELDS`; time stamps as OLE dates in UTC.
    names
        As `names_of` returns them.

    Returns
    -------
    (frame, rejected)
        Columns of `model.EVIDENCE`; `line, field`.
    """
    told = pd.DataFrame([tuple(row.get(name) for name in FIELDS) for row in rows], columns=FIELDS)
    number = told.apply(pd.to_numeric, errors="coerce").astype("float64")
    dated = number["TimeStamp"].between(*_YEARS)
    sized = number[["BytesSent", "BytesRecvd"]].apply(lambda one: one.between(0, _MOST)).all(axis=1)
    bad = pd.Series("TimeStamp", index=told.index).mask(dated, "BytesSent")[~(dated & sized)]
    rejected = pd.DataFrame({"line": (bad.index + 1).astype("str"), "field": bad.array})
    kept = dated & sized & (number[["BytesSent", "BytesRecvd"]].sum(axis=1) > 0)
    kind = _interface_kind(told["InterfaceLuid"])
    kept &= kind != _LOOPBACK
    if not kept.any():
        return empty(EVIDENCE), rejected
    mine, kind = number[kept], kind[kept]
    micros = ((mine["TimeStamp"] - _EPOCH_DAYS) * _DAY_US).round().astype("int64")
    end = pd.to_datetime(micros, unit="us", utc=True).dt.round("s").dt.as_unit("us")
    program = mine["AppId"].map(names).astype("str").fillna("")
    frame = pd.DataFrame(
        {
            "end_utc": end,
            "app": (PROGRAM + program).mask(program == "", SYSTEM),
            "app_label": program,
            "interface": _interfaces(kind),
            "bytes_up": mine["BytesSent"].astype("int64"),
            "bytes_down": mine["BytesRecvd"].astype("int64"),
            "source_row": (mine.index + 1).astype("str"),
        }
    )
    keys = ["end_utc", "app", "app_label", "interface"]
    summed = frame.groupby(keys, as_index=False).agg(
        {"bytes_up": "sum", "bytes_down": "sum", "source_row": "first"}
    )
    own = summed["interface"] == "cellular"
    return summed.assign(
        start_utc=summed["end_utc"] - pd.Timedelta(hours=1),
        time_kind="bucket",
        line="",
        sim_plmn="",
        ground="unknown",
        counts_toward_total=own,
        confidence=np.where(own, _CELLULAR, _ELSEWHERE),
        source=source,
    ), rejected


def _interface_kind(luid: pd.Series) -> pd.Series:
    """Return the type of each interface, 0 unknown; LUIDs are whole 64-bit numbers, signed or not."""
    known = {
        value: (int(value) & (2**64 - 1)) >> _TYPE_BIT
        for value in luid.dropna().unique()
        if isinstance(value, int | np.integer)
    }
    return luid.map(known).fillna(0).astype("int64")


def _interfaces(kind: pd.Series) -> pd.Series:
    named = kind.map(_KINDS).astype("str").fillna("unknown")
    return named.mask(kind.isin(_TUNNELS), "vpn")


def _text(blob: object) -> str:
    if isinstance(blob, bytes):
        return blob.decode("utf-16-le", errors="replace").partition("\0")[0]
    return str(blob)


def _program(told: str) -> str:
    if told.startswith("!!"):
        parts = told.strip("!").split("!")
        service = parts[-1] if len(parts) > 1 and parts[-1] not in ("", parts[0]) else ""
        return f"{parts[0]} [{service}]" if service else parts[0]
    base = told.replace("/", "\\").rsplit("\\", maxsplit=1)[-1]
    family, mark, publisher = base.partition("_")
    packaged = mark and "." in family and not base.lower().endswith(".exe") and publisher
    return (family if packaged else base)[:120]
