"""Contacts: which hosts an app spoke to, and how much of the bill each contact stands for."""

from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.model import RESIDUALS, Attribution, Evidence
from esim_analysis.reference import host_facts

_CARRIED: Final = ("cellular", "unknown")
_TEXTS: Final = ("remote_host", "remote_ip", "protocol")
_DAY: Final = ["line", "app", "day"]


def contacts(
    evidence: Evidence, attribution: Attribution, pieces: pd.DataFrame, lines: pd.Index
) -> pd.DataFrame:
    """Return what the phone saw of hosts, addresses and ports, on the lines that paid for it.

    A capture counts on the phone, an operator on the bill, and one capture may repeat
    another. So a contact is worth its phone bytes times the overhead, and all contacts
    of an app on a day at most what the bill gave that app on that day: a contact over
    Wi-Fi or on another SIM is worth nothing.

    Parameters
    ----------
    pieces
        Attributed pieces with `cost` and `mid_utc`.
    lines
        The lines of the bill.

    Returns
    -------
    pandas.DataFrame
        `line, app, ground, start_utc, end_utc, mid_utc, host, owner, category, ip, port,
        protocol, up, down` (phone bytes), `hits`, `counted` (False: contacts without bytes),
        `bytes, bytes_low, bytes_high, cost` (float, on the bill), `source, ref`.
    """
    seen = _seen(evidence, pieces)
    seen = _on_lines(seen, attribution, _paying(seen, pieces, lines))
    zone = attribution.zone.value
    seen = seen.assign(day=_day(seen["mid_utc"], zone))
    billed = pieces.assign(day=_day(pieces["mid_utc"], zone)).groupby(_DAY)[["bytes", "cost"]].sum()
    key = pd.MultiIndex.from_frame(seen[_DAY])
    paid = billed.reindex(key).set_axis(seen.index)
    phone = (seen["up"] + seen["down"]).astype("float64")
    of_day = phone.groupby([seen[name] for name in _DAY]).transform("sum")
    most = (paid["bytes"].fillna(0).astype("float64") / of_day.where(of_day > 0)).fillna(0.0)
    overhead = attribution.overhead
    volume: pd.Series[float] = phone * np.minimum(most, overhead.point)
    price = paid["cost"] / paid["bytes"].astype("float64").where(paid["bytes"] > 0)
    return seen.assign(
        bytes=volume,
        bytes_low=volume * (overhead.low / overhead.point),
        bytes_high=np.maximum(phone * np.minimum(most, overhead.high), volume),
        cost=volume * price,
    ).drop(columns="day")


def _seen(evidence: Evidence, pieces: pd.DataFrame) -> pd.DataFrame:
    """Return evidence rows that name a host, an address or a port, apps of the bill only."""
    frame = evidence.frame
    text = frame[list(_TEXTS)].fillna("")
    apps = pd.Index(pieces["app"].unique()).difference(list(RESIDUALS))
    counts = frame["counts_toward_total"].fillna(value=True).astype(bool)
    hits_only = frame["bytes_up"].isna() & frame["bytes_down"].isna() & frame["hits"].notna()
    kept = (
        ((text["remote_host"] != "") | (text["remote_ip"] != "") | frame["remote_port"].notna())
        & frame["interface"].isin(_CARRIED)
        & (counts | hits_only)
        & (frame["app"].isin(apps) | hits_only)
    )
    rows, text = frame[kept], text[kept]
    known = host_facts(text["remote_host"].unique()).set_index("host")
    end = rows["end_utc"].fillna(rows["start_utc"])
    return pd.DataFrame(
        {
            "of_line": rows["line"].fillna(""),
            "sim": rows["sim_plmn"].fillna(""),
            "app": rows["app"],
            "ground": rows["ground"],
            "start_utc": rows["start_utc"],
            "end_utc": end,
            "mid_utc": rows["start_utc"] + (end - rows["start_utc"]) / 2,
            "host": text["remote_host"],
            "owner": text["remote_host"].map(known["owner"]),
            "category": text["remote_host"].map(known["category"]),
            "ip": text["remote_ip"],
            "port": rows["remote_port"].fillna(0).astype("int64"),
            "protocol": text["protocol"],
            "up": rows["bytes_up"].fillna(0).astype("int64"),
            "down": rows["bytes_down"].fillna(0).astype("int64"),
            "hits": rows["hits"].fillna(1).astype("int64"),
            "counted": ~hits_only[kept],
            "source": rows["source"].fillna(""),
            "ref": rows["source"].fillna("") + ":" + rows["source_row"].fillna(""),
        }
    )


def _on_lines(seen: pd.DataFrame, attribution: Attribution, pairs: pd.DataFrame) -> pd.DataFrame:
    """Give each contact its line: the one it names, else those its app and SIM may belong to."""
    sim = pairs["line"].map(dict(attribution.sims)).astype("str").fillna("")
    free = seen[seen["of_line"] == ""].merge(pairs.assign(sim_of_line=sim), on="app")
    fits = (free["sim"] == "") | (free["sim_of_line"] == "") | (free["sim"] == free["sim_of_line"])
    own = seen[seen["of_line"] != ""].assign(line=lambda rows: rows["of_line"])
    own = own.merge(pairs, on=["line", "app"])
    table = pd.concat([own, free[fits]], ignore_index=True)
    return table.astype({"line": "str"}).drop(columns=["of_line", "sim", "sim_of_line"])


def _paying(seen: pd.DataFrame, pieces: pd.DataFrame, lines: pd.Index) -> pd.DataFrame:
    """Return the pairs of line and app that may be on the bill together.

    Contacts without bytes are on no bill: they belong to the only line, if there is one.
    """
    pairs = pieces.loc[~pieces["app"].isin(RESIDUALS), ["line", "app"]].drop_duplicates()
    if len(lines) == 1:
        alone = seen.loc[~seen["counted"], ["app"]].drop_duplicates().assign(line=lines[0])
        pairs = pd.concat([pairs, alone]).drop_duplicates()
    return pairs.astype("str")


def _day(times: pd.Series, zone: str) -> pd.Series:
    days: pd.Series[pd.Timestamp] = times.dt.tz_convert(zone).dt.tz_localize(None).dt.floor("D")
    return days
