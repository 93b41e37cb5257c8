"""Bill and phone brought together: SIMs chosen, overlaps found, overhead estimated."""

from dataclasses import dataclass, replace

import numpy as np

from esim_analysis.attribution.bill import Bill, Flags, Ints, read_bill
from esim_analysis.attribution.classes import ServiceClass, permitted
from esim_analysis.attribution.edges import Edges, Spans, components, find_near
from esim_analysis.attribution.groups import number_groups
from esim_analysis.attribution.overhead import Estimate, Parts, estimate
from esim_analysis.attribution.phone import Phone, observe
from esim_analysis.attribution.rounding import NEAREST, settled, unrounded, way_of
from esim_analysis.attribution.sims import NO_SIM, SimChoice, choose_sims
from esim_analysis.attribution.task import Task, Timed, part_sums
from esim_analysis.model import Evidence, UsageRecords


@dataclass(frozen=True, slots=True)
class Match:
    """Bill and phone, and which SIM each billed row is compared with.

    Attributes
    ----------
    sim
        SIM of each billed row, `NO_SIM` for none.
    classes
        Rows that only some apps can have used.
    """

    bill: Bill
    phone: Phone
    choice: SimChoice
    sim: Ints
    classes: tuple[ServiceClass, ...] = ()


@dataclass(frozen=True, slots=True)
class Joined:
    """The overlap graph: edges between slots and billed rows, and the same, numbered densely.

    Attributes
    ----------
    edges
        By slot of the phone and row of the bill.
    slots, rows
        The slots and rows that have an edge, ascending; `task` numbers these.
    """

    edges: Edges
    slots: Ints
    rows: Ints
    task: Task


def match(
    usage: UsageRecords, evidence: Evidence, *, classes: tuple[ServiceClass, ...] = ()
) -> Match:
    """Read both sides and choose the SIM of each line."""
    bill, phone = read_bill(usage), observe(evidence, apart=[one.apps for one in classes])
    choice = choose_sims(bill, phone)
    sim = choice.of_line[bill.line] if len(bill.lines) else np.zeros(0, np.int64)
    return Match(bill, phone, choice, sim, classes)


def join(found: Match, rows: Flags | None = None) -> Joined:
    """Build the overlap graph of the billed rows that can be divided.

    Parameters
    ----------
    rows
        Billed rows to look at; None for all.
    """
    bill, phone = found.bill, found.phone
    use = bill.divides & (found.sim != NO_SIM)
    use = np.flatnonzero(use if rows is None else use & rows)
    slots = Spans(phone.sim, phone.start, phone.end)
    sessions = Spans(found.sim[use], bill.start[use], bill.end[use])
    local = find_near(slots, sessions)
    edges = Edges(local.slot, use[local.session], local.overlap)
    edges = permitted(edges, phone, found.classes)
    slot_number, first = number_groups(edges.slot)
    slot_names = edges.slot[first]
    row_number, first = number_groups(edges.session)
    row_names = edges.session[first]
    dense = Edges(slot_number, row_number, edges.overlap)
    part, session_part = components(dense, slots=len(slot_names), sessions=len(row_names))
    task = Task(
        edges=dense,
        volume=phone.volume[slot_names],
        width=phone.width[slot_names],
        sure=phone.sure[slot_names],
        length=phone.length[slot_names].astype(np.float64),
        part=part,
        measured=bill.measured[row_names].astype(np.float64),
        slack=bill.slack[row_names],
        upward=bill.upward[row_names],
        session_length=bill.length[row_names].astype(np.float64),
        session_part=session_part,
        timed=_timed(bill, phone, edges, slot_names),
        leaning=bill.leaning[row_names] if len(bill.leaning) else np.zeros(len(row_names)),
    )
    return Joined(edges, slot_names, row_names, task)


def _timed(bill: Bill, phone: Phone, edges: Edges, slots: Ints) -> Timed | None:
    """Return what connections tell of the edges, and what they leave open of each slot."""
    if phone.timing is None:
        return None
    start = np.maximum(phone.start[edges.slot], bill.start[edges.session])
    end = np.minimum(phone.end[edges.slot], bill.end[edges.session])
    placed = phone.timing.placed(edges.slot, start, end)
    return Timed(placed, 1.0 - phone.timing.share[slots])


def estimate_overhead(task: Task, *, between: tuple[float, float] = (0.9, 1.2)) -> Estimate:
    """Estimate the overhead, and which way volumes are rounded, over parts surely cellular."""
    parts = sure_parts(task)
    way = way_of(parts)
    return replace(estimate(unrounded(parts, way), between=between), way=way)


def unround(found: Match, joined: Joined, estimate: Estimate) -> tuple[Match, Joined]:
    """Return both sides with the bill as its rounding is told."""
    if estimate.way in (None, NEAREST) or not found.bill.upward.any():
        return found, joined
    found = replace(found, bill=settled(found.bill, joined.rows, joined.task, estimate))
    return found, join(found)


def sure_parts(task: Task) -> Parts:
    """Return the parts of the overlap graph whose evidence is surely cellular."""
    bill = part_sums(task, task.measured, of_slots=False)
    phone = part_sums(task, task.volume, of_slots=True)
    unsure = part_sums(task, (~task.sure).astype(np.float64), of_slots=True) > 0
    whole = np.maximum(bill, 1.0)
    # Rounding of sessions is independent, so its half-widths add like noise.
    coarse = part_sums(task, task.slack**2, of_slots=False)
    coarse += part_sums(task, task.width**2, of_slots=True)
    parts = Parts(
        bill=bill,
        phone=phone,
        spread=np.sqrt(part_sums(task, task.measured**2, of_slots=False)) / whole,
        rounding=np.sqrt(coarse) / whole,
        upward=part_sums(task, task.upward, of_slots=False),
        sessions=part_sums(task, np.ones(len(task.measured)), of_slots=False),
    )
    return parts.take(~unsure)
