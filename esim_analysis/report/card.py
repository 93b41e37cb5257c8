"""A finding as a card: what was seen, how sure, what else it may be, which switch."""

from dataclasses import dataclass
from functools import partial
from typing import Literal

from markupsafe import Markup

from esim_analysis.i18n import Words
from esim_analysis.i18n.findings import FindingText, describe
from esim_analysis.model import Analysis, Finding
from esim_analysis.report.clock_picture import clock_picture
from esim_analysis.report.moments import when
from esim_analysis.report.names import app_name, line_names
from esim_analysis.report.verdict_numbers import quality_word


@dataclass(frozen=True, slots=True)
class Card:
    """One finding, ready to be shown; every field is text safe for a page."""

    number: int
    severity: str
    severity_word: str
    quality: str
    quality_word: str
    app: str
    line: str
    bytes: str
    band: str
    cost: str
    when: str
    told: FindingText
    picture: Markup | None


Hosts = Literal["", "domains", "hosts"]


def cards(analysis: Analysis, words: Words, *, hosts: Hosts = "") -> list[Card]:
    """Return the findings as cards, in the order of the screen.

    `hosts` names the leading hosts beside what was seen: on the user's own screen, or
    where the share level of a file says so.
    """
    return [_card(finding, number, analysis, words, hosts)
            for number, finding in enumerate(analysis.findings, start=1)]  # fmt: skip


def _card(finding: Finding, number: int, analysis: Analysis, words: Words, hosts: Hosts) -> Card:
    name = partial(app_name, analysis.evidence.labels, words=words)
    app = name(finding.app) if finding.app else ""
    quality = quality_word(finding, analysis)
    lines = line_names(analysis)
    return Card(
        number=number,
        severity=str(finding.severity),
        severity_word=words.say(f"report.severity_{finding.severity}"),
        quality=quality,
        quality_word=words.say(f"report.quality_{quality}"),
        app=app,
        line=lines.get(finding.line, "") if len(lines) > 1 else "",
        bytes=words.volume(finding.bytes),
        band=words.band(finding.bytes_low, finding.bytes_high)
        if finding.bytes_low != finding.bytes_high
        else "",
        # Inside an allowance nothing is charged, which is not to say that it cost nothing.
        cost=words.money(finding.cost, finding.currency) if finding.cost else "",
        when=when(finding.windows, words),
        told=describe(finding, words, name, hosts=hosts),
        picture=clock_picture(
            finding, number=number, app=app or words.say("report.bill"), words=words
        ),
    )
