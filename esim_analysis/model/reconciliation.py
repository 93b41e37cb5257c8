"""Bill and phone reconciled: what was tested, what it said, and what stays open."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import pandas as pd

from esim_analysis.model.errors import FrameError
from esim_analysis.model.frames import BYTES, TEXT, Schema, conform

EXPLAINS: Final = "explains"
CONTRADICTS: Final = "contradicts"
CANNOT_TELL: Final = "cannot_tell"
_VERDICTS: Final = (EXPLAINS, CANNOT_TELL, CONTRADICTS)
STEPS: Final[Schema] = {
    "step": TEXT,  # billed | seen | overhead | rounding | conflict | a cause | rest
    "kind": TEXT,  # total | explained | possible | rest
    "bytes": BYTES,
    "bytes_low": BYTES,
    "bytes_high": BYTES,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hypothesis:
    """One named cause put to the test.

    Attributes
    ----------
    cause
        `"units"`, `"clock"`, …: a file of `attribution/hypotheses`.
    verdict
        `"explains"` (what was seen is what this cause would do), `"contradicts"`, or
        `"cannot_tell"`.
    outcome
        Which sentence says what was seen, `reconciliation.<cause>_<outcome>`.
    part
        Where its bytes are: in what no app got (`"unattributed"`), in the metering
        overhead (`"overhead"`), in either (`"either"`), on the phone's side only
        (`"phone"`), or put right already (`"settled"`).
    bytes, low, high
        What it accounts for, 0 unless it explains.
    facts
        Numbers and names the sentence needs (JSON-plain values).
    """

    cause: str
    verdict: str
    outcome: str
    part: str = "unattributed"
    bytes: int = 0
    low: int = 0
    high: int = 0
    facts: Mapping[str, str | int | float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a verdict that is none."""
        if self.verdict not in _VERDICTS:
            raise FrameError.broken_rule("tested causes", "verdict is one of its words", 1)


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Why bill and phone differ, as far as the evidence supplied can say.

    Attributes
    ----------
    billed, seen, surplus
        Bytes billed; of the phone on the billed lines; and seen by the phone in billed
        time without being billed.
    tests
        Every cause, those that explain first: what would spoil the other tests before
        what would not, then by bytes.
    steps
        `STEPS`: from billed, through what is explained, to what is not; the steps
        between `billed` and `rest` sum to the difference, to the byte.
    """

    billed: int
    seen: int
    surplus: int
    tests: tuple[Hypothesis, ...]
    steps: pd.DataFrame

    def __post_init__(self) -> None:
        """Check the contract, and that no byte was lost or found."""
        steps = conform(self.steps, STEPS, what="steps of a reconciliation")
        object.__setattr__(self, "steps", steps)
        if int(steps.loc[steps["kind"] != "total", "bytes"].sum()) != self.billed:
            raise FrameError.broken_rule("reconciliation", "its steps sum to the bill", 1)

    @property
    def causes(self) -> tuple[Hypothesis, ...]:
        """The causes that explain something, the first one first."""
        return tuple(test for test in self.tests if test.verdict == EXPLAINS)

    @property
    def unexplained(self) -> int:
        """Bytes not explained by the evidence supplied."""
        return int(self.steps.loc[self.steps["step"] == "rest", "bytes"].sum())
