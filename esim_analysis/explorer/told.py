"""Findings and sentences as the view tells them: every language inside, nothing to look up."""

import json
from functools import cache
from importlib.resources import files
from typing import Any, Final

from esim_analysis.explorer.cells import Detail
from esim_analysis.explorer.names import Apps
from esim_analysis.i18n import LANGUAGES, Words
from esim_analysis.i18n.findings import describe
from esim_analysis.model import Analysis, Finding

_MOST: Final = 40
_PARTS: Final = (
    "title",
    "observation",
    "explanation",
    "doubts",
    "remedy",
    "search_word",
    "breaks",
    "saving",
)


@cache
def catalogue() -> dict[str, dict[str, Any]]:
    """Return the sentences of the view, without their `explorer.` prefix, by language."""
    folder = files("esim_analysis.i18n").joinpath("catalogues")
    return {
        lang: {
            key.removeprefix("explorer."): entry
            for key, entry in json.loads(
                folder.joinpath(lang, "explorer.json").read_text(encoding="utf-8")
            ).items()
        }
        for lang in LANGUAGES
    }


def findings(
    analysis: Analysis,
    apps: Apps,
    names: dict[str, list[str]],
    lines: dict[str, str],
    shown: Detail,
) -> list[dict[str, Any]]:
    """Return the findings as the view shows them, most at stake first, at most forty.

    `hours` are half-open ranges of hours; `spans` the exact seconds behind them.
    """
    told = zip(analysis.findings[:_MOST], shown.windows[:_MOST], strict=True)
    return [
        {
            "rule": finding.rule,
            "severity": str(finding.severity),
            "confidence": round(finding.confidence, 3),
            "line": lines.get(finding.line, ""),
            "app": apps.ids.index(finding.app) if finding.app in apps.ids else -1,
            "hours": [list(hours) for hours in ranges],
            "spans": [
                [int(window.start_utc.timestamp()), int(window.end_utc.timestamp())]
                for window in finding.windows
            ],
            "bytes": finding.bytes,
            "low": finding.bytes_low,
            "high": finding.bytes_high,
            "cost": str(finding.cost) if finding.cost else "",
            "currency": finding.currency,
            "said": {lang: _said(finding, analysis, apps, names, lang) for lang in LANGUAGES},
        }
        for finding, ranges in told
    ]


def _said(
    finding: Finding, analysis: Analysis, apps: Apps, names: dict[str, list[str]], lang: str
) -> dict[str, str]:
    known = dict(zip(apps.ids, names[lang], strict=True))

    def name(app: str) -> str:
        return known.get(app, known["others"])

    told = describe(finding, Words(lang, analysis.zone), name)
    return {part: getattr(told, part) for part in _PARTS}
