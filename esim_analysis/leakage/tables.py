"""Tables behind the figures of patterns: companies, causes, contacts, places."""

from collections.abc import Sequence
from typing import Final

import pandas as pd

from esim_analysis.leakage.facts import Facts
from esim_analysis.model import Finding
from esim_analysis.model.analysis import Analysis
from esim_analysis.model.clock import local_day
from esim_analysis.reference import country_of_network, networks_shown, registered_domains

# Causes of bytes, each byte told once: in this order, the first to claim an hour has it.
CAUSES: Final = (
    "update_burst", "trackers", "regular_traffic", "wifi_missed", "hotspot", "night_drip",
    "background_sync", "surge",
)  # fmt: skip


def seen_contacts(analysis: Analysis) -> pd.DataFrame:
    """Return the contacts of a case (`leakage.contacts`), with `domain` and `day`.

    The `owner` of an address without a name is its network, `≈ AS15169 Google LLC`.
    """
    facts = Facts(
        analysis.usage,
        analysis.attribution,
        analysis.evidence,
        analysis.coverage,
        knowledge=analysis.knowledge,
    )
    texts = dict.fromkeys(("line", "app", "host", "owner", "category", "ip"), "str")
    table = facts.contacts.astype(texts)
    hosts = table["host"].unique()
    domains = {host: domain or host for host, domain in registered_domains(hosts).items()}
    addresses = table.loc[(table["host"] == "") & (table["ip"] != ""), "ip"].unique().tolist()
    shown = networks_shown(addresses, analysis.knowledge)
    bare = table["ip"].map(shown).astype("str").fillna("")
    return table.assign(
        owner=table["owner"].mask(table["host"] == "", bare),
        domain=table["host"].map(domains).where(table["host"] != "", table["ip"]),
        day=local_day(table["mid_utc"], analysis.zone),
    )


def by_company(table: pd.DataFrame, *, most: int = 15) -> pd.DataFrame:
    """Return `owner, bytes, contacts`, the largest first; "" is whom our table does not know.

    Parameters
    ----------
    table
        As `seen_contacts` returns it.
    """
    sums = table.groupby("owner").agg(bytes=("bytes", "sum"), contacts=("hits", "sum"))
    order = sums.reset_index().sort_values(["bytes", "contacts", "owner"], ascending=False)
    return order.head(most).reset_index(drop=True)


def by_cause(analysis: Analysis) -> pd.DataFrame:
    """Return `cause, bytes`: what each pattern took of the bill, then `rest`; sums to the bill.

    A finding that holds bytes another one has explained already counts what is left of
    the bill at most; findings that only observe count nothing.
    """
    billed = int(analysis.usage.billed.sum())
    rows, left = [], billed
    for cause in CAUSES:
        volume = min(sum(_counted(one) for one in analysis.findings if one.rule == cause), left)
        left -= volume
        rows.append((cause, volume))
    table = pd.DataFrame([*rows, ("rest", left)], columns=["cause", "bytes"])
    return table[(table["bytes"] > 0) | (table["cause"] == "rest")].reset_index(drop=True)


def _counted(finding: Finding) -> int:
    wanted = finding.facts.get("attended") or finding.facts.get("kind") == "in_use"
    counts = finding.facts.get("explains", 1) and not wanted
    return finding.bytes if counts else 0


def by_place(analysis: Analysis) -> pd.DataFrame:
    """Return `day, place, bytes`: ISO country, else network, else ""; days of the case's zone."""
    frame = analysis.usage.frame
    plmn = frame["plmn"].fillna("")
    known = {code: country_of_network(code) or "" for code in plmn.unique()}
    country = frame["country"].fillna("")
    country = country.where(country != "", plmn.map(known).astype("str").fillna(""))
    network = frame["network"].fillna("").where(frame["network"].fillna("") != "", plmn)
    table = pd.DataFrame(
        {
            "day": local_day(frame["start_utc"], analysis.zone),
            "place": country.where(country != "", network),
            "bytes": analysis.usage.billed.astype("int64"),
        }
    )
    return table.groupby(["day", "place"])[["bytes"]].sum().reset_index()


def raster(
    table: pd.DataFrame, zone: str, *, hosts: Sequence[str] = (), most: int = 8
) -> pd.DataFrame:
    """Return one row a contact of the most asked hosts: `domain, app, day, hour` (0 to 24).

    Parameters
    ----------
    table
        As `seen_contacts` returns it.
    hosts
        Domains to draw; without them those with the most contacts.
    """
    told = table[table["domain"] != ""]
    counts = told.groupby("domain")["hits"].sum().sort_values(ascending=False, kind="stable")
    chosen = list(hosts) or list(counts.index[:most])
    rows = told[told["domain"].isin(chosen)]
    local = rows["start_utc"].dt.tz_convert(zone)
    hour = local.dt.hour + local.dt.minute / 60 + local.dt.second / 3600
    return rows[["domain", "app", "day"]].assign(hour=hour).reset_index(drop=True)
