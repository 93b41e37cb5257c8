"""Findings: what a rule saw, how much it matters, how sure it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

import pandas as pd


class Severity(StrEnum):
    """How much a finding matters; never merged with confidence."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Window:
    """A half-open span of time, UTC, and the bytes in it."""

    start_utc: pd.Timestamp
    end_utc: pd.Timestamp
    bytes: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One cause of one app on one line, with its windows inside.

    Texts are not stored: `rule` and `facts` are what the i18n catalogues turn
    into observation, explanation, "what would change our mind" and remedy, in any
    language.

    Attributes
    ----------
    app
        As in `attribution_day.csv`; `""` where only the bill speaks.
    bytes, bytes_low, bytes_high
        Billed bytes with their band.
    cost, currency
        Share of the money billed, None and "" where the bill has none.
    remedy
        Key of a remedy in the catalogues, by platform.
    facts
        Numbers and names the sentences need (JSON-plain values).
    evidence_rows
        `source:row` of the facts it rests on, at most fifty.
    """

    rule: str
    severity: Severity
    confidence: float
    line: str
    app: str
    windows: tuple[Window, ...]
    bytes: int
    bytes_low: int
    bytes_high: int
    cost: Decimal | None = None
    currency: str = ""
    remedy: str = ""
    facts: Mapping[str, str | int | float] = field(default_factory=dict)
    evidence_rows: tuple[str, ...] = ()

    @property
    def start_utc(self) -> pd.Timestamp:
        """Return the start of the first window."""
        return min(window.start_utc for window in self.windows)

    @property
    def end_utc(self) -> pd.Timestamp:
        """Return the end of the last window."""
        return max(window.end_utc for window in self.windows)
