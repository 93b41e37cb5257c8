"""The hosts a phone talked to, by app and hour: only where the share level says so."""

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import pandas as pd

from esim_analysis.explorer.hours import Hours, spread
from esim_analysis.explorer.names import Apps
from esim_analysis.figures.text import plain
from esim_analysis.model import Analysis
from esim_analysis.model.knowledge import Knowledge
from esim_analysis.reference import networks_shown, registered_domains
from esim_analysis.reference.address_table import networks_of, shipped
from esim_analysis.reference.addresses import ABOUT

_MOST: Final = 60
_LEVELS: Final = 255
_CARRIED: Final = ("cellular", "unknown")
COLUMNS: Final = ["name", "app", "hour", "bytes"]


def seen(analysis: Analysis, line: str, hours: Hours, apps: Apps, *, full: bool) -> pd.DataFrame:
    """Return `name, app, hour, bytes` of the line's leading hosts: phone bytes, not billed.

    Parameters
    ----------
    full
        Whole host names, else the domain somebody registered (`example.co.uk`);
        names without a public suffix (`anas-laptop.local`) are then left out.

    An open address without a name is told by its network, `≈ AS15169 Google LLC`; one that
    no network of the table announces is left out.
    """
    facts = _of_line(analysis, line)
    host = facts["remote_host"].fillna("")
    bare = _networks(facts["remote_ip"].mask(host != "", "").fillna(""), analysis.knowledge)
    named = facts.assign(name=_names(host, full=full).mask(bare != "", bare))
    named = named[(named["name"] != "") & (named["bytes"] > 0)].reset_index(drop=True)
    named = _within(named, hours)
    if not len(named):
        return pd.DataFrame(columns=COLUMNS)
    leading = named.groupby("name", sort=True)["bytes"].sum().nlargest(_MOST, keep="first").index
    named = named[named["name"].isin(leading)].reset_index(drop=True)
    row, hour, volume = spread(named, hours)
    coded = pd.DataFrame({"name": named["name"], "app": apps.codes(named["app"])})
    parts = coded.take(row).assign(hour=hour, bytes=volume)
    return parts.groupby(["name", "app", "hour"], sort=True)["bytes"].sum().reset_index()


def columns(
    parts: pd.DataFrame | None, *, step: int
) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Return the hosts in steps of `step` hours; each (host, app) keeps its exact total.

    The shape over time is written in 255 levels of the pair's largest step: a chart's
    worth. Totals are whole bytes. None, where the share level has no hosts, is nothing.
    """
    if parts is None:
        return {}, {}
    if not len(parts):
        nothing = np.empty(0, dtype="int64")
        empty = {"host_pos": nothing, "host_level": nothing}
        return {"hosts": [], "host_pairs": [], "host_step": step}, empty
    keys = ["name", "app"]
    slots = parts.assign(slot=parts["hour"] // step)
    slots = slots.groupby([*keys, "slot"], sort=True)["bytes"].sum().reset_index()
    pairs = slots.groupby(keys, sort=True)["bytes"]
    largest = pairs.transform("max").to_numpy()
    level = np.maximum(1, slots["bytes"].to_numpy() * _LEVELS // np.maximum(largest, 1))
    totals = pairs.agg(["sum", "size"]).reset_index()
    names = sorted(totals["name"].unique())
    places = {name: place for place, name in enumerate(names)}
    described = totals.assign(name=totals["name"].map(places))[["name", "app", "sum", "size"]]
    gap = slots.groupby(keys, sort=True)["slot"].diff().fillna(slots["slot"])
    return (
        {
            "hosts": names,
            "host_pairs": described.to_numpy().tolist(),
            "host_step": step,
        },
        {"host_pos": gap.to_numpy(dtype="int64"), "host_level": level},
    )


def _of_line(analysis: Analysis, line: str) -> pd.DataFrame:
    frame = analysis.evidence.frame
    sim = analysis.attribution.sims.get(line, "")
    several = len(analysis.usage.frame["line"].unique()) > 1
    mine = frame["line"].fillna("").isin(["", line]) if several else True
    told = frame["remote_host"].fillna("").ne("") | frame["remote_ip"].fillna("").ne("")
    carried = frame["interface"].isin(_CARRIED) & told
    same_sim = frame["sim_plmn"].fillna("").isin(["", sim]) if sim else True
    facts = frame[carried & mine & same_sim]
    volume = facts[["bytes_up", "bytes_down"]].fillna(0).sum(axis=1).astype("int64")
    return facts.assign(bytes=volume)


def _names(hosts: pd.Series, *, full: bool) -> pd.Series:
    distinct = hosts.unique()
    told = {host: host for host in distinct} if full else registered_domains(distinct)
    return hosts.map({host: plain(name, limit=80) for host, name in told.items()})


def _networks(addresses: pd.Series, knowledge: Knowledge) -> pd.Series:
    """Return the network of each address as it is shown, "" without one."""
    told = networks_shown(addresses[addresses != ""].unique(), knowledge)
    shown = {address: plain(name, limit=80) for address, name in told.items()}
    return addresses.map(shown).astype("str").fillna("")


def networks_told(names: Iterable[str], knowledge: Knowledge) -> dict[str, str]:
    """Return `date` and `source` of the table of networks where a name comes from it.

    `source` is "" for the table of the package.
    """
    if not any(name.startswith(ABOUT) for name in names):
        return {}
    table = networks_of(knowledge)
    return {"date": table.as_of or "?", "source": "" if table is shipped() else table.source}


def _within(facts: pd.DataFrame, hours: Hours) -> pd.DataFrame:
    """Return what the phone saw between the first midnight and the last, cut at them."""
    first, last = hours.midnights[0], hours.midnights[-1]
    inside = (facts["end_utc"] > first) & (facts["start_utc"] < last)
    kept = facts[inside].reset_index(drop=True)
    start, end = kept["start_utc"], kept["end_utc"]
    length = (end - start).dt.total_seconds().clip(lower=1)
    cut = kept.assign(
        start_utc=start.where(start >= first, first), end_utc=end.where(end <= last, last)
    )
    share = (cut["end_utc"] - cut["start_utc"]).dt.total_seconds().clip(lower=1) / length
    return cut.assign(bytes=(kept["bytes"] * share.clip(upper=1)).round().astype("int64"))
