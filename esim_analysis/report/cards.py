"""Verdict and findings as a notebook shows them."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import overload

from esim_analysis.i18n import Words
from esim_analysis.model import Analysis, Finding
from esim_analysis.report.card import Card, cards
from esim_analysis.report.fragments import fragment


def verdict_html(analysis: Analysis, words: Words) -> str:
    """Return the verdict as the output of a notebook cell."""
    return fragment(analysis, words=words, part="verdict")


class Findings(Sequence[Finding]):
    """What the rules found, most at stake first; a sequence of `Finding`."""

    def __init__(self, analysis: Analysis, words: Words) -> None:
        self._analysis = analysis
        self._words = words

    def __len__(self) -> int:
        """Return how many findings there are."""
        return len(self._analysis.findings)

    @overload
    def __getitem__(self, place: int) -> Finding: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Finding, ...]: ...
    def __getitem__(self, place: int | slice) -> Finding | tuple[Finding, ...]:
        """Return the finding in a place, 0 first."""
        return self._analysis.findings[place]

    def __iter__(self) -> Iterator[Finding]:
        """Walk through the findings."""
        return iter(self._analysis.findings)

    def what_to_do(self) -> "Steps":
        """Return the remedies, one a finding, in the words of the reader."""
        remedies = [card.told.remedy for card in self._cards()]
        return Steps(dict.fromkeys(remedy for remedy in remedies if remedy))

    def __repr__(self) -> str:
        """Return one line a finding."""
        lines = [f"{card.number}. {card.told.observation}" for card in self._cards()]
        return "\n".join(lines) or self._words.say("report.no_findings")

    def _repr_html_(self) -> str:
        return fragment(self._analysis, words=self._words, part="findings")

    def _cards(self) -> list[Card]:
        return cards(self._analysis, self._words)


class Steps(tuple[str, ...]):
    """What to do, in the order of what it saves; a numbered list on every screen."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Return one numbered line a step."""
        return "\n".join(f"{number}. {step}" for number, step in enumerate(self, start=1))

    def _repr_html_(self) -> str:
        return f"<ol>{''.join(f'<li>{escape(step)}</li>' for step in self)}</ol>"
