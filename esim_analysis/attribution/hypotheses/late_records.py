"""Late records: whether the phone went on after the last record the operator has posted."""

from typing import Final

from esim_analysis.attribution.hypotheses.sides import HOUR, NOTABLE, Sides, whole
from esim_analysis.model import Hypothesis
from esim_analysis.model.reconciliation import CANNOT_TELL, CONTRADICTS, EXPLAINS

CAUSE: Final = "late_records"
_LATE: Final = 72 * HOUR  # operators post records hours to two days late; a day is granted


def test(sides: Sides) -> Hypothesis:
    """Sum what the phone saw after the last billed record of its line."""
    phone = sides.phone
    last = sides.records.groupby("line")["end"].max()
    since = phone["start"] - phone["line"].map(last)
    after = phone[since >= 0]
    volume = whole(after["seen"].sum() * sides.attribution.overhead.point)
    hours = round(float(since[since >= 0].max()) / HOUR, 1) if len(after) else 0.0
    facts = {"hours": hours, "after": volume}
    if volume <= NOTABLE * max(sides.seen, 1):
        return Hypothesis(
            cause=CAUSE, verdict=CONTRADICTS, outcome="none", part="phone", facts=facts
        )
    if hours * HOUR > _LATE:
        return Hypothesis(
            cause=CAUSE, verdict=CANNOT_TELL, outcome="later", part="phone", facts=facts
        )
    overhead = sides.attribution.overhead
    return Hypothesis(
        cause=CAUSE,
        verdict=EXPLAINS,
        outcome="tail",
        part="phone",
        bytes=volume,
        low=whole(after["seen"].sum() * overhead.low),
        high=whole(after["seen"].sum() * overhead.high),
        facts=facts,
    )
