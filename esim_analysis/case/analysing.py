"""The layers, run once over what was read."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from esim_analysis import attribution, billing, leakage
from esim_analysis.i18n import Words
from esim_analysis.importers.reading import Reading
from esim_analysis.model import (
    Analysis,
    Choice,
    Decision,
    Evidence,
    Finding,
    UsageRecords,
    redecide,
)
from esim_analysis.model.knowledge import NO_KNOWLEDGE, Knowledge
from esim_analysis.model.plan import Plan
from esim_analysis.model.steps import step
from esim_analysis.model.zone import case_zone, names_place
from esim_analysis.reference import app_categories, app_labels


@dataclass(frozen=True, slots=True)
class Settled:
    """What is decided once for all lines of the files.

    Attributes
    ----------
    overruling
        Source -> how its file is read where the phones contradict its first reading.
    zone
        Zone of the days.
    overhead
        Billed bytes per phone byte; None: estimated from the lines analysed.
    """

    overruling: Mapping[str, Decision]
    zone: Choice
    overhead: attribution.Estimate | None = None


def settle(usage: UsageRecords, evidence: Evidence, *, timezone: str | None) -> Settled:
    """Ask the phones how the files are to be read, and whose days are told."""
    told = dict(usage.decisions)
    zone = case_zone(told.values(), timezone=timezone, phone_zone=evidence.phone_zone)
    overruling = attribution.propose(usage, evidence, zone=zone)
    told |= overruling
    better = case_zone(told.values(), timezone=timezone, phone_zone=evidence.phone_zone)
    # A bill whose clock is off by hours does not move the people it is about.
    return Settled(overruling, better if names_place(better.value) else zone)


def analyse(  # noqa: PLR0913 - the files, and what a user said of them
    reading: Reading,
    *,
    timezone: str | None,
    lang: str,
    plan: Plan | None = None,
    rules: leakage.OwnRules | None = None,
    knowledge: Knowledge = NO_KNOWLEDGE,
    overhead: tuple[float, float] | None = None,
    settled: Settled | None = None,
) -> Analysis:
    """Run the layers once: clocks and units, attribution, coverage, money, rules.

    `settled` is what more lines than these decided already; None: these decide.
    """
    step("dividing")
    usage, evidence = reading.usage, reading.evidence
    settled = settled or settle(usage, evidence, timezone=timezone)
    mine = {s: told for s, told in settled.overruling.items() if s in usage.decisions}
    overruled = {source: usage.decisions[source] for source in mine}
    for source, decision in mine.items():
        usage = redecide(usage, source, decision)
    classes = () if plan is None else attribution.zero_rated_class(usage, plan.allowances)
    divided = attribution.attribute(
        usage,
        evidence,
        zone=settled.zone,
        overhead=overhead or settled.overhead,
        classes=classes,
    )
    coverage = attribution.coverage(usage, evidence, divided)
    step("judging")
    facts = leakage.Facts(
        usage=usage if plan is None else billing.costed(usage, plan, divided),
        attribution=divided,
        evidence=evidence,
        coverage=coverage,
        categories=app_categories(evidence.frame["app"].unique()),
        places=None if plan is None else billing.held(usage, plan),
        terms=rules,
        knowledge=knowledge,
    )
    analysis = Analysis(
        usage=usage,
        evidence=evidence,
        attribution=divided,
        coverage=coverage,
        findings=tuple(_noted(finding, knowledge) for finding in leakage.find(facts)),
        problems=reading.problems,
        not_answered=leakage.not_answered(facts),
        lines=reading.lines,
        overruled=overruled,
        knowledge=knowledge,
    )
    return name_apps(analysis, lang)


def _noted(finding: Finding, knowledge: Knowledge) -> Finding:
    """Put beside a finding what a list of the user's says of its app."""
    note = knowledge.apps.get(finding.app)
    return replace(finding, facts={**finding.facts, "app_note": note}) if note else finding


def name_apps(analysis: Analysis, lang: str) -> Analysis:
    """Return the analysis with the apps named in a language."""
    apps = analysis.evidence.frame["app"].unique()
    labels = {**app_labels(apps, lang), **Words(lang).app_names(apps)}
    return replace(analysis, evidence=replace(analysis.evidence, labels=labels))
