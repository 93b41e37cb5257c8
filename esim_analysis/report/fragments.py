"""Pieces of the report for the output of a notebook cell."""

from typing import Literal

from esim_analysis.i18n import Words
from esim_analysis.model import Analysis
from esim_analysis.report.body import answer, why
from esim_analysis.report.reconciliation import ReconciliationText
from esim_analysis.report.templates import LANGUAGE_TAGS, environment, style
from esim_analysis.report.verdict import verdict


def fragment(analysis: Analysis, *, words: Words, part: Literal["verdict", "findings"]) -> str:
    """Return a piece of the report for the output of a notebook cell."""
    template = environment().get_template("fragment.html")
    return template.render(
        answer(analysis, verdict(analysis), words, hosts="hosts"), part=part, style=style()
    )


def reconciliation_fragment(told: ReconciliationText) -> str:
    """Return a reconciliation as the output of a notebook cell."""
    template = environment().get_template("fragment.html")
    words = told.words
    return template.render(
        t=words.say,
        lang=LANGUAGE_TAGS[words.lang],
        why=why(told),
        part="reconciliation",
        style=style(),
    )
