"""Billing cycles: in which period of its account a record falls, and when periods begin and end."""

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import pandas as pd

from esim_analysis.billing.ledger import DAY_US, Codes, Ledger, Mask, Places, micros_of, to_utc
from esim_analysis.billing.money import Whole
from esim_analysis.billing.segments import Segments
from esim_analysis.model.plan import Period, Plan
from esim_analysis.reference import usual_zone


@dataclass(frozen=True, slots=True)
class Cycles:
    """Periods of all accounts, one after the other.

    Attributes
    ----------
    segments
        The period of each row.
    inside
        False for rows before the first period or after the last.
    account
        Account of each period.
    start, end
        UTC microseconds of each period, end exclusive.
    over
        For each row, UTC microseconds at which its account's last period ended; only
        of plans that do not renew (else the largest number).
    """

    segments: Segments
    inside: Mask
    account: Places
    start: Whole
    end: Whole
    over: Whole


def plan_zone(plan: Plan) -> str:
    """Return the operator's zone: the plan's word, else the usual one of its first country."""
    if plan.period.tz:
        return plan.period.tz
    countries = [c for zone in plan.zones for c in zone.countries if c != "*"]
    return (usual_zone(countries[0]) if countries else None) or "UTC"


def cycles(ledger: Ledger, plan: Plan) -> Cycles:
    """Divide the rows of a ledger into the periods of a plan."""
    period, zone = plan.period, plan_zone(plan)
    if period.auto_renew == "on_use" and period.days is not None:
        return _on_use(ledger, period, zone)
    number, begins, renews = _numbers(ledger, period, zone)
    return _table(ledger, number, begins, renews=renews)


def first_rows(account: Places) -> Codes:
    """Return the first row of each account, in order."""
    return Segments.where_changes(account).first


def moment(value: datetime | date, zone: str) -> int:
    """Return a date (its local midnight) or date-time of a plan as UTC microseconds."""
    stamp = pd.Timestamp(value)
    if stamp.tzinfo is not None:
        return micros_of(stamp)
    wall = np.array([micros_of(stamp)], dtype=np.int64)
    return int(to_utc(wall, zone)[0])


class _Begins:
    """Where period `number` of an account begins, UTC; origin is one a row or one for all."""

    def __init__(self, period: Period, zone: str, origin: Whole) -> None:
        self.period, self.zone, self.origin = period, zone, origin

    def __call__(self, account: Places, number: Codes) -> Whole:
        period = self.period
        if period.calendar_month_day is not None:
            return to_utc(_month_start(number, period.calendar_month_day) * DAY_US, self.zone)
        if period.first is not None and period.last is not None:
            length = (period.last - period.first).days + 1
            return to_utc((self.origin[account] + number * length) * DAY_US, self.zone)
        if period.counts == "hours":
            return self.origin[account] + number * (period.days or 1) * DAY_US
        return to_utc((self.origin[account] + number * (period.days or 1)) * DAY_US, self.zone)


def _numbers(ledger: Ledger, period: Period, zone: str) -> tuple[Codes, _Begins, bool]:
    """Return the period number of each row, counted from 0 or from a calendar month."""
    day = ledger.local_day(zone)
    accounts = len(ledger.accounts)
    if period.calendar_month_day is not None:
        number = _month_number(day, period.calendar_month_day)
        return number, _Begins(period, zone, np.zeros(accounts, np.int64)), True
    if period.first is not None and period.last is not None:
        first = _day_number(period.first)
        length = (period.last - period.first).days + 1
        number = (day - first) // length
        return number, _Begins(period, zone, np.full(accounts, first)), False
    length = period.days or 1
    clock = ledger.start if period.counts == "hours" else day
    origin = np.zeros(accounts, dtype=np.int64)
    if period.anchor is not None:
        origin[:] = _anchor(period, zone)
    else:
        firsts = first_rows(ledger.account)
        origin[ledger.account[firsts]] = clock[firsts]
    unit = length * DAY_US if period.counts == "hours" else length
    number = (clock - origin[ledger.account]) // unit
    return number, _Begins(period, zone, origin), period.auto_renew is not False


def _anchor(period: Period, zone: str) -> int:
    value = period.anchor or date.min
    if period.counts == "hours":
        return moment(value, zone)
    if isinstance(value, datetime) and value.tzinfo is not None:
        value = pd.Timestamp(value).tz_convert(zone).to_pydatetime()
    return _day_number(value.date() if isinstance(value, datetime) else value)


def _table(ledger: Ledger, number: Codes, begins: _Begins, *, renews: bool) -> Cycles:
    account = ledger.account
    lowest = number if renews else np.zeros_like(number)
    clipped = np.clip(number, 0, 0) if not renews else number
    firsts = first_rows(account)
    low = lowest[firsts]
    last = np.append(firsts[1:], len(account)) - 1 if len(account) else firsts
    count = clipped[last] - low + 1
    offset = np.cumsum(count) - count
    rank = np.cumsum(_changed(account)) if len(account) else account
    code = offset[rank] + clipped - low[rank]
    owner = np.repeat(account[firsts], count)
    numbers = np.arange(len(owner)) - np.repeat(offset, count) + np.repeat(low, count)
    start, end = begins(owner, numbers), begins(owner, numbers + 1)
    inside = np.ones(len(account), bool) if renews else number == 0
    over = np.full(len(account), np.iinfo(np.int64).max) if renews else end[code]
    return Cycles(Segments.of(code, len(owner)), inside, owner, start, end, over)


def _on_use(ledger: Ledger, period: Period, zone: str) -> Cycles:
    """Begin a period with the first use after the one before has ended."""
    length = period.days or 1
    hours = period.counts == "hours"
    clock = ledger.start if hours else ledger.local_day(zone)
    unit = length * DAY_US if hours else length
    used = _uses(ledger)
    begins = used[_chain(ledger.account[used], clock[used], unit)]
    opens = np.zeros(len(ledger), dtype=np.int64)
    opens[begins] = 1
    code = np.maximum(np.cumsum(opens) - 1, 0)
    start = clock[begins] if hours else to_utc(clock[begins] * DAY_US, zone)
    end = start + unit if hours else to_utc((clock[begins] + unit) * DAY_US, zone)
    never = np.full(len(ledger), np.iinfo(np.int64).max)
    inside = np.ones(len(ledger), dtype=bool)
    segments = Segments.of(code, len(begins))
    return Cycles(segments, inside, ledger.account[begins], start, end, never)


def _uses(ledger: Ledger) -> Codes:
    """Return the rows that are use; of an account that has none, its first row."""
    firsts = first_rows(ledger.account)
    rank = np.cumsum(_changed(ledger.account))
    idle = np.bincount(rank, weights=ledger.volume > 0, minlength=len(firsts)) == 0
    uses = ledger.volume > 0
    uses[firsts[idle[: len(firsts)]]] = True
    return np.flatnonzero(uses)


def _chain(account: Places, clock: Whole, unit: int) -> Codes:
    """Return the rows that open a period, each the first of its account a unit after the last.

    "Next opening after this row" is a function on rows; repeated doubling of it
    marks every row that can be reached from the first of an account.
    """
    count = len(account)
    # Accounts are put end to end on one axis, far enough apart.
    low = clock.min(initial=0)
    span = clock.max(initial=0) - low + unit + 1
    rank = np.cumsum(_changed(account)) if count else account
    axis = rank * span + (clock - low)
    jump = np.append(np.searchsorted(axis, axis + unit), count)
    own_end = np.append(np.append(first_rows(account)[1:], count)[rank], count)
    jump = np.where(jump >= own_end, count, jump)
    mark = np.zeros(count + 1, dtype=bool)
    mark[first_rows(account)] = True
    while (jump[:-1] < count).any():
        mark[jump[mark]] = True
        jump = jump[jump]
    return np.flatnonzero(mark[:-1])


def _changed(keys: Places) -> Mask:
    changed = np.zeros(len(keys), dtype=bool)
    changed[1:] = keys[1:] != keys[:-1]
    return changed


def _month_number(day: Whole, begins_on: int) -> Whole:
    months = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return months - (day < _month_start(months, begins_on))


def _month_start(months: Whole, begins_on: int) -> Whole:
    """Return the day on which months begin; a month too short begins on its last day."""
    first = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    after = (months + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    start: Whole = np.minimum(first + begins_on - 1, after - 1)
    return start


def _day_number(day: date) -> int:
    return (day - date(1970, 1, 1)).days
