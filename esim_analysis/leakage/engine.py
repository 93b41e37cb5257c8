"""Ask every rule in turn; one finding a cause and app, the most at stake first."""

import pkgutil
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from graphlib import TopologicalSorter
from importlib import import_module
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import Flags, micros
from esim_analysis.leakage import rules as folder
from esim_analysis.leakage.facts import Facts
from esim_analysis.leakage.grouping import Groups
from esim_analysis.leakage.needs import NEEDS
from esim_analysis.leakage.own_rules import OwnRules, read_rules
from esim_analysis.leakage.own_terms import under
from esim_analysis.leakage.rule import Rule
from esim_analysis.leakage.spans import NOWHERE, bounds, inside, merge_spans
from esim_analysis.leakage.stakes import RANK, cap_by_coverage, priced_by_byte
from esim_analysis.leakage.unlit import beside_the_screen
from esim_analysis.model import UNATTRIBUTED, Finding

_RESIDUAL_OF: Final = {"residual": UNATTRIBUTED}  # what a finding without an app may explain


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return the rules of `leakage/rules/`, those that explain bytes first in front."""
    names = sorted(
        module.name for module in pkgutil.iter_modules(folder.__path__) if module.name[0] != "_"
    )
    known = {name: import_module(f"{folder.__name__}.{name}").RULE for name in names}
    order = TopologicalSorter({name: known[name].after for name in names}).static_order()
    return tuple(known[name] for name in order)


def find(facts: Facts) -> tuple[Finding, ...]:
    """Return what the rules found, as it stands on screen.

    A rule sees which bytes an earlier one has explained, so that no byte has two
    causes. No finding is stronger than the coverage of its days. The order is:
    severity; then what is at stake times confidence, in money where every finding has a
    cost in one currency and every byte a price, else in bytes; then rule, line, app and start.
    """
    found: list[Finding] = []
    taken = np.zeros(len(facts.attribution.pieces), dtype=bool)
    for rule in all_rules():
        if _unmet(rule, facts):
            continue
        doubts = " ".join(rule.false_positives)
        answers = [
            replace(finding, facts={"doubts": doubts, **finding.facts})
            for finding in rule.check(facts.marked(taken))
        ]
        found += answers
        taken = taken | _explained(facts, answers)
    capped = cap_by_coverage(found, facts)
    capped = under(capped, facts.terms) if facts.terms else capped
    capped = beside_the_screen(facts, capped, _spoken_of(facts, capped))
    in_money = all(f.cost is not None for f in capped) and priced_by_byte(facts.usage)
    return tuple(sorted(capped, key=lambda finding: _place(finding, in_money=in_money)))


def own_rules(path: str | Path) -> OwnRules:
    """Read the user's own rules from a TOML file (`leakage.own_rules`).

    Raises
    ------
    FileError
        One sentence with line, field, what was found and the next step.
    """
    return read_rules(path, tuple(rule.id for rule in all_rules()))


def not_answered(facts: Facts) -> tuple[tuple[str, str], ...]:
    """Return each silent rule with the key of the sentence that says what it would need."""
    return tuple(
        (rule.id, f"findings.needs_{unmet[0]}")
        for rule in sorted(all_rules(), key=lambda rule: rule.id)
        if (unmet := _unmet(rule, facts))
    )


def _unmet(rule: Rule, facts: Facts) -> list[str]:
    for need in rule.needs:
        if need not in facts.answers:
            facts.answers[need] = NEEDS[need](facts)
    return [need for need in rule.needs if not facts.answers[need]]


def _explained(facts: Facts, findings: Sequence[Finding]) -> Flags:
    """Mark the pieces whose app, line and time a finding names; a bill alone explains none.

    What was on screen counts as explained only where a finding speaks of all its app
    moved (`whole`); one that speaks of a part, or of something else than bytes, explains
    none (`explains` 0).
    """
    explaining = [finding for finding in findings if finding.facts.get("explains", 1)]
    whole = [finding for finding in explaining if finding.facts.get("whole")]
    seen = facts.pieces["on_screen"].to_numpy()
    explained: Flags = (_named(facts, explaining) & ~seen) | _named(facts, whole)
    return explained


def _named(facts: Facts, findings: Sequence[Finding]) -> Flags:
    """Mark the pieces inside the windows of findings; those of two of one app may overlap."""
    pieces = facts.pieces
    marked = np.zeros(len(pieces), dtype=bool)
    rows = [
        (finding.line, app, window.start_utc, window.end_utc)
        for finding in findings
        if (app := finding.app or _RESIDUAL_OF.get(str(finding.facts.get("basis", ""))))
        for window in finding.windows
    ]
    if not rows:
        return marked
    windows = pd.DataFrame(rows, columns=["line", "app", "start_utc", "end_utc"])
    windows["pair"] = facts.pair(windows["line"].tolist(), windows["app"].tolist())
    windows = windows[windows["pair"] >= 0]
    merged = Groups.of(merge_spans(windows, ["pair"], gap=pd.Timedelta(0)))
    pair = merged.first(windows["pair"]).to_numpy()
    mine = np.flatnonzero(np.isin(pieces["pair"].to_numpy(), pair))
    found = inside(
        pieces["pair"].to_numpy()[mine],
        micros(pieces["mid_utc"].iloc[mine]),
        pair,
        merged.frame(bounds(merged, windows)),
    )
    marked[mine[found != NOWHERE]] = True
    return marked


def _spoken_of(facts: Facts, findings: Sequence[Finding]) -> list[Flags]:
    """Mark the pieces each finding speaks of; those on screen only where it speaks of all."""
    if facts.evidence.screen.empty:
        return [np.zeros(0, dtype=bool)] * len(findings)
    unseen = ~facts.pieces["on_screen"].to_numpy()
    return [_named(facts, [one]) & (unseen | bool(one.facts.get("whole"))) for one in findings]


def _place(finding: Finding, *, in_money: bool) -> tuple[int, float, float, str, str, str, str]:
    money = float(finding.cost or 0) if in_money else 0.0
    return (
        -RANK[finding.severity],
        -money * finding.confidence,
        -finding.bytes * finding.confidence,
        finding.rule,
        finding.line,
        finding.app,
        finding.start_utc.isoformat(),
    )
