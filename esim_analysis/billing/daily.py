"""The running period of each account: what it holds, what is gone, and its daily totals."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from esim_analysis.billing.ledger import DAY_US, Codes, Ledger, Mask, micros_of, to_utc, wall_clock
from esim_analysis.billing.money import Whole
from esim_analysis.billing.odds import Table
from esim_analysis.billing.rating import Rated, rate
from esim_analysis.billing.segments import Segments
from esim_analysis.model.plan import Plan
from esim_analysis.model.records import UsageRecords


@dataclass(frozen=True, slots=True)
class Running:
    """One row an account, at a moment.

    Attributes
    ----------
    start, end
        The running period, UTC microseconds; `since` is its start, or
        midnight of the first day with records.
    size, used
        Bytes of the sized allowances of the period.
    has_end
        There are such allowances, and the period is running (`is_running`).
    seen, before
        Bytes of the whole days of this period and of the one before; a row holds
        `days_seen`, `days_before` of them.
    today, share_of_today
        Local day of the moment, and how much of it is to come.
    days_to_come
        Days of the period to come, today included.
    """

    lines: list[str]
    clock: str
    now: int
    start: Whole
    end: Whole
    since: Whole
    size: Whole
    used: Whole
    is_running: Mask
    has_end: Mask
    seen: Table
    days_seen: Codes
    before: Table
    days_before: Codes
    today: int
    share_of_today: float
    days_to_come: Codes


def running(usage: UsageRecords, plan: Plan, as_of: pd.Timestamp) -> Running:
    """Meter the records before `as_of` and describe the period each account is in."""
    ledger = Ledger.of(usage)
    ledger = ledger.under(plan).ordered() if plan.shared is not None else ledger
    now = micros_of(as_of)
    first = Segments.where_changes(ledger.account).first
    opened = ledger.start[first]
    rated = rate(_marked(ledger.take(np.flatnonzero(ledger.start < now)), now), plan)
    return _described(rated, now, opened[opened < now])


def _marked(ledger: Ledger, now: int) -> Ledger:
    """Return the ledger with an empty record a account at this moment: it opens the period."""
    last = np.append(Segments.where_changes(ledger.account).first[1:], len(ledger)) - 1
    last = last[last >= 0]
    rows = np.sort(np.concatenate([np.arange(len(ledger)), last]))
    marks = last + np.arange(1, len(last) + 1)
    with_marks = ledger.take(rows)
    volume, start, end = (getattr(with_marks, n).copy() for n in ("volume", "start", "end"))
    session = with_marks.session.copy()
    volume[marks], start[marks], end[marks] = 0, now - 1, now - 1
    session[marks] = session.min(initial=0) - 1 - np.arange(len(marks))
    return replace(with_marks, volume=volume, start=start, end=end, session=session, _locals={})


def _described(rated: Rated, now: int, opened: Whole) -> Running:
    setting, cycles = rated.setting, rated.setting.cycles
    clock, ledger = setting.clock, setting.ledger
    firsts = Segments.where_changes(cycles.account).first
    current = np.append(firsts[1:], len(cycles.account))[: len(firsts)] - 1
    earlier = np.where(current > firsts, current - 1, -1)
    start, end = cycles.start[current], cycles.end[current]
    size, used = _fillings(rated, current)
    is_running = (start <= now) & (now <= end)
    today, share = _today(now, clock)
    open_day = _local_days(np.maximum(opened, start), clock)
    days_seen = np.maximum(today - open_day, 0)
    demand = _demand(rated)
    day = setting.days
    rank = np.cumsum(np.isin(np.arange(len(ledger)), _first(ledger))) - 1
    seen = _matrix(
        demand, rank, day - open_day[rank], days_seen, cycles.segments.code == current[rank]
    )
    past_open = _local_days(np.maximum(opened, cycles.start[np.maximum(earlier, 0)]), clock)
    past_end = _local_days(cycles.end[np.maximum(earlier, 0)], clock)
    days_before = np.where(earlier >= 0, np.maximum(past_end - past_open, 0), 0)
    was = (cycles.segments.code == earlier[rank]) & cycles.inside
    before = _matrix(demand, rank, day - past_open[rank], days_before, was)
    return Running(
        lines=[ledger.accounts[code] for code in ledger.account[_first(ledger)].tolist()],
        clock=clock,
        now=now,
        start=start,
        end=end,
        since=np.maximum(to_utc(open_day * DAY_US, clock), start),
        size=size,
        used=used,
        is_running=is_running,
        has_end=is_running & (size > 0),
        seen=seen,
        days_seen=days_seen,
        before=before,
        days_before=days_before,
        today=today,
        share_of_today=share,
        days_to_come=np.where(is_running, np.maximum(_local_days(end - 1, clock) - today + 1, 0), 0),
    )  # fmt: skip


def _first(ledger: Ledger) -> Codes:
    return Segments.where_changes(ledger.account).first


def _fillings(rated: Rated, current: Codes) -> tuple[Whole, Whole]:
    size, used = np.zeros(len(current), np.int64), np.zeros(len(current), np.int64)
    for pot in rated.pots:
        if pot.kind == "allowance" and not pot.per_day and pot.capacity is not None:
            size += pot.capacity[current]
            used += pot.segments.sums(pot.drawn)[current]
    return size, used


def _demand(rated: Rated) -> Whole:
    """Return the bytes a row took, or would have taken, from the allowances of the period."""
    plan, demand = rated.setting.plan, np.zeros(len(rated.counted), dtype=np.int64)
    sized = [a for a in plan.allowances if a.per == "period" and not (a.inside or a.zero_rated)]
    names = {zone for allowance in sized for zone in allowance.zones}
    everywhere = any(not allowance.zones for allowance in sized)
    numbers = [n for n, zone in enumerate(plan.zones) if everywhere or zone.id in names]
    for pot in rated.pots:
        if pot.kind == "allowance" and not pot.per_day and pot.capacity is not None:
            demand += pot.drawn
    beyond = rated.charged + rated.throttled + rated.stopped
    demand += np.where(np.isin(rated.setting.zones, numbers), beyond, 0)
    return demand


def _matrix(demand: Whole, rank: Codes, day: Whole, days: Codes, rows: Mask) -> Table:
    table = np.zeros((len(days), int(days.max(initial=0))))
    kept = np.flatnonzero(rows & (day >= 0) & (day < days[rank]))
    np.add.at(table, (rank[kept], day[kept]), demand[kept])
    return table


def _local_days(moments: Whole, clock: str) -> Whole:
    return wall_clock(moments, clock) // DAY_US


def _today(now: int, clock: str) -> tuple[int, float]:
    """Return the local day of a moment, and the share of it that is to come."""
    wall = int(wall_clock(np.array([now]), clock)[0])
    return wall // DAY_US, 1 - wall % DAY_US / DAY_US
