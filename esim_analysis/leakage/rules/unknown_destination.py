"""Unknown destination: a public address that no name was asked for in the same capture."""

from typing import Final

import pandas as pd

from esim_analysis.leakage.addresses import public
from esim_analysis.leakage.assemble import assemble
from esim_analysis.leakage.by_host import cited, summed, windowed
from esim_analysis.leakage.facts import Facts
from esim_analysis.leakage.rule import Rule
from esim_analysis.leakage.stakes import at_most, severities
from esim_analysis.model import RESIDUALS, Finding, Severity

LEAST_BYTES: Final = 1_000_000  # a proposal
LEAST_DAYS: Final = 3  # or the same address again and again
FLOOR_BYTES: Final = 50_000  # a few packets to anywhere are no destination
PLAIN_DNS: Final = 53  # the phone's resolver has no name of its own
CONFIDENCE: Final = 0.4  # cached and encrypted look-ups hide names of good repute, too
DIRECT: Final = frozenset({"voip", "game", "messaging"})  # kinds of apps that connect people


def check(facts: Facts) -> list[Finding]:
    """Find apps that speak to addresses without a name; for information, never more."""
    seen = facts.contacts
    seen = seen[(seen["ip"] != "") & ~seen["app"].isin(RESIDUALS)]
    named = pd.MultiIndex.from_frame(seen.loc[seen["host"] != "", ["source", "ip"]])
    bare = seen[(seen["host"] == "") & (seen["bytes"] > 0) & (seen["port"] != PLAIN_DNS)]
    bare = bare[~pd.MultiIndex.from_frame(bare[["source", "ip"]]).isin(named.unique())]
    bare = bare[bare["ip"].map(public(bare["ip"].unique())).astype(bool)]
    if bare.empty:
        return []
    day = bare["mid_utc"].dt.floor("D")
    by_address = bare.assign(day=day).groupby(["line", "app", "ip"])
    volume = by_address["bytes"].transform("sum")
    again = by_address["day"].transform("nunique") >= LEAST_DAYS
    worth = (volume >= LEAST_BYTES) | (again & (volume >= FLOOR_BYTES))
    parts = windowed(bare[worth])
    if parts.empty:
        return []
    groups = summed(parts, facts.zone)
    share = groups["bytes"] / groups["line"].map(facts.lines["billed"]).astype("float64")
    direct = groups["app"].map(dict(facts.categories)).isin(DIRECT)
    groups = groups.assign(
        severity=at_most(severities(groups["bytes"], share), Severity.INFO),
        confidence=pd.Series(CONFIDENCE, index=groups.index).mask(direct, CONFIDENCE / 2),
        remedy=RULE.remedy,
        share_of_bill=share,
        saves=0,
        explains=0,
    )
    return assemble(facts, RULE.id, parts, groups.drop(columns="bytes"), rows=cited(parts))


RULE = Rule(
    id="unknown_destination",
    needs=("names",),
    false_positives=("doubt_named_before", "doubt_direct_call"),
    remedy="look_up",
    check=check,
)
