"""Clock: whether the bill's times run ahead of or behind the phone's."""

from typing import Final

import numpy as np

from esim_analysis.attribution.hypotheses.sides import Facts, Sides
from esim_analysis.model import ClockCheck, Hypothesis
from esim_analysis.model.reconciliation import CANNOT_TELL, CONTRADICTS, EXPLAINS

CAUSE: Final = "clock"
_WORTH: Final = 0.1  # of the bill, that must meet after moving and did not before
_CLEAR: Final = 0.1  # margin over every offset whole hours away, as the check itself asks for


def test(sides: Sides) -> Hypothesis:
    """Slide the bill along the phone's curve and see at which offset they meet."""
    check = sides.attribution.clock
    moved = [
        source
        for source, before in sides.overruled.items()
        if before.zone.value != sides.usage.decisions[source].zone.value
    ]
    if moved and check.verdict == "agrees":
        offset = _applied(sides, moved[0])
        volume = _gain(check, sides.billed, offset)
        return _found("settled", "settled", volume, {"minutes": offset})
    facts: Facts = {"minutes": check.offset_minutes}
    if check.verdict == "shifted":
        volume = _gain(check, sides.billed, 0)
        if volume < _WORTH * sides.billed:
            return Hypothesis(cause=CAUSE, verdict=CANNOT_TELL, outcome="hardly", facts=facts)
        return _found("shifted", "unattributed", volume, facts)
    if check.verdict == "agrees":
        return Hypothesis(cause=CAUSE, verdict=CONTRADICTS, outcome="agrees", facts=facts)
    about, volume = _about(check), _gain(check, sides.billed, 0)
    if about and volume >= _WORTH * sides.billed:
        return _found("about", "unattributed", volume, {"minutes": about})
    return Hypothesis(cause=CAUSE, verdict=CANNOT_TELL, outcome="open", facts=facts)


def _found(outcome: str, part: str, volume: int, facts: Facts) -> Hypothesis:
    return Hypothesis(
        cause=CAUSE,
        verdict=EXPLAINS,
        outcome=outcome,
        part=part,
        bytes=volume,
        low=volume,
        high=volume,
        facts=facts,
    )


def _about(check: ClockCheck) -> int:
    """Return the whole hour (in minutes) where only its quarter is open; 0 where the hour is, too."""
    if check.scores.empty or not check.margin > _CLEAR:
        return 0
    best = check.scores["offset_minutes"].iloc[int(check.scores["score"].argmin())]
    return 60 * round(float(best) / 60)


def _applied(sides: Sides, source: str) -> int:
    """Return by how many minutes a file was moved (first reading minus the present one)."""
    frame = sides.usage.frame
    mine = frame[(frame["source"] == source) & frame["start_local"].notna()]
    if mine.empty:
        return 0
    local = mine["start_local"].dt.tz_localize(
        sides.overruled[source].zone.value, ambiguous="NaT", nonexistent="NaT"
    )
    apart = (mine["start_utc"] - local.dt.tz_convert("UTC")).median()
    return -round(float(apart.total_seconds()) / 60)


def _gain(check: ClockCheck, billed: int, offset: int) -> int:
    """Return the bytes that meet at the best offset and did not at another."""
    scores = check.scores
    if scores.empty:
        return 0
    near = int(np.abs(scores["offset_minutes"].to_numpy() - offset).argmin())
    score = scores["score"].to_numpy(dtype=np.float64)
    gained = float(score[near] - score.min())
    return round(min(max(gained, 0.0), 1.0) * billed)
