"""Pots: allowances, limits inside them, add-ons and tails, and how records draw from them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time

import numpy as np

from esim_analysis.billing.cycles import Cycles, moment
from esim_analysis.billing.eu import cap_epochs, fair_use_at, surcharge_caps
from esim_analysis.billing.ledger import DAY_US, Codes, Ledger, Mask
from esim_analysis.billing.money import Whole
from esim_analysis.billing.segments import Segments, draw, draw_rising
from esim_analysis.model.plan import AUTO_FUP, UNLIMITED, Addon, Allowance, Plan


@dataclass(frozen=True, slots=True)
class Setting:
    """What every pot of one plan looks at: rows, zone of the clock, zones and periods."""

    ledger: Ledger
    plan: Plan
    clock: str
    zones: Codes
    cycles: Cycles
    days: Whole
    zone_assumed: Mask
    app_bytes: dict[str, Whole]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A pot after the draw.

    Attributes
    ----------
    id, kind
        `kind` is allowance, limit, addon, tail or zero_rated.
    segments
        Runs of rows that share one filling.
    capacity
        Bytes of each run, carried-over bytes included; None: no end.
    drawn
        Bytes a row.
    per_day
        The pot fills anew every day, `reset` microseconds after midnight.
    """

    id: str
    kind: str
    segments: Segments
    capacity: Whole | None
    drawn: Whole
    per_day: bool = False
    reset: int = 0


def draw_all(setting: Setting, left: Whole, usable: Mask) -> Iterator[Drawn]:
    """Draw the pots of a plan in their order; `left` is lessened in place.

    Parameters
    ----------
    left
        Bytes of each row that nothing has paid yet.
    usable
        Rows inside the plan's validity.
    """
    plan = setting.plan
    for allowance in plan.allowances:
        if allowance.zero_rated:
            yield _zero_rated(setting, allowance, left, usable)
    for addon in plan.addons:
        if addon.used == "before" and addon.bought is not None:
            yield _addon(setting, addon, left)
    for number, allowance in enumerate(plan.allowances):
        if not allowance.zero_rated and not allowance.inside:
            yield from _allowance(setting, allowance, number, left, usable)
    for addon in plan.addons:
        if addon.used == "after" and addon.bought is not None:
            yield _addon(setting, addon, left)
    if plan.tail is not None:
        yield _tail(setting, left)


def eligible(setting: Setting, part: Allowance | Addon) -> Mask:
    """Return the rows in the zones and hours of an allowance."""
    mask = np.ones(len(setting.ledger), dtype=bool)
    if part.zones:
        names = [zone.id for zone in setting.plan.zones]
        mask = np.isin(setting.zones, [names.index(zone) for zone in part.zones])
    if isinstance(part, Allowance) and part.when is not None:
        mask &= part.when.minutes()[setting.ledger.week_minute(setting.clock)]
    return mask


def day_segments(setting: Setting, reset: int) -> Segments:
    """Return the runs of rows of one account and day, days beginning at `reset`."""
    days = setting.ledger.local_day(setting.clock, reset)
    return Segments.where_changes(setting.ledger.account, days)


def _zero_rated(setting: Setting, allowance: Allowance, left: Whole, usable: Mask) -> Drawn:
    """Take what the operator marks as free, and the bytes of the named apps."""
    named = _of_apps(setting, allowance, left)
    if not allowance.apps and (allowance.zones or allowance.when):
        named = left
    marked = np.where(setting.ledger.zero_rated, left, named)
    demand = np.where(usable & eligible(setting, allowance), marked, 0)
    segments = _segments(setting, allowance)
    capacity = _capacity(setting, allowance, segments)
    drawn = demand if capacity is None else _serve(demand, capacity, segments)
    left -= drawn
    return Drawn(allowance.id, "zero_rated", segments, None, drawn)


def _allowance(
    setting: Setting, allowance: Allowance, number: int, left: Whole, usable: Mask
) -> Iterator[Drawn]:
    demand = _of_apps(setting, allowance, left) if allowance.apps else left
    demand = np.where(usable & eligible(setting, allowance), demand, 0)
    limits = []
    for limit in setting.plan.allowances:
        if limit.inside and limit.inside == allowance.id:
            rows = eligible(setting, limit)
            runs = _segments(setting, limit)
            size = _capacity(setting, limit, runs)
            if size is not None:
                demand = np.where(rows, _serve(np.where(rows, demand, 0), size, runs), demand)
            limits.append((limit, rows, runs, size))
    segments = _segments(setting, allowance)
    capacity = _capacity(setting, allowance, segments)
    if capacity is not None and _rolls(setting.plan, allowance):
        capacity = _rolled(capacity, segments.sums(demand), setting)
    drawn = demand if capacity is None else _serve(demand, capacity, segments)
    left -= drawn
    name = allowance.id or f"allowance-{number + 1}"
    yield _told(name, "allowance", allowance, segments, capacity, drawn)
    for limit, rows, runs, size in limits:
        share = np.where(rows, drawn, 0)
        yield _told(limit.id or f"{name}:{limit.bytes}", "limit", limit, runs, size, share)


def _told(  # noqa: PLR0913, PLR0917 - the fields of one value
    name: str,
    kind: str,
    allowance: Allowance,
    segments: Segments,
    capacity: Whole | None,
    drawn: Whole,
) -> Drawn:
    if capacity is not None and len(capacity) != len(segments.first):
        rows = np.append(segments.first[1:], len(drawn)) - 1
        capacity = capacity[np.maximum(rows, 0)]
    daily = allowance.per == "day"
    return Drawn(name, kind, segments, capacity, drawn, daily, microseconds(allowance.reset))


def _addon(setting: Setting, addon: Addon, left: Whole) -> Drawn:
    begin = moment(addon.bought, setting.clock) if addon.bought else 0
    start = setting.ledger.start
    valid = (start >= begin) & (start < begin + addon.days * DAY_US)
    return _window(setting, addon.id, "addon", addon.bytes, valid & eligible(setting, addon), left)


def _tail(setting: Setting, left: Whole) -> Drawn:
    tail, start, over = setting.plan.tail, setting.ledger.start, setting.cycles.over
    days = tail.days if tail else 0
    # Counted back from the row: `over` is the largest number where nothing ends.
    valid = (start >= over) & (start - days * DAY_US < over)
    return _window(setting, "tail", "tail", tail.bytes if tail else 0, valid, left)


def _window(  # noqa: PLR0913, PLR0917 - the fields of one value
    setting: Setting, name: str, kind: str, size: str | int, valid: Mask, left: Whole
) -> Drawn:
    segments = Segments.where_changes(setting.ledger.account)
    demand = np.where(valid, left, 0)
    capacity = np.full(len(segments.first), setting.plan.size(size))
    drawn = draw(demand, capacity, segments)
    left -= drawn
    return Drawn(name, kind, segments, capacity, drawn)


def _segments(setting: Setting, allowance: Allowance) -> Segments:
    if allowance.per == "period":
        return setting.cycles.segments
    return day_segments(setting, microseconds(allowance.reset))


def _capacity(setting: Setting, allowance: Allowance, segments: Segments) -> Whole | None:
    """Return bytes a run, or a row where the fair-use volume changes with the date."""
    plan = setting.plan
    if allowance.bytes == UNLIMITED:
        return None
    if allowance.bytes != AUTO_FUP:
        return np.full(len(segments.first), plan.size(allowance.bytes))
    price, gb = plan.price_ex_vat, plan.units.gb
    volumes = np.array([fair_use_at(price, cap, gb=gb) for cap in surcharge_caps()])
    epochs = cap_epochs(setting.days.astype("datetime64[D]"))
    if len(epochs) and (epochs == epochs[0]).all():
        return np.full(len(segments.first), volumes[epochs[0]])
    by_row: Whole = volumes[epochs]
    return by_row


def _serve(demand: Whole, capacity: Whole, segments: Segments) -> Whole:
    if len(capacity) == len(segments.first):
        return draw(demand, capacity, segments)
    return draw_rising(demand, capacity, segments)


def _of_apps(setting: Setting, allowance: Allowance, left: Whole) -> Whole:
    named = np.zeros(len(left), dtype=np.int64)
    for app in allowance.apps:
        named += setting.app_bytes.get(app, 0)
    return np.minimum(named, left)


def _rolls(plan: Plan, allowance: Allowance) -> bool:
    return plan.rollover is not None and allowance.per == "period" and allowance.bytes != AUTO_FUP


def _rolled(capacity: Whole, demand: Whole, setting: Setting) -> Whole:
    """Return the capacity of each period with what earlier periods left, the oldest used first."""
    keep = setting.plan.rollover.max_periods if setting.plan.rollover else 0
    account = setting.cycles.account
    first = Segments.where_changes(account).first
    rank = np.cumsum(np.isin(np.arange(len(account)), first)) - 1
    turn = np.arange(len(account)) - first[rank]
    kept = np.zeros((keep, len(first)), dtype=np.int64)  # oldest row first
    rolled = capacity.copy()
    for number in range(int(turn.max(initial=-1)) + 1):
        here = np.flatnonzero(turn == number)
        owner = rank[here]
        rolled[here] += kept[:, owner].sum(axis=0)
        need = demand[here]
        for age in range(keep):
            used = np.minimum(kept[age, owner], need)
            kept[age, owner] -= used
            need -= used
        kept[:-1] = kept[1:]
        kept[-1] = 0
        kept[-1, owner] = np.maximum(capacity[here] - need, 0)
    return rolled


def microseconds(clock: time) -> int:
    """Return the time of day in microseconds after midnight."""
    seconds = (clock.hour * 60 + clock.minute) * 60 + clock.second
    return seconds * 1_000_000 + clock.microsecond
