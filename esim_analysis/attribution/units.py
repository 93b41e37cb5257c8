"""Was the volume read in the right unit? The phone decides what the file leaves open."""

from dataclasses import replace
from itertools import product
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import Flags
from esim_analysis.attribution.matching import Match, estimate_overhead, join
from esim_analysis.attribution.overhead import ASSUMED
from esim_analysis.attribution.task import Task
from esim_analysis.i18n.sentences import sentence
from esim_analysis.model import Choice, Decision, Origin, Overhead
from esim_analysis.model.units import BITS, UNITS, volume_bytes

_RANGE: Final = (0.85, 1.25)
_GAPS: Final = (1.024**2, 1.024**3)
_FAR: Final = (0.5, 3.0)  # bill ÷ phone beyond which a thousand, not evidence, is missing
_STEPPED: Final = ("MB", "GB", "TB")
_FEWEST_STEPS: Final = 20  # volumes that must fall on steps of 1/1024
_FEWEST_DIGITS: Final = 4  # behind the point: fewer cannot tell 1/1024 from 1/1000
_EXACTLY: Final = 0.004  # how near a ratio must come to a unit's gap to be taken for it


def propose_unit(found: Match, rows: Flags, raw: pd.Series, decision: Decision) -> Decision | None:
    """Return the decision under which bill and phone agree, when the present one fails.

    A present reading stands when the overhead it implies is usual, unless the
    overhead is just what 1024 instead of 1000 would make it. Another reading is
    proposed only when parts of the overlap graph that do not touch agree on it.

    Parameters
    ----------
    rows
        Billed rows of the file.
    raw
        The volumes of these rows as written.
    """
    told = _by_steps(raw, decision)
    if told is not None:
        return told
    joined = join(found, rows)
    now = _overhead(joined.task)
    if _usual(now) and not (decision.base.value == "1024" and _is_gap(now)):
        return None
    if now.origin == "assumed" and _plausible(joined.task):
        return None
    before = float(found.bill.measured[rows].sum())
    best: tuple[float, Decision] | None = None
    for other in _others(decision):
        factor = _volume(raw, other) / max(before, 1.0)
        if not np.isfinite(factor) or factor <= 0 or abs(factor - 1.0) < _EXACTLY:
            continue
        then = _overhead(_scaled(joined.task, factor))
        gap = abs(then.point - ASSUMED.point) if _usual(then) else np.inf
        if gap < (best[0] if best else np.inf):
            best = (gap, _with_reason(other, decision, now, then))
    return best[1] if best else None


def _by_steps(raw: pd.Series, decision: Decision) -> Decision | None:
    """Return the reading by 1024 that the volumes themselves give away, if they do."""
    unit = decision.unit.value
    open_ = decision.base.origin is not Origin.DECLARED and decision.base.value == "1000"
    if not (open_ and unit in _STEPPED and in_steps_of_1024(raw)):
        return None
    smaller = UNITS[UNITS.index(unit) - 1]
    reason = sentence("importing.volumes_whole_at_1024", smaller=smaller, unit=unit)
    return replace(decision, base=Choice("1024", Origin.DEDUCED, reason))


def in_steps_of_1024(raw: pd.Series) -> bool:
    """Say whether volumes as written are whole multiples of 1/1024 of their unit, and not of 1/1000.

    A meter that counts whole KB and prints MB by 1024 leaves this trace, whatever the
    overhead: the only one that tells 1000 from 1024 where the phone cannot.
    """
    text = raw.dropna().astype("str")
    digits = text.str.extract(r"^\d+\.(\d+)$", expand=False).str.len()
    told = (digits >= _FEWEST_DIGITS).to_numpy(dtype=bool, na_value=False)
    value = pd.to_numeric(text, errors="coerce").to_numpy(dtype=np.float64)
    whole = value == np.floor(value)
    if (told & ~whole).sum() < _FEWEST_STEPS or not (told | whole).all():
        return False
    room = 0.5 * 10.0 ** -digits.fillna(0).to_numpy(dtype=np.float64)
    value, room = value[told & ~whole], room[told & ~whole]

    def steps(base: int) -> bool:
        off = np.abs(value * base - np.round(value * base))
        return bool((off <= base * room * 1.001 + 1e-9).all())

    return steps(1024) and not steps(1000)


def _others(decision: Decision) -> list[Decision]:
    """Return the readings that the file leaves open, the present one left out."""
    units = [decision.unit.value]
    if decision.unit.origin is not Origin.DECLARED and decision.unit.value in UNITS:
        units = [*UNITS, *BITS]
    bases = [decision.base.value]
    if decision.base.origin is not Origin.DECLARED:
        bases = ["1000", "1024"]
    return [
        replace(
            decision,
            unit=replace(decision.unit, value=unit),
            base=replace(decision.base, value=base),
        )
        for unit, base in product(units, bases)
        if (unit, base) != (decision.unit.value, decision.base.value)
    ]


def _with_reason(other: Decision, present: Decision, now: Overhead, then: Overhead) -> Decision:
    known = now.origin == "estimated"
    told = f"{now.point:.3f}" if known else sentence("importing.outside_the_usual")
    reason = sentence("importing.bill_by_phone_when_read_so", then=f"{then.point:.3f}", told=told)
    changes = {
        name: Choice(getattr(other, name).value, Origin.DEDUCED, reason)
        for name in ("unit", "base")
        if getattr(other, name).value != getattr(present, name).value
    }
    return replace(
        other, unit=changes.get("unit", other.unit), base=changes.get("base", other.base)
    )


def _overhead(task: Task) -> Overhead:
    return estimate_overhead(task, between=_RANGE).overhead


def _usual(overhead: Overhead) -> bool:
    return overhead.origin == "estimated" and ASSUMED.low <= overhead.point <= ASSUMED.high


def _plausible(task: Task) -> bool:
    """Say whether the sums are near enough for missing evidence to explain the rest."""
    ratio = float(task.measured.sum()) / max(float(task.volume.sum()), 1.0)
    return _FAR[0] < ratio < _FAR[1]


def _is_gap(overhead: Overhead) -> bool:
    return any(abs(overhead.point - gap) < _EXACTLY for gap in _GAPS)


def _scaled(task: Task, factor: float) -> Task:
    return replace(
        task,
        measured=task.measured * factor,
        slack=task.slack * factor,
        upward=task.upward * factor,
    )


def _volume(raw: pd.Series, decision: Decision) -> float:
    read = volume_bytes(raw, unit=decision.unit.value, base=int(decision.base.value))
    return float(read.sum()) if read.notna().any() else float("nan")
