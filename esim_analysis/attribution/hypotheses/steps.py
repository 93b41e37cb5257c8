"""The steps of the waterfall: from what was billed to what stays unexplained, byte for byte."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import pandas as pd

from esim_analysis.attribution.hypotheses import rounding
from esim_analysis.attribution.hypotheses.sides import Sides
from esim_analysis.model import ROUNDING, Hypothesis
from esim_analysis.model.reconciliation import EXPLAINS

Row = tuple[str, str, int, int, int]
_COLUMNS: Final = ("step", "kind", "bytes", "bytes_low", "bytes_high")


def steps(sides: Sides, tests: Iterable[Hypothesis]) -> pd.DataFrame:
    """Return `model.reconciliation.STEPS`.

    What apps got is the phone's own count and the overhead on it; a cause takes its
    bytes from where it lies, and never more than there are.
    """
    sums = sides.attribution.by_record[["attributed", "rounding", "conflict"]].sum()
    attributed = int(sums["attributed"])
    overhead = sides.attribution.overhead
    seen, most, least = (
        round(attributed / at) for at in (overhead.point, overhead.low, overhead.high)
    )
    causes = [_beyond(test, sides) for test in tests if test.verdict == EXPLAINS]
    from_gap = _taken(causes, ("unattributed", "either"), sides.gap)
    over = [replace(test, bytes=test.bytes - from_gap.get(test.cause, 0)) for test in causes]
    from_meter = _taken(over, ("overhead", "either"), max(attributed - seen, 0))
    meter = attributed - seen - sum(from_meter.values())
    named = sum(from_gap.values())
    low, high = sides.gap_band
    rest = sides.gap - named
    rows: list[Row] = [
        ("billed", "total", sides.billed, sides.billed, sides.billed),
        ("seen", "explained", seen, least, most),
        ("overhead", "explained", meter, attributed - most, attributed - least),
        _rounding(sides, int(sums["rounding"])),
        *(
            (test.cause, "possible", taken, min(test.low, taken), max(test.high, taken))
            for test in causes
            if (taken := from_gap.get(test.cause, 0) + from_meter.get(test.cause, 0))
        ),
        _exact("conflict", int(sums["conflict"])),
        ("rest", "rest", rest, max(min(low - named, rest), 0), max(high - named, rest)),
    ]
    kept = [row for row in rows if row[2] or row[1] in ("total", "rest")]
    table = pd.DataFrame(kept, columns=list(_COLUMNS))
    return table.assign(
        bytes_low=table[["bytes_low", "bytes"]].min(axis=1),
        bytes_high=table[["bytes_high", "bytes"]].max(axis=1),
    )


def _beyond(test: Hypothesis, sides: Sides) -> Hypothesis:
    """Return what a cause explains beyond what the residuals already say of it."""
    choice = sides.attribution.rounding
    if test.cause != rounding.CAUSE or choice is None or choice.value != "up":
        return test
    known = int(sides.attribution.by_record["rounding"].sum())
    return replace(test, bytes=max(test.bytes - known, 0), low=max(test.low - known, 0))


def _rounding(sides: Sides, volume: int) -> Row:
    rows = sides.attribution.by_cycle
    rows = rows[rows["app"] == ROUNDING]
    return (
        "rounding",
        "explained",
        volume,
        int(rows["bytes_low"].sum()),
        int(rows["bytes_high"].sum()),
    )


def _exact(step: str, volume: int) -> Row:
    return step, "explained", volume, volume, volume


def _taken(causes: list[Hypothesis], parts: tuple[str, ...], room: int) -> dict[str, int]:
    """Return what each cause takes of some parts, in order, until nothing is left."""
    taken: dict[str, int] = {}
    for test in causes:
        if test.part in parts and room > 0 and test.bytes > 0:
            taken[test.cause] = min(test.bytes, room)
            room -= taken[test.cause]
    return taken
