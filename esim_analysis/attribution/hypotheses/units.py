"""Units: whether the volume was read in another base than it was written in."""

from dataclasses import replace
from typing import Final

from esim_analysis.attribution.hypotheses.sides import CENTRE, NOTABLE, USUAL, Facts, Sides
from esim_analysis.model import Decision, Hypothesis
from esim_analysis.model.reconciliation import CANNOT_TELL, CONTRADICTS, EXPLAINS
from esim_analysis.model.units import volume_bytes

CAUSE: Final = "units"
_MENDED: Final = 0.05  # of the bill: after a new reading no more may stay open
_NEAR: Final = 0.03  # how near to the usual ratio another reading must come
_OTHER: Final = {"1000": "1024", "1024": "1000"}


def test(sides: Sides) -> Hypothesis:
    """Read each file in the other base and compare bill ÷ phone with the usual ratio."""
    settled = _settled(sides)
    if settled is not None:
        return settled
    ratio = sides.ratio
    facts: Facts = {"ratio": round(ratio.point, 4)}
    best = min(
        (
            (abs(ratio.point * factor - CENTRE), factor, source)
            for source, factor in _factors(sides)
        ),
        default=None,
    )
    if not ratio.firm or best is None:
        outcome = "loose" if not ratio.firm else "declared"
        return Hypothesis(cause=CAUSE, verdict=CANNOT_TELL, outcome=outcome, facts=facts)
    _, factor, source = best
    other = ratio.point * factor
    facts |= {"other": round(other, 4), "file": source}
    if USUAL[0] <= ratio.point <= USUAL[1]:
        open_yet = USUAL[0] <= other <= USUAL[1]
        verdict = CANNOT_TELL if open_yet else CONTRADICTS
        return Hypothesis(
            cause=CAUSE, verdict=verdict, outcome="either" if open_yet else "usual", facts=facts
        )
    if abs(other - CENTRE) > _NEAR:
        return Hypothesis(cause=CAUSE, verdict=CONTRADICTS, outcome="no_reading", facts=facts)
    volume = round(sides.billed * abs(factor - 1.0))
    return Hypothesis(
        cause=CAUSE,
        verdict=EXPLAINS,
        outcome="other_base",
        part="overhead",
        bytes=volume,
        low=volume,
        high=volume,
        facts=facts,
    )


def _settled(sides: Sides) -> Hypothesis | None:
    """Return what a reading that the phone overruled already put right."""
    gained, files = 0.0, []
    for source, before in sides.overruled.items():
        now = sides.usage.decisions[source]
        if (before.unit.value, before.base.value) != (now.unit.value, now.base.value):
            gained += abs(_volume(sides, source, now) - _volume(sides, source, before))
            files.append(source)
    if not files:
        return None
    agrees = sides.gap <= _MENDED * sides.billed and float(sides.surplus.sum()) <= _MENDED * max(
        sides.seen, 1
    )
    volume = round(gained) if agrees and gained > NOTABLE * sides.billed else 0
    return Hypothesis(
        cause=CAUSE,
        verdict=EXPLAINS if volume else CANNOT_TELL,
        outcome="settled" if volume else "still_apart",
        part="settled",
        bytes=volume,
        low=volume,
        high=volume,
        facts={"file": files[0], "ratio": round(sides.ratio.point, 4)},
    )


def _factors(sides: Sides) -> list[tuple[str, float]]:
    """Return, for each file that holds most of the bill, what the other base makes of it."""
    return [
        (source, _volume(sides, source, _rebased(decision)) / now)
        for source, decision in sides.usage.decisions.items()
        if decision.base.value in _OTHER
        and decision.unit.value != "B"
        and (now := _volume(sides, source, decision)) > sides.billed / 2
    ]


def _rebased(decision: Decision) -> Decision:
    return replace(decision, base=replace(decision.base, value=_OTHER[decision.base.value]))


def _volume(sides: Sides, source: str, decision: Decision) -> float:
    raw = sides.usage.frame.loc[sides.usage.frame["source"] == source, "raw_volume"]
    read = volume_bytes(raw, unit=decision.unit.value, base=int(decision.base.value))
    return float(read.sum()) if read.notna().any() else 0.0
