"""Division of billed bytes among the intervals of the phone: scale, then maximum entropy.

Each connected part of the overlap graph is first compared as a whole with its bill.
Where it closes at the overhead its evidence takes the whole bill; where the bill is larger,
the difference is unattributed, a row of the table like any other; where the phone saw more
than the bill even at the lowest overhead, the difference is a conflict, as far as the phone says
that it went over the mobile network. What it does not say so of may have gone over Wi-Fi: it is
named up to the bill and no further.
Inside a part, rows (intervals of the phone) and columns (billed sessions) are then scaled in
turn to their totals, which is the projection that adds nothing beyond overlap and rate.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from esim_analysis.attribution.bill import Flags, Floats, Ints
from esim_analysis.attribution.closing import FIRM, LOOSE, LOWEST, Scales, scales_of
from esim_analysis.attribution.groups import number_groups, sum_by
from esim_analysis.attribution.overhead import Estimate
from esim_analysis.attribution.scaling import Table, scale
from esim_analysis.attribution.task import Task, part_sums

_NOT_BILLED: Final = 1e-6  # of a row surely cellular: keeps scaling finite where nothing fits
_LEAST_UNSURE: Final = 0.02  # of a row whose interface nobody named
_COVERED: Final = 0.999
_SHORT: Final = 1e-5


@dataclass(frozen=True, slots=True)
class Division:
    """Bytes of each edge, and what became of each part.

    Attributes
    ----------
    bytes
        Measured bytes of each edge; a session's sum may pass its `measured` only
        in a conflict.
    low, high
        Overhead of each slot at the ends of its band.
    noise, common
        Deviations of the overhead of each slot, as shares: of its part alone, and the
        one all parts share.
    strayed
        How far above its part's overhead each slot ended, as a share, since sessions keep their bills.
    freedom
        Degrees of Student's law that `common` is the deviation of.
    part
        Connected part of each slot.
    conflicting
        A session, in a conflict.
    sweeps, residual
        How long the scaling ran, and the last relative change, of all parts together.
    """

    bytes: Floats
    low: Floats
    high: Floats
    noise: Floats
    common: Floats
    strayed: Floats
    freedom: float
    part: Ints
    conflicting: Flags
    sweeps: int
    residual: float


def divide(task: Task, estimate: Estimate) -> Division:
    """Divide the sessions' bytes among the slots."""
    edges = task.edges
    cover = sum_by(edges.slot, edges.overlap, len(task.volume)) / task.length
    cover = np.minimum(cover, 1.0)
    counted = np.where(task.sure, task.volume, task.volume * cover)
    scales = scales_of(task, counted, estimate)
    scale = scales.scale[task.part]
    target = scale * task.volume
    bill = task.measured * scales.stretch[task.session_part]
    bill, conflicting = _overfull(task, estimate, bill)
    conflicting |= scales.stretch[task.session_part] > 1.0
    idle = np.where(cover >= _COVERED, LOOSE, np.maximum(1.0 - cover, _LEAST_UNSURE)) * target
    idle = np.where(
        task.sure, _NOT_BILLED * target, np.maximum(idle, scales.elsewhere[task.part] * target)
    )
    share, sweeps, residual = _balance(task, target, idle, bill, scales)
    ceiling = np.maximum(scale, estimate.overhead.high) * (
        task.volume * (1 + FIRM * estimate.noise) + task.width
    )
    placed = np.maximum(sum_by(edges.slot, share, len(task.volume)), 1e-9)
    # What the scaling left short by its own slack alone is whole.
    whole = np.where((placed < target) & (placed > target * (1 - _SHORT)), target / placed, 1.0)
    share *= np.minimum(whole, ceiling / placed)[edges.slot]
    return Division(
        bytes=share,
        low=np.minimum(scale, estimate.overhead.low),
        high=np.maximum(scale, estimate.overhead.high),
        noise=scales.noise[task.part],
        common=scales.common[task.part],
        strayed=_strayed(task, share, target, estimate.noise),
        freedom=estimate.freedom,
        part=task.part,
        conflicting=conflicting,
        sweeps=sweeps,
        residual=residual,
    )


def _strayed(task: Task, share: Floats, target: Floats, noise: float) -> Floats:
    """Return how far above its part's overhead each slot ended, as a share.

    Sessions of a part that hang together by little keep their own bills, each with its own
    noise: what lies in one alone follows it, and not the mean of the part.
    """
    placed = sum_by(task.edges.slot, share, len(target))
    above = (placed / np.maximum(target, 1e-9) - 1.0) * (task.sure & (target > 0))
    found: Floats = np.clip(above, -FIRM * noise, FIRM * noise)  # more is no noise
    return found


def _overfull(task: Task, estimate: Estimate, bill: Floats) -> tuple[Floats, Flags]:
    """Raise sessions that evidence lying wholly inside them overfills: a conflict."""
    edges = task.edges
    degree = np.bincount(edges.slot, minlength=len(task.volume))
    nested = (degree == 1) & task.sure
    mine = nested[edges.slot]
    inside = sum_by(
        edges.session[mine],
        (task.volume - task.width)[edges.slot[mine]],
        len(bill),
    )
    least = min(estimate.overhead.low, LOWEST) * inside
    over = least > bill * (1 + FIRM * estimate.noise) + task.slack
    return np.where(over, least, bill), over


def _balance(
    task: Task, target: Floats, idle: Floats, bill: Floats, scales: Scales
) -> tuple[Floats, int, float]:
    """Scale rows and columns in turn; ends on the columns, so no bill is exceeded.

    A part is left as it is once it has settled: whatever other parts need, or whether there
    are any, its answer is the same.
    """
    edges = task.edges
    if len(edges.slot) == 0:
        return np.zeros(0), 0, 0.0
    row_of, row_target, row_idle = _merged_rows(task, target, idle)
    pair, first = number_groups(edges.session, row_of[edges.slot])
    row, column = row_of[edges.slot][first], edges.session[first]
    prior = _prior(task, target, bill)
    seed = sum_by(pair, prior, len(first))
    part_bill = part_sums(task, bill, of_slots=False)
    left_seed = bill * (scales.rest / np.maximum(part_bill, 1e-9))[task.session_part]
    table = Table(
        seed=seed,
        row=row,
        column=column,
        row_target=row_target,
        spare=row_idle + 1e-12,
        bill=bill,
        left_seed=left_seed,
        part=task.session_part,
        rest=scales.rest,
    )
    settled, sweeps, residual = scale(table)
    grown = settled / np.maximum(seed, 1e-300)
    return prior * grown[pair], sweeps, residual


def _prior(task: Task, target: Floats, bill: Floats) -> Floats:
    """Return the bytes of each edge before scaling: as connections say, else by time and rate."""
    edges = task.edges
    weight = (edges.overlap * (bill / task.session_length)[edges.session]).astype(np.float64)
    total = sum_by(edges.slot, weight, len(target))
    prior: Floats = weight * (target / np.maximum(total, 1e-300))[edges.slot]
    if task.timed is None:
        return prior
    # Connections outside every session went another way, or a clock is off: the rest counts.
    inside = sum_by(edges.slot, task.timed.placed, len(target)) + task.timed.open
    placed = task.timed.placed * target[edges.slot] + prior * task.timed.open[edges.slot]
    return placed / inside[edges.slot]


def _merged_rows(task: Task, target: Floats, idle: Floats) -> tuple[Ints, Floats, Floats]:
    """Put rows that only one session can take together: they share one factor."""
    edges, slots = task.edges, len(target)
    degree = np.bincount(edges.slot, minlength=slots)
    only = np.full(slots, -1, np.int64)
    only[edges.slot] = edges.session
    nested = (degree == 1) & task.sure
    kind = np.where(nested, only, np.arange(slots) + len(task.measured))
    row_of, first = number_groups(kind)
    return (
        row_of,
        sum_by(row_of, target, len(first)),
        sum_by(row_of, idle, len(first)),
    )
