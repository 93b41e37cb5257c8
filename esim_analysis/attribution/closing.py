"""Which connected parts close: each compared as a whole with its bill.

Where a part closes at the overhead its evidence takes the whole bill; where the bill is larger,
the difference is unattributed; where the phone saw more than the bill even at the lowest overhead,
the difference is a conflict, as far as the phone says that it went over the mobile network. What it
does not say so of may have gone over Wi-Fi: it is named up to the bill and no further. In between a
part takes what is probably its own.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from esim_analysis.attribution.bill import Floats
from esim_analysis.attribution.overhead import Estimate
from esim_analysis.attribution.task import Task, part_deviation, part_sums

LOOSE: Final = 1e-6  # of a closed part's bill that may stay unattributed
FIRM: Final = 3.0  # standard deviations within which a part closes
LOWEST: Final = 0.98  # below this ratio no overhead explains why the bill is smaller
_SURE: Final = 0.95  # probability beyond which a part is complete, or is not


@dataclass(frozen=True, slots=True)
class Scales:
    """Per part: overhead used, unattributed bytes, factor of its sessions' bills.

    Where the bill is explained the part's own ratio is taken, with its `noise`;
    elsewhere the overhead all share, with its deviation `common`. `elsewhere` is the share of
    its slots of an unnamed network that the bill has no room for.
    """

    scale: Floats
    rest: Floats
    stretch: Floats
    noise: Floats
    common: Floats
    elsewhere: Floats


def scales_of(task: Task, counted: Floats, estimate: Estimate) -> Scales:
    """Compare each part with its bill; `counted` are the bytes of each slot inside sessions."""
    overhead = estimate.overhead
    phone = part_sums(task, counted, of_slots=True)
    width = part_sums(task, task.width, of_slots=True)
    bill = part_sums(task, task.measured, of_slots=False)
    slack = part_sums(task, task.slack, of_slots=False)
    noise = estimate.noise * np.sqrt(part_sums(task, task.measured**2, of_slots=False))
    loose = FIRM * noise + slack + overhead.point * width
    ratio = bill / np.maximum(phone, 1e-9)
    least = min(overhead.low, LOWEST)
    firm = part_sums(task, np.where(task.sure, counted, 0.0), of_slots=True)
    over = least * phone > bill + loose
    conflict = over & (least * firm > bill + loose)
    free = phone - firm  # may have gone over Wi-Fi
    excess = np.minimum(phone - np.maximum(bill / overhead.point, firm), free)
    elsewhere = np.where(over, excess / np.maximum(free, 1e-9), 0.0)
    deviation = part_deviation(task, estimate.noise)
    sure = _complete(task, estimate, ratio, deviation)
    if not estimate.laws:
        sure = (bill <= overhead.point * phone + slack + overhead.point * width).astype(float)
    sure = np.where((phone > 0) & (ratio <= overhead.point), 1.0, sure * (phone > 0))
    # In between, the part takes of the difference what is probably its own.
    scale = overhead.point + sure * (ratio - overhead.point)
    scale = np.where(phone > 0, scale, overhead.point)
    firmly = np.clip(bill / np.maximum(firm, 1e-9), least, overhead.point)
    scale = np.where(conflict, least, np.where(over, firmly, scale))
    rest = np.maximum(bill - scale * phone, LOOSE * bill)
    rest = np.where(over, LOOSE * bill, rest)
    stretch = np.where(conflict, least * firm / np.maximum(bill, 1e-9), 1.0)
    astray = _astray(ratio * (phone > 0), sure, deviation, estimate)
    own = sure * (1.0 - _leaning(task))
    common = (1.0 - own) * estimate.deviation / overhead.point
    return Scales(scale, rest, stretch, astray, common, elsewhere)


def _leaning(task: Task) -> Floats:
    """Return how far the bill of each part was itself taken from the phone at the overhead."""
    most = np.zeros(task.parts)
    if len(task.leaning):
        np.maximum.at(most, task.session_part, task.leaning)
    return most


def _astray(ratio: Floats, sure: Floats, deviation: Floats, estimate: Estimate) -> Floats:
    """Return the deviation of each part's own overhead; a `ratio` of zero is of no phone."""
    point = estimate.overhead.point
    # What the part took is noise if it is complete, else bytes of others.
    others = (1.0 - sure) * (ratio - point) ** 2
    astray: Floats = sure * np.sqrt(deviation**2 + others)
    # A bill further below than noise explains lacks bytes of its evidence, nobody knows whose.
    short = np.maximum(1.0 - ratio / point, 0.0) * (ratio > 0)
    expected = FIRM * np.hypot(deviation, estimate.deviation / point)
    return np.where(short > expected, np.hypot(astray, short), astray)


def _complete(task: Task, estimate: Estimate, ratio: Floats, deviation: Floats) -> Floats:
    """Return how probable it is that nothing is missing in each part: 0, 1 or between."""
    if not estimate.laws:
        return np.zeros(task.parts)
    volume = np.maximum(part_sums(task, task.volume, of_slots=True), 1e-9)
    typed = np.sqrt(part_sums(task, task.width**2, of_slots=True) / 6.0) / volume
    sure = estimate.complete(ratio, np.hypot(deviation, typed))
    return np.where(sure > _SURE, 1.0, np.where(sure < 1.0 - _SURE, 0.0, sure))
