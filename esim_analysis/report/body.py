"""What the report tells in one language: the answer, the bill, what explains it, the sources."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from typing import Any, Final

import pandas as pd
from markupsafe import Markup

from esim_analysis.billing import Account
from esim_analysis.explorer import Share
from esim_analysis.explorer.hosts import networks_told
from esim_analysis.i18n import Words
from esim_analysis.model import RESIDUALS, UNATTRIBUTED, Analysis, Reconciliation
from esim_analysis.report import pictures, provenance
from esim_analysis.report.card import Hosts, cards
from esim_analysis.report.hosts_table import host_rows
from esim_analysis.report.hours_table import week
from esim_analysis.report.money import money
from esim_analysis.report.names import OTHERS, app_name, named
from esim_analysis.report.offset_picture import offset_picture, offset_sentence
from esim_analysis.report.reconciliation import ReconciliationText, picture, step_rows, tell
from esim_analysis.report.redaction import redacted, told_apps
from esim_analysis.report.rows_text import largest_rows
from esim_analysis.report.shares import app_totals, day_statuses, day_table, leading_apps
from esim_analysis.report.sharing import contents
from esim_analysis.report.templates import LANGUAGE_TAGS, environment
from esim_analysis.report.todo import todo
from esim_analysis.report.told import Told
from esim_analysis.report.verdict import Verdict, explained_share, say, verdict

_COLOURED: Final = 6  # apps with a colour of their own; more cannot be told apart
_BARS: Final = 8
_LEAD_OPEN: Final = 3  # sentences before the verdict; the others are one press away

Lead = Callable[[Words], Told]


@dataclass(frozen=True, slots=True)
class Shared:
    """What is the same in every language: what a file may tell, the plan, bill beside phone."""

    share: Share
    redact: bool
    left_out: tuple[str, ...]
    account: Account | None
    lead: Lead | None
    reconciled: Reconciliation | None
    rows: pd.DataFrame  # as `billed_rows` returns them


def body(analysis: Analysis, words: Words, shared: Shared) -> dict[str, Markup]:
    """Return what the page tells in one language: `head`, and `rest` below the view."""
    shown = redacted(analysis, words.lang) if shared.redact else named(analysis, words)
    numbers = verdict(shown)
    context = {
        **answer(shown, numbers, words, _hosts(shared)),
        **_bill(shown, numbers, words),
        **_details(analysis, words, shared),
        **_explained(analysis, shown, words, shared),
        **_provenance(shown, words),
        "lead": shared.lead(words) if shared.lead else None,
        "lead_open": _LEAD_OPEN,
        "money": money(shared.account, shown, words) if shared.account else None,
    }
    template = environment().get_template("body.html")
    return {
        part: Markup(template.render(context, part=part))  # noqa: S704 - escaped by the template
        for part in ("head", "rest")
    }


def _hosts(shared: Shared) -> Hosts:
    """Return how far the share level lets findings name hosts."""
    if shared.redact or "domains" in shared.left_out:
        return ""
    return "domains" if "hosts" in shared.left_out else "hosts"


def answer(analysis: Analysis, numbers: Verdict, words: Words, hosts: Hosts = "") -> dict[str, Any]:
    """Return the verdict, what to do about it and the cards of the findings."""
    return {
        "t": words.say,
        "words": words,
        "lang": LANGUAGE_TAGS[words.lang],
        "verdict": numbers,
        "explained": explained_share(numbers, words),
        "said": say(numbers, words),
        "cards": cards(analysis, words, hosts=hosts),
        "todo": todo(analysis, words),
    }


def _bill(analysis: Analysis, numbers: Verdict, words: Words) -> dict[str, Any]:
    first = numbers.top.app if numbers.top else ""
    apps = leading_apps(analysis.attribution, count=_COLOURED, first=first)
    look = pictures.looks(apps)
    name = partial(app_name, analysis.evidence.labels, words=words)
    totals = app_totals(analysis.attribution)
    days = day_table(analysis.attribution, keep=[app for app in apps if app != OTHERS])
    return {
        "name": name,
        "reconciled": _reconciled(analysis, numbers),
        "totals": _rows(totals),
        "days": days,
        "days_picture": _days_picture(analysis, days, look, name, words),
        "apps_picture": _apps_picture(totals, look, name, words),
    }


def _details(analysis: Analysis, words: Words, shared: Shared) -> dict[str, Any]:
    """Return what only some levels tell: every hour, and hosts."""
    some = bool(len(analysis.usage.frame))
    full = "hosts" not in shared.left_out
    named = (
        host_rows(analysis, words.lang, full=full)
        if some and "domains" not in shared.left_out
        else None
    )
    return {
        "week": week(analysis, words) if some and "hours" not in shared.left_out else None,
        "hosts": named,
        "networks": networks_told((row["host"] for row in named or ()), analysis.knowledge),
        "share": shared.share,
        "contains": contents(shared.left_out),
        "left_out": shared.left_out,
    }


def _explained(analysis: Analysis, shown: Analysis, words: Words, shared: Shared) -> dict[str, Any]:
    """Return why bill and phone differ, and what explains the largest rows."""
    if analysis.usage.frame.empty:
        return {"why": None, "rows": []}
    labels = told_apps(analysis, words.lang) if shared.redact else shown.evidence.labels
    name = partial(app_name, labels, words=words)
    hours = "hours" not in shared.left_out
    return {
        "why": why(tell(shared.reconciled, analysis, words, name=name))
        if shared.reconciled
        else None,
        "rows": largest_rows(shared.rows, analysis.findings, words, name=name, hours=hours),
    }


def why(told: ReconciliationText) -> dict[str, Any]:
    """Return why bill and phone differ: the steps between them and every tested cause."""
    return {
        "headline": told.headline,
        "picture": picture(told.found, told.words),
        "steps": step_rows(told.found, told.words),
        "tests": told.tests,
        "fits": len(told.causes),
        "clock": offset_picture(told.clock, told.found, told.words),
        "clock_said": offset_sentence(told.clock, told.words),
    }


def _provenance(analysis: Analysis, words: Words) -> dict[str, Any]:
    return {
        "files": provenance.files_read(analysis, words),
        "problems": provenance.problems(analysis, words),
        "decisions": provenance.case_decisions(analysis, words),
        "notes": provenance.case_notes(analysis, words),
        "tables": provenance.tables_used(analysis, words),
        "unanswered": [
            words.say(key) for key in dict.fromkeys(key for _, key in analysis.not_answered)
        ],
        "version": version("esim-analysis"),
    }


def _days_picture(
    analysis: Analysis,
    days: pd.DataFrame,
    look: dict[str, str],
    name: pictures.Name,
    words: Words,
) -> Markup | None:
    if days.empty:
        return None
    statuses = day_statuses(analysis.attribution)
    return pictures.days_picture(days, statuses=statuses, look=look, name=name, words=words)


def _apps_picture(
    totals: pd.DataFrame, look: dict[str, str], name: pictures.Name, words: Words
) -> Markup | None:
    apps = totals[~totals["app"].isin(RESIDUALS)].head(_BARS)
    rest = totals[totals["app"] == UNATTRIBUTED]
    shown = pd.concat([apps, rest])
    shown = shown[shown["bytes"] > 0]
    if shown.empty:
        return None
    return pictures.apps_picture(shown, look=look, name=name, words=words)


def _reconciled(analysis: Analysis, numbers: Verdict) -> list[dict[str, Any]]:
    """Return the parts of the bill: they sum to it, to the byte."""
    sums = analysis.attribution.by_record[["attributed", *RESIDUALS]].sum()
    return [
        {
            "part": part,
            "bytes": int(sums[part]),
            "share": int(sums[part]) / numbers.billed if numbers.billed else 0.0,
        }
        for part in ("attributed", *RESIDUALS)
    ]


def _rows(totals: pd.DataFrame) -> list[dict[str, Any]]:
    shown = totals[totals["bytes"] != 0]
    return [dict(zip(shown.columns, row, strict=True)) for row in shown.to_numpy().tolist()]
