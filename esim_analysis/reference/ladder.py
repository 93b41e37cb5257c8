"""The ladder of evidence: minutes a rung costs, and what it answers in the laboratory.

Minutes are estimates of somebody who has not done it before. Shares are medians over the
lives of `benchmarks/evidence_ladder.py`, which writes them; a rung the laboratory cannot
climb carries an estimate, marked so.
"""

from dataclasses import dataclass
from functools import cache

from esim_analysis.reference.tables import table


@dataclass(frozen=True, slots=True)
class Rung:
    """One kind of evidence.

    Attributes
    ----------
    minutes
        Of effort, waiting not counted.
    answered
        Share of the billed bytes of a gap that it names or dates, 0 to 1.
    measured
        False: an estimate.
    """

    id: str
    minutes: int
    answered: float
    measured: bool


@cache
def ladder() -> dict[str, Rung]:
    """Return the rungs by id."""
    return {
        row["rung"]: Rung(
            id=row["rung"],
            minutes=int(row["minutes"]),
            answered=float(row["answered"]),
            measured=row["origin"] == "measured",
        )
        for row in table("ladder")
    }
