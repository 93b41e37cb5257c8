"""The user's own lists: apps, hosts and addresses to watch, to deny, or named by an indicator."""

from ipaddress import ip_address, ip_network
from typing import Final

import pandas as pd

from esim_analysis.leakage.assemble import assemble
from esim_analysis.leakage.by_host import HOUR, cited
from esim_analysis.leakage.facts import Facts
from esim_analysis.leakage.own_rules import MEGABYTE, Watch
from esim_analysis.leakage.own_terms import below
from esim_analysis.leakage.rule import Rule
from esim_analysis.leakage.spans import merge_spans
from esim_analysis.leakage.stakes import at_most, severities
from esim_analysis.model import Finding, Severity

SEEN: Final = 0.9  # the phone saw it; whether it matters is the user's word
_GROUP: Final = ["line", "app", "entry"]


def check(facts: Facts) -> list[Finding]:
    """Tell what the user asked to be told."""
    entries = facts.terms.entries() if facts.terms else ()
    marked = [
        _rows(facts, entry.app, entry.host, entry.address).assign(
            entry=number,
            kind=kind,
            note=entry.app or entry.host or entry.address,
            least=entry.at_least_mb * MEGABYTE if isinstance(entry, Watch) else 0.0,
        )
        for number, (kind, entry) in enumerate(entries)
    ]
    rows = pd.concat(marked, ignore_index=True) if marked else pd.DataFrame({"bytes": []})
    rows = rows[rows["bytes"] > 0]
    if rows.empty:
        return []
    rows = rows[rows.groupby(_GROUP)["bytes"].transform("sum") >= rows["least"]]
    if rows.empty:
        return []
    parts = rows.assign(
        window=merge_spans(rows, _GROUP, gap=HOUR), group=rows.groupby(_GROUP).ngroup()
    )
    groups = parts.groupby("group").agg(
        line=("line", "first"),
        app=("app", "first"),
        bytes=("bytes", "sum"),
        kind=("kind", "first"),
        hosts=("note", "first"),
        windows=("window", "nunique"),
    )
    share = groups["bytes"] / groups["line"].map(facts.lines["billed"]).astype("float64")
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
    return assemble(facts, RULE.id, parts, groups, rows=cited(parts))


def _rows(facts: Facts, app: str, host: str, address: str) -> pd.DataFrame:
    columns = ["line", "app", "start_utc", "end_utc", "bytes", "cost"]
    if app:
        pieces = facts.pieces[facts.pieces["app"] == app]
        return pieces[[*columns, "piece"]].assign(ref="")
    seen = facts.contacts
    mine = below(seen["host"], host) if host else _inside(seen["ip"], address)
    return seen.loc[mine, [*columns, "bytes_low", "bytes_high", "ref"]]


def _inside(addresses: pd.Series, network: str) -> "pd.Series[bool]":
    wanted = ip_network(network, strict=False)
    known = {text: _is_in(text, wanted) for text in addresses.unique()}
    found: pd.Series[bool] = addresses.map(known).astype(bool)
    return found


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
