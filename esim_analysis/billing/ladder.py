"""The ladder: what bytes beyond the allowances cost, step by step, in each zone."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from esim_analysis.billing.eu import cap_epochs, surcharge_caps
from esim_analysis.billing.increments import zone_increments
from esim_analysis.billing.ledger import Codes, Mask
from esim_analysis.billing.money import Rate, Whole, to_micro
from esim_analysis.billing.pots import Setting
from esim_analysis.billing.segments import Segments, draw
from esim_analysis.model.plan import EU_CAP, Plan, Step


@dataclass(frozen=True, slots=True)
class Rung:
    """One step after it was climbed.

    Attributes
    ----------
    zone, number, step
        Id of the zone, place in its ladder, and the step itself.
    rows
        Rows of the ledger that came this far; the other arrays are parallel to it.
    segments
        Runs that share one filling of the step.
    capacity
        Bytes a run at most; None: no end.
    drawn, cost
        Bytes, and millionths of the currency with VAT.
    """

    zone: str
    number: int
    step: Step
    rows: Codes
    segments: Segments
    capacity: int | None
    drawn: Whole
    cost: Whole


def climb(setting: Setting, left: Whole, usable: Mask, fallback: Mask) -> Iterator[Rung]:
    """Serve what is left by the ladder of each zone; `left` is lessened in place.

    Parameters
    ----------
    usable
        Rows inside the plan's validity.
    fallback
        Rows of days on which a renewal is unpaid: they have one ladder of blocks.
    """
    plan = setting.plan
    if plan.daily_fallback is not None and fallback.any():
        terms = plan.daily_fallback
        step = Step(
            block=terms.block, price=terms.price, max_cost=terms.max_cost_per_day, per="day"
        )
        rows = np.flatnonzero(fallback & (left > 0))
        yield from _one_ladder(setting, "fallback", (step,), rows, left, 1)
    steps = [plan.size(increment.bytes) for increment in zone_increments(plan)]
    for number, zone in enumerate(plan.zones):
        rows = np.flatnonzero(usable & ~fallback & (left > 0) & (setting.zones == number))
        ladder = plan.after.get(zone.id, ())
        yield from _one_ladder(setting, zone.id, ladder, rows, left, steps[number])


def _one_ladder(  # noqa: PLR0913, PLR0917 - a ladder, its rows and where they stand
    setting: Setting, zone: str, ladder: tuple[Step, ...], rows: Codes, left: Whole, step_bytes: int
) -> Iterator[Rung]:
    for number, step in enumerate(ladder):
        rows = rows[left[rows] > 0]
        if not len(rows):
            return
        here = rows
        if step.when is not None:
            inside = step.when.minutes()[setting.ledger.week_minute(setting.clock)[rows]]
            here = rows[inside]
        segments = setting.cycles.segments.take(here)
        if step.per == "day":
            keys = (setting.ledger.account[here], setting.days[here])
            segments = Segments.where_changes(*keys)
        capacity = step_capacity(setting.plan, step, step_bytes)
        drawn = left[here]
        if capacity is not None:
            drawn = draw(drawn, np.full(len(segments.first), capacity), segments)
        left[here] -= drawn
        cost = _cost(setting, step, here, drawn, segments)
        yield Rung(zone, number, step, here, segments, capacity, drawn, cost)
        if step.stop_at_cost is not None:
            return


def step_capacity(plan: Plan, step: Step, step_bytes: int) -> int | None:
    """Return the bytes at which a step ends, in whole increments or blocks; None: never."""
    ends = [plan.size(step.max_bytes)] if step.max_bytes is not None else []
    limit = step.max_cost if step.stop_at_cost is None else step.stop_at_cost
    if step.block is not None and step.price is not None:
        block = plan.size(step.block)
        if step.max_blocks is not None:
            ends.append(step.max_blocks * block)
        if limit is not None and step.price:
            ends.append(int(limit / step.price) * block)
    elif limit is not None:
        rate = _rate(plan, step, Decimal(0))
        ends.append(rate.affordable(to_micro(_paid(plan, step, limit)), step_bytes))
    return min(ends, default=None)


def _cost(setting: Setting, step: Step, rows: Codes, drawn: Whole, segments: Segments) -> Whole:
    plan = setting.plan
    if step.throttle_kbps is not None:
        return np.zeros(len(rows), dtype=np.int64)
    if step.block is not None and step.price is not None:
        before = segments.before(drawn)
        block = plan.size(step.block)
        bought = -(-(before + drawn) // block) - -(-before // block)
        return bought * to_micro(_paid(plan, step, step.price))
    if step.per_day is not None:
        used = drawn > 0
        keys = (setting.ledger.account[rows][used], setting.days[rows][used])
        opens = np.zeros(int(used.sum()), dtype=np.int64)
        opens[Segments.where_changes(*keys).first] = to_micro(_paid(plan, step, step.per_day))
        cost = np.zeros(len(rows), dtype=np.int64)
        cost[used] = opens
        return cost
    if step.per_gb != EU_CAP:
        return _running_cost(_rate(plan, step, Decimal(0)), drawn, segments)
    epochs = cap_epochs(setting.days[rows].astype("datetime64[D]"))
    cost = np.zeros(len(rows), dtype=np.int64)
    for epoch in np.unique(epochs).tolist():
        now = np.flatnonzero(epochs == epoch)
        rate = _rate(plan, step, surcharge_caps()[epoch])
        cost[now] = _running_cost(rate, drawn[now], segments.take(now))
    return cost


def _running_cost(rate: Rate, drawn: Whole, segments: Segments) -> Whole:
    """Return what each row adds to the cost of its run, so that no fraction is lost or found."""
    before = segments.before(drawn)
    return rate.cost(before + drawn) - rate.cost(before)


def _rate(plan: Plan, step: Step, cap: Decimal) -> Rate:
    if step.per_mb is not None:
        return Rate.of(_paid(plan, step, step.per_mb), plan.size("1MB"))
    per_gb = cap if step.per_gb == EU_CAP or step.per_gb is None else step.per_gb
    return Rate.of(_paid(plan, step, Decimal(per_gb)), plan.units.gb)


def _paid(plan: Plan, step: Step, amount: Decimal) -> Decimal:
    return plan.with_vat(amount, ex_vat=step.ex_vat)
