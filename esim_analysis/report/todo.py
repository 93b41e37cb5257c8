"""What to do now: at most five switches, the one that saves most first, as text to copy."""

from dataclasses import dataclass, replace
from functools import partial
from html import escape
from typing import Final

from esim_analysis.i18n import Words
from esim_analysis.i18n.findings import describe
from esim_analysis.model import Analysis, Finding, Severity
from esim_analysis.report.names import app_name

MOST: Final = 5


@dataclass(frozen=True, slots=True)
class Step:
    """One switch: what to do, the word to search for, what breaks, what it saves."""

    remedy: str
    search_word: str
    breaks: str
    why: str
    saves: str
    bytes: int


@dataclass(frozen=True, slots=True)
class ToDo:
    """One page: `str()` is the text to copy, a notebook shows it as a list."""

    title: str
    steps: tuple[Step, ...]
    closing: str

    def __str__(self) -> str:
        """Return the page as plain text."""
        lines = [self.title, ""]
        for number, step in enumerate(self.steps, start=1):
            lines += [f"{number}. {step.remedy}", *(f"   {more}" for more in _more(step)), ""]
        return "\n".join([*lines, self.closing])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        items = "".join(
            f"<li><p>{escape(step.remedy)}</p><p><small>"
            f"{'<br>'.join(escape(more) for more in _more(step))}</small></p></li>"
            for step in self.steps
        )
        return (
            f"<section><h2>{escape(self.title)}</h2><ol>{items}</ol>"
            f"<p>{escape(self.closing)}</p></section>"
        )


def todo(analysis: Analysis, words: Words) -> ToDo:
    """Return the switches worth turning, in the order of what they save.

    Findings that were wanted, that only observe, or whose cause the bill alone suspects
    name no switch. Two findings with one switch are one step: their bytes are added.
    """
    steps: dict[str, Step] = {}
    for finding in analysis.findings:
        if _names_switch(finding):
            step = _step(finding, analysis, words)
            known = steps.get(step.remedy)
            adds = bool(finding.facts.get("explains", 1))
            steps[step.remedy] = _joined(known, step, adds=adds, words=words) if known else step
    ordered = sorted(steps.values(), key=lambda step: -step.bytes)[:MOST]
    key = "closing" if ordered else "nothing"
    return ToDo(words.say("todo.title"), tuple(ordered), words.say(f"todo.{key}"))


def _names_switch(finding: Finding) -> bool:
    facts = finding.facts
    saves = bool(facts.get("saves", int(bool(finding.app))))
    return saves and not facts.get("attended") and finding.severity is not Severity.INFO


def _step(finding: Finding, analysis: Analysis, words: Words) -> Step:
    told = describe(finding, words, partial(app_name, analysis.evidence.labels, words=words))
    return Step(
        remedy=told.remedy,
        search_word=words.say("todo.search", word=told.search_word) if told.search_word else "",
        breaks=told.breaks,
        why=words.say("todo.why", finding=told.title),
        saves=words.say("todo.saves", volume=words.volume(finding.bytes)),
        bytes=finding.bytes,
    )


def _joined(one: Step, other: Step, *, adds: bool, words: Words) -> Step:
    """Put two findings with one switch together; what one may hold of the other counts once."""
    total = one.bytes + other.bytes if adds else max(one.bytes, other.bytes)
    return replace(one, bytes=total, saves=words.say("todo.saves", volume=words.volume(total)))


def _more(step: Step) -> list[str]:
    return [text for text in (step.search_word, step.why, step.saves, step.breaks) if text]
