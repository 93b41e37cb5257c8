"""What the user's own rules change: hosts that are expected, findings kept back or muted."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import Flags
from esim_analysis.leakage.grouping import of_each
from esim_analysis.leakage.own_rules import MEGABYTE, Mute, OwnRules
from esim_analysis.model import Finding, Severity

LISTS = "own_list"


def without_allowed(contacts: pd.DataFrame, rules: OwnRules) -> pd.DataFrame:
    """Return contacts without the hosts the user expects, and all below them."""
    kept = contacts
    for host in (entry.host for entry in rules.allow if entry.host):
        kept = kept[~below(kept["host"], host)]
    return kept


def below(hosts: pd.Series, suffix: str) -> Flags:
    """Mark hosts (categories) that are the suffix or stand below it."""
    told = suffix.lower().strip(".")

    def stands(names: pd.Index) -> Flags:
        name = names.str.lower()
        found: Flags = np.asarray((name == told) | name.str.endswith(f".{told}"), dtype=bool)
        return found

    return of_each(hosts, stands)


def under(findings: Sequence[Finding], rules: OwnRules) -> list[Finding]:
    """Return findings as the user wants them: below a threshold none, muted for information."""
    allowed = {entry.app for entry in rules.allow if entry.app}
    kept = [
        finding
        for finding in findings
        if finding.rule == LISTS or (finding.app not in allowed and not _too_small(finding, rules))
    ]
    return [_muted(finding, rules) for finding in kept]


def _too_small(finding: Finding, rules: OwnRules) -> bool:
    return any(
        finding.bytes < entry.at_least_mb * MEGABYTE or finding.confidence < entry.confidence
        for entry in rules.threshold
        if entry.rule == finding.rule
    )


def _muted(finding: Finding, rules: OwnRules) -> Finding:
    mute = next((entry for entry in rules.mute if _is_about(entry, finding)), None)
    if mute is None:
        return finding
    told = {**finding.facts, "muted": mute.reason, "muted_since": mute.since.isoformat()}
    return replace(finding, severity=Severity.INFO, facts={**told, "saves": 0})


def _is_about(mute: Mute, finding: Finding) -> bool:
    return mute.rule == finding.rule and mute.app in ("", finding.app)
