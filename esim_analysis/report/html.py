"""The report: one HTML file, complete without network and without scripts."""

from functools import cache, partial
from importlib.metadata import version
from importlib.resources import files
from typing import Any, Final, Literal

import pandas as pd
from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from esim_analysis.i18n import Words
from esim_analysis.model import RESIDUALS, UNATTRIBUTED, Analysis, UsageError
from esim_analysis.report import pictures, provenance
from esim_analysis.report.card import cards
from esim_analysis.report.names import app_name
from esim_analysis.report.shares import app_totals, day_statuses, day_table, leading_apps
from esim_analysis.report.verdict import Verdict, explained_share, say, verdict

SHARE_LEVELS: Final = ("apps", "apps-hourly", "domains", "full")
_COLOURED: Final = 6  # apps with a colour of their own; more cannot be told apart
_BARS: Final = 8
_LANGUAGE_TAGS: Final = {"en": "en", "es": "es", "zh": "zh-Hans"}


def render(analysis: Analysis, *, lang: str = "en", share: str = "apps") -> str:
    """Return the report of an analysis as one self-contained HTML page.

    Parameters
    ----------
    lang
        `"en"`, `"es"` or `"zh"`.
    share
        How much detail leaves the computer with the file. `"apps"`: names of apps;
        by day, and by hour only inside the windows of findings. `"apps-hourly"`,
        `"domains"` and `"full"` are accepted and show the same: this report draws
        no hours outside findings, no hosts and no raw rows at any level. Ids of
        persons or SIM cards are in no level.

    Raises
    ------
    UsageError
        The language or the share level is unknown.
    """
    if share not in SHARE_LEVELS:
        raise UsageError(f"unknown share level {share!r}; known are {', '.join(SHARE_LEVELS)}")
    words = Words(lang, analysis.zone)
    return _environment().get_template("template.html").render(_context(analysis, words))


def fragment(analysis: Analysis, *, words: Words, part: Literal["verdict", "findings"]) -> str:
    """Return a piece of the report for the output of a notebook cell."""
    template = _environment().get_template("fragment.html")
    return template.render(_context(analysis, words), part=part)


def _context(analysis: Analysis, words: Words) -> dict[str, Any]:
    numbers = verdict(analysis)
    first = numbers.top.app if numbers.top else ""
    apps = leading_apps(analysis.attribution, count=_COLOURED, first=first)
    look = pictures.looks(apps)
    name = partial(app_name, analysis.evidence.labels, words=words)
    totals = app_totals(analysis.attribution)
    days = day_table(analysis.attribution, keep=apps)
    return {
        "t": words.say,
        "words": words,
        "name": name,
        "look": look,
        "lang": _LANGUAGE_TAGS[words.lang],
        "style": Markup(_read("style.css")),  # noqa: S704 - our own file
        "verdict": numbers,
        "explained": explained_share(numbers, words),
        "said": say(numbers, words),
        "cards": cards(analysis, words),
        "reconciled": _reconciled(analysis, numbers),
        "totals": _rows(totals),
        "days": days,
        "days_picture": _days_picture(analysis, days, look, name, words),
        "apps_picture": _apps_picture(totals, look, name, words),
        "files": provenance.files_read(analysis, words),
        "problems": provenance.problems(analysis),
        "decisions": provenance.case_decisions(analysis, words),
        "lines": int(analysis.usage.frame["line"].nunique()),
        "unanswered": [words.say(key) for _, key in analysis.not_answered],
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


@cache
def _environment() -> Environment:
    return Environment(
        loader=FunctionLoader(_read),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _read(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")
