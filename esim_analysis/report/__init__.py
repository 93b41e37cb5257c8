"""What leaves the analysis: tables, verdict, one offline HTML file."""

from esim_analysis.report.findings_view import Findings
from esim_analysis.report.html import Share, fragment, render
from esim_analysis.report.saying import Sentences, say
from esim_analysis.report.tables import write_tables
from esim_analysis.report.verdict import Verdict, verdict

__all__ = [
    "Findings",
    "Sentences",
    "Share",
    "Verdict",
    "fragment",
    "render",
    "say",
    "verdict",
    "write_tables",
]
