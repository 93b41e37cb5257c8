"""Which way a bill's volumes were rounded to whole steps: what small records say.

Rounding up adds half a step to a record on average, whatever its size; the overhead adds in
proportion. Records of different size therefore tell the two apart: each way of rounding is tried
with the model the overhead is estimated by, and the way under which all parts together are clearly
more likely is taken. Where none is, rounding up and to the nearest step both stay possible.
"""

from dataclasses import replace
from typing import Final

import numpy as np

from esim_analysis.attribution.bill import Bill, Floats, Ints
from esim_analysis.attribution.overhead import NOISE, Estimate, Parts, evidence_for
from esim_analysis.attribution.task import Task, part_sums
from esim_analysis.i18n.sentences import sentence
from esim_analysis.model import Choice, Origin

# Shares of a step that a record stands above what was metered, on average.
UP: Final = 0.5
NEAREST: Final = 0.0
DOWN: Final = -0.5
WAYS: Final = {UP: "up", NEAREST: "nearest", DOWN: "down"}
UNCLEAR: Final = "unclear"
_FEWEST: Final = 12  # parts that are laid beside each other
_MOST: Final = 300
# In nats over the next best way. Bytes that no evidence names look like a constant too: where a third
# of the apps was missing and volumes were rounded to the nearest, up came out likelier by up to ten.
_CLEAR: Final = 15.0
_NOTABLE: Final = 0.003  # of the bill: half of the narrowest band an overhead is given
_USUAL: Final = 1.03  # billed bytes per phone byte, near enough to turn deviations into shares
_EVEN: Final = 3**-0.5  # deviation of a figure anywhere inside its half-width


def way_of(parts: Parts) -> float | None:
    """Return the share of a step that records stand too high, one of `WAYS`; None: not told."""
    known = parts.take((parts.phone > 0) & (parts.upward > 0))
    if len(known.bill) < _FEWEST or not notable(parts.upward, parts.bill):
        return None
    if len(known.bill) > _MOST:  # of all sizes alike
        spaced = np.linspace(0, len(known.bill) - 1, _MOST).astype(np.int64)
        known = known.take(np.argsort(known.bill, kind="stable")[spaced])
    deviation = np.hypot(
        NOISE * known.spread, _EVEN * known.rounding * known.bill / (_USUAL * known.phone)
    )
    found = {
        way: evidence_for(known.bill - way * 2.0 * known.upward, known.phone, deviation)
        for way in WAYS
    }
    best, second = sorted(found, key=found.__getitem__, reverse=True)[:2]
    return best if found[best] - found[second] > _CLEAR else None


def notable(upward: Floats, bill: Floats | Ints) -> bool:
    """Say whether rounding up would add enough to matter."""
    return float(upward.sum()) > _NOTABLE * float(bill.sum())


def unrounded(parts: Parts, way: float | None) -> Parts:
    """Return parts whose bill is what was metered on average; as they are where nothing is told.

    What is left of a record's rounding is as likely here as there in its step.
    """
    if way is None:
        return parts
    bill = np.maximum(parts.bill - way * 2.0 * parts.upward, 0.0)
    return replace(
        parts,
        bill=bill,
        rounding=_EVEN * parts.rounding * parts.bill / np.maximum(bill, 1.0),
        upward=np.zeros(len(bill)),
    )


def settled(bill: Bill, rows: Ints, task: Task, estimate: Estimate) -> Bill:
    """Return a bill rounded `UP` or `DOWN` as that is told: what was added is rounding, not use.

    What single records lost or won stays open by half a step. What was cut off is not on
    the bill: there the meter saw up to a step more than it says.

    Parameters
    ----------
    rows
        Rows of the bill that `task` numbers.
    """
    coarse = bill.divides & (bill.upward > 0) & (bill.divisible == bill.measured)
    if estimate.way == DOWN:
        return replace(bill, slack=np.where(coarse, 2.0 * bill.slack, bill.slack))
    share, leaning = np.full(len(coarse), UP), np.zeros(len(coarse))
    of_part = _expected(task, estimate)
    share[rows], leaning[rows] = (values[task.session_part] for values in of_part)
    step = np.where(coarse, 2.0 * bill.upward, 0.0)
    added = np.minimum(np.rint(step * share).astype(np.int64), np.maximum(bill.measured - 1, 0))
    added = np.where(coarse, added, 0)
    return replace(
        bill,
        rounding=bill.rounding + added,
        divisible=bill.divisible - added,
        measured=bill.measured - added,
        slack=np.where(coarse, bill.slack * (1.0 - leaning), bill.slack),
        guessed=step,
        leaning=leaning * coarse,
    )


def _expected(task: Task, estimate: Estimate) -> tuple[Floats, Floats]:
    """Return, of each part, the share of its steps that rounding added, and how far the phone says so.

    Two things tell what the meter saw: the bill, up to a step a record, and, where nothing is
    missing, the phone at the overhead. They are weighed by their variances.
    """
    overhead = estimate.overhead
    bill = part_sums(task, task.measured, of_slots=False)
    steps = 2.0 * part_sums(task, task.upward, of_slots=False)
    phone = np.maximum(part_sums(task, task.volume, of_slots=True), 1e-9)
    unsure = part_sums(task, (~task.sure).astype(np.float64), of_slots=True)
    middle = np.maximum(bill - UP * steps, 1.0)
    cost = overhead.point * phone
    squares = np.sqrt(part_sums(task, task.measured**2, of_slots=False)) / np.maximum(bill, 1.0)
    by_bill = part_sums(task, task.slack**2, of_slots=False) / 3.0
    by_phone = (estimate.noise * squares * cost) ** 2 + (estimate.deviation * phone) ** 2
    by_phone += part_sums(task, task.width**2, of_slots=True)
    if estimate.laws:
        off = np.sqrt(by_bill / cost**2 + (estimate.noise * squares) ** 2)
        complete = estimate.complete(middle / phone, off)
    else:
        complete = (bill <= cost + steps).astype(np.float64)
    complete = np.where(unsure > 0, 0.0, complete)
    leaning = complete * by_bill / np.maximum(by_bill + by_phone, 1e-9)
    metered = middle + leaning * (cost - middle)
    share = np.clip((bill - metered) / np.maximum(steps, 1.0), 0.0, 1.0)
    return np.where(steps > 0, share, UP), leaning


def told(bill: Bill, way: float | None) -> Choice | None:
    """Return how the volumes were rounded, in words; None where rounding is too fine to matter."""
    coarse = bill.divides & (bill.upward > 0)
    if not notable(bill.upward[coarse], bill.measured[bill.divides]):
        return None
    steps = np.unique(2.0 * bill.upward[coarse])
    size = ", ".join(f"{step / 1e6:g} MB" for step in steps.tolist())
    name = UNCLEAR if way is None else WAYS[way]
    reason = sentence(f"attribution.rounding_{name}", step=size, records=int(coarse.sum()))
    return Choice(name, Origin.ASSUMED if way is None else Origin.ESTIMATED, reason)
