"""What leaves the analysis: tables, verdict, one offline HTML file."""

from esim_analysis.report.cards import Findings, verdict_html
from esim_analysis.report.html import render
from esim_analysis.report.sharing import SHARE_LEVELS
from esim_analysis.report.tables import write_tables
from esim_analysis.report.verdict import Sentences, Verdict, say, verdict

__all__ = [
    "SHARE_LEVELS",
    "Findings",
    "Sentences",
    "Verdict",
    "render",
    "say",
    "verdict",
    "verdict_html",
    "write_tables",
]
