"""Unknown destination: a public address that no name was asked for in the same capture."""

from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import Flags, micros
from esim_analysis.leakage.addresses import public
from esim_analysis.leakage.assemble import assemble
from esim_analysis.leakage.by_host import MOST, cited, summed, windowed
from esim_analysis.leakage.by_network import by_network
from esim_analysis.leakage.facts import Facts
from esim_analysis.leakage.grouping import Groups, numbered, of_each, total_of_mine
from esim_analysis.leakage.rule import Rule
from esim_analysis.leakage.stakes import at_most, severities
from esim_analysis.model import RESIDUALS, Finding, Severity

LEAST_BYTES: Final = 1_000_000  # a proposal
LEAST_DAYS: Final = 3  # or the same address again and again
FLOOR_BYTES: Final = 50_000  # a few packets to anywhere are no destination
_DAY_US: Final = 86_400_000_000
PLAIN_DNS: Final = 53  # the phone's resolver has no name of its own
CONFIDENCE: Final = 0.4  # cached and encrypted look-ups hide names of good repute, too
DIRECT: Final = frozenset({"voip", "game", "messaging"})  # kinds of apps that connect people


def check(facts: Facts) -> list[Finding]:
    """Find apps that speak to addresses without a name; for information, never more.

    What a content network or a cloud carries is surer still to be of good repute.
    """
    seen = facts.contacts
    chosen = (seen["host"] == "").to_numpy() & (seen["bytes"].to_numpy() > 0)
    chosen &= of_each(seen["ip"], public) & ~seen["app"].isin(RESIDUALS).to_numpy()
    chosen &= (seen["port"].to_numpy() != PLAIN_DNS) & ~_named_in_capture(seen)
    bare = seen.iloc[np.flatnonzero(chosen)]
    if bare.empty:
        return []
    number = numbered(bare, ["pair", "ip"])
    by_address = Groups.of(number)
    day = micros(bare["mid_utc"]) // _DAY_US
    again = by_address.spread(by_address.distinct(day)) >= LEAST_DAYS
    volume = total_of_mine(number, bare["bytes"].to_numpy())
    worth = (volume >= LEAST_BYTES) | (again & (volume >= FLOOR_BYTES))
    parts = windowed(bare[worth])
    if parts.empty:
        return []
    groups = summed(facts, parts)
    share = groups["bytes"] / facts.billed(groups["line"])
    direct = groups["app"].map(dict(facts.categories)).isin(DIRECT)
    networks = by_network(parts, facts.knowledge)
    carried = networks["carried"].reindex(groups.index) > MOST
    groups = groups.assign(
        networks=networks["networks"].reindex(groups.index).fillna(""),
        severity=at_most(severities(groups["bytes"], share), Severity.INFO),
        confidence=pd.Series(CONFIDENCE, index=groups.index).mask(direct | carried, CONFIDENCE / 2),
        remedy=RULE.remedy,
        share_of_bill=share,
        saves=0,
        explains=0,
    )
    return assemble(facts, RULE.id, parts, groups.drop(columns="bytes"), rows=cited(facts, parts))


def _named_in_capture(seen: pd.DataFrame) -> Flags:
    """Mark contacts with an address that the same capture knows a name for."""
    address = numbered(seen, ["source", "ip"])
    named = (seen["host"] != "") & (seen["ip"] != "") & ~seen["app"].isin(RESIDUALS)
    known = np.zeros(int(address.max(initial=-1)) + 1, dtype=bool)
    known[address[named.to_numpy()]] = True
    return known[address]


RULE = Rule(
    id="unknown_destination",
    needs=("names",),
    false_positives=("doubt_named_before", "doubt_direct_call"),
    remedy="look_up",
    check=check,
)
