"""Advertising and trackers: what an app's talk with known ad and measuring hosts costs."""

from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.leakage.assemble import assemble
from esim_analysis.leakage.by_host import cited, dominates, summed, windowed
from esim_analysis.leakage.facts import UNNAMED, Facts
from esim_analysis.leakage.grouping import Groups, total_of_mine
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


def check(facts: Facts) -> list[Finding]:
    """Find apps whose advertising and measuring is worth a sentence, in bytes or in contacts."""
    seen = facts.contacts
    named = ~seen["app"].isin(UNNAMED).to_numpy() & (seen["host"] != "").to_numpy()
    mine = seen.iloc[np.flatnonzero(named & seen["category"].isin(TRACKING).to_numpy())]
    told = seen[["pair", "owner", "bytes"]].iloc[np.flatnonzero(named)]
    return [*_in_bytes(facts, told, mine[mine["counted"]]), *_in_contacts(facts, mine)]


def _in_bytes(facts: Facts, seen: pd.DataFrame, mine: pd.DataFrame) -> list[Finding]:
    mine = mine[mine["bytes"] > 0]
    if mine.empty:
        return []
    parts = windowed(mine)
    groups = summed(facts, parts)
    pair = Groups.of(parts["group"]).first(parts["pair"])
    of_app = np.bincount(seen["pair"], seen["bytes"])[pair]
    unknown = np.bincount(seen["pair"], seen["bytes"].where(seen["owner"] == "", 0.0))[pair]
    groups = groups.assign(share_of_app=groups["bytes"] / of_app, unmatched=unknown / of_app)
    groups = groups[
        (groups["bytes"] >= LEAST_BYTES)
        | ((groups["share_of_app"] >= LEAST_SHARE) & (groups["bytes"] >= FLOOR_BYTES))
    ]
    if groups.empty:
        return []
    parts = parts[parts["group"].isin(groups.index)]
    share = groups["bytes"] / facts.billed(groups["line"])
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
    return assemble(facts, RULE.id, parts, groups.drop(columns="bytes"), rows=cited(facts, parts))


def _in_contacts(facts: Facts, mine: pd.DataFrame) -> list[Finding]:
    """Count contacts where the phone counts no bytes, as iPhones do: no volume is claimed."""
    mine = mine[~mine["counted"]]
    pair, hits = mine["pair"].to_numpy(), mine["hits"].to_numpy()
    often = total_of_mine(pair, hits) >= LEAST_CONTACTS
    parts = windowed(mine[often])
    if parts.empty:
        return []
    groups = summed(facts, parts).drop(columns="bytes")
    groups = groups.assign(
        severity=str(Severity.INFO),
        confidence=COUNTS_ONLY,
        remedy=RULE.remedy,
        basis="contacts",
        explains=0,
    )
    return assemble(facts, RULE.id, parts, groups, rows=cited(facts, parts))


RULE = Rule(
    id="trackers",
    needs=("hosts",),
    false_positives=("doubt_shared_host", "doubt_wanted_ads"),
    remedy="trackers",
    check=check,
    after=("update_burst",),
)
