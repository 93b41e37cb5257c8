"""Advertising and trackers: what an app's talk with known ad and measuring hosts costs."""

from typing import Final

import pandas as pd

from esim_analysis.leakage.assemble import assemble
from esim_analysis.leakage.by_host import cited, dominates, summed, windowed
from esim_analysis.leakage.facts import UNNAMED, Facts
from esim_analysis.leakage.rule import Rule
from esim_analysis.leakage.stakes import at_most, severities
from esim_analysis.model import Finding, Severity
from esim_analysis.reference.hosts import TRACKING

LEAST_BYTES: Final = 10_000_000  # a proposal: video advertisements, not banners
LEAST_SHARE: Final = 0.10  # a proposal: a tenth of what the app itself moves
FLOOR_BYTES: Final = 1_000_000  # below this a share of the app is a share of little
LEAST_CONTACTS: Final = 100  # without bytes: a week of an app that reports its use every hour or so
BY_HOST: Final = 0.85  # the table is ours, and a host may serve two ends
COUNTS_ONLY: Final = 0.6
_APP: Final = ["line", "app"]


def check(facts: Facts) -> list[Finding]:
    """Find apps whose advertising and measuring is worth a sentence, in bytes or in contacts."""
    seen = facts.contacts
    named = ~seen["app"].isin(UNNAMED) & (seen["host"] != "")
    mine = seen[named & seen["category"].isin(TRACKING)]
    told = seen.loc[named, [*_APP, "owner", "bytes"]]
    return [*_in_bytes(facts, told, mine[mine["counted"]]), *_in_contacts(facts, mine)]


def _in_bytes(facts: Facts, seen: pd.DataFrame, mine: pd.DataFrame) -> list[Finding]:
    mine = mine[mine["bytes"] > 0]
    if mine.empty:
        return []
    parts = windowed(mine)
    groups = summed(parts, facts.zone)
    key = pd.MultiIndex.from_frame(groups[_APP])
    of_app = seen.groupby(_APP)["bytes"].sum().reindex(key).to_numpy()
    unknown = seen[seen["owner"] == ""].groupby(_APP)["bytes"].sum()
    groups = groups.assign(
        share_of_app=groups["bytes"] / of_app,
        unmatched=unknown.reindex(key, fill_value=0.0).to_numpy() / of_app,
    )
    groups = groups[
        (groups["bytes"] >= LEAST_BYTES)
        | ((groups["share_of_app"] >= LEAST_SHARE) & (groups["bytes"] >= FLOOR_BYTES))
    ]
    if groups.empty:
        return []
    parts = parts[parts["group"].isin(groups.index)]
    share = groups["bytes"] / groups["line"].map(facts.lines["billed"]).astype("float64")
    browses = groups["app"].map(dict(facts.categories)) == "browser"
    severity = at_most(severities(groups["bytes"], share), Severity.MEDIUM)
    groups = groups.assign(
        severity=at_most(severity, Severity.INFO, browses),
        confidence=BY_HOST,
        remedy=RULE.remedy,
        basis="bytes",
        share_of_bill=share,
        explains=dominates(parts, facts.pieces).reindex(groups.index).astype("int64"),
    )
    return assemble(facts, RULE.id, parts, groups.drop(columns="bytes"), rows=cited(parts))


def _in_contacts(facts: Facts, mine: pd.DataFrame) -> list[Finding]:
    """Count contacts where the phone counts no bytes, as iPhones do: no volume is claimed."""
    mine = mine[~mine["counted"]]
    often = mine.groupby(_APP)["hits"].transform("sum") >= LEAST_CONTACTS
    parts = windowed(mine[often])
    if parts.empty:
        return []
    groups = summed(parts, facts.zone).drop(columns="bytes")
    groups = groups.assign(
        severity=str(Severity.INFO),
        confidence=COUNTS_ONLY,
        remedy=RULE.remedy,
        basis="contacts",
        explains=0,
    )
    return assemble(facts, RULE.id, parts, groups, rows=cited(parts))


RULE = Rule(
    id="trackers",
    needs=("hosts",),
    false_positives=("doubt_shared_host", "doubt_wanted_ads"),
    remedy="trackers",
    check=check,
    after=("update_burst",),
)
