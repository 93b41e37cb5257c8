"""The user's own lists: apps, hosts, addresses and networks to watch, to deny, or named by an indicator."""

from ipaddress import ip_address, ip_network
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import Flags
from esim_analysis.leakage.assemble import assemble
from esim_analysis.leakage.by_host import HOUR, cited
from esim_analysis.leakage.by_network import within_network
from esim_analysis.leakage.citing import NO_ROW
from esim_analysis.leakage.facts import Facts
from esim_analysis.leakage.grouping import Groups, numbered, of_each, total_of_mine
from esim_analysis.leakage.own_rules import MEGABYTE, Subject, Watch
from esim_analysis.leakage.own_terms import below
from esim_analysis.leakage.rule import Rule
from esim_analysis.leakage.spans import merge_spans
from esim_analysis.leakage.stakes import at_most, severities
from esim_analysis.model import Finding, Severity

SEEN: Final = 0.9  # the phone saw it; whether it matters is the user's word
_GROUP: Final = ["pair", "entry"]


def check(facts: Facts) -> list[Finding]:
    """Tell what the user asked to be told."""
    entries = facts.terms.entries() if facts.terms else ()
    marked = [
        _rows(facts, entry).assign(
            entry=number,
            kind=kind,
            note=entry.app or entry.host or entry.address or f"AS{entry.asn}",
            least=entry.at_least_mb * MEGABYTE if isinstance(entry, Watch) else 0.0,
        )
        for number, (kind, entry) in enumerate(entries)
    ]
    rows = pd.concat(marked, ignore_index=True) if marked else pd.DataFrame({"bytes": []})
    rows = rows[rows["bytes"] > 0]
    if rows.empty:
        return []
    number = numbered(rows, _GROUP)
    parts = rows[total_of_mine(number, rows["bytes"].to_numpy()) >= rows["least"]]
    if parts.empty:
        return []
    parts = parts.assign(window=merge_spans(parts, _GROUP, gap=HOUR), group=numbered(parts, _GROUP))
    by_group = Groups.of(parts["group"])
    names = facts.names(by_group.first(parts["pair"]).to_numpy())
    groups = by_group.frame(
        {
            **{name: told.array for name, told in names.items()},
            "bytes": by_group.sum(parts["bytes"]),
            "kind": by_group.first(parts["kind"]),
            "hosts": by_group.first(parts["note"]),
            "windows": by_group.distinct(parts["window"].to_numpy()),
        }
    )
    share = groups["bytes"] / facts.billed(groups["line"])
    watched = groups["kind"] == "watch"
    grade = severities(groups["bytes"], share)
    raised = grade.mask(~watched & (grade == str(Severity.INFO)), str(Severity.LOW))
    groups = groups.drop(columns="bytes").assign(
        severity=at_most(raised, Severity.LOW, watched),
        confidence=SEEN,
        remedy=RULE.remedy,
        share_of_bill=share,
        explains=0,
        saves=0,
    )
    return assemble(facts, RULE.id, parts, groups, rows=cited(facts, parts))


def _rows(facts: Facts, entry: Subject) -> pd.DataFrame:
    columns = ["pair", "start_utc", "end_utc", "bytes", "cost"]
    if entry.app:
        pieces = facts.pieces[facts.pieces["app"] == entry.app]
        return pieces[[*columns, "piece"]].assign(row=NO_ROW)
    seen = facts.contacts
    if entry.host:
        mine = below(seen["host"], entry.host)
    elif entry.address:
        mine = _inside(seen["ip"], entry.address)
    else:
        mine = within_network(seen["ip"], entry.asn, facts.knowledge)
    return seen.loc[mine, [*columns, "bytes_low", "bytes_high", "row"]]


def _inside(addresses: pd.Series, network: str) -> Flags:
    wanted = ip_network(network, strict=False)
    return of_each(addresses, lambda names: np.array([_is_in(text, wanted) for text in names]))


def _is_in(text: str, wanted: object) -> bool:
    try:
        return ip_address(text) in wanted  # type: ignore[operator]
    except (ValueError, TypeError):
        return False


RULE = Rule(
    id="own_list",
    needs=(),
    false_positives=("doubt_shared_host",),
    remedy="look_up",
    check=check,
)
