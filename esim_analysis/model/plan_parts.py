"""The tables a plan is made of: cycle, zones, allowances, steps, and the words they reserve."""

import re
from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated, Final, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from esim_analysis.model.config import refusal
from esim_analysis.model.errors import UsageError
from esim_analysis.model.zone import check_zone

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
UNLIMITED: Final = "unlimited"
AUTO_FUP: Final = "auto_fup"  # 2 x price without VAT / surcharge cap of the day of use
EU_CAP: Final = "eu_cap"
EU_CUT_OFF: Final = "eu_cut_off"  # the default of the EU on the day the period begins
EU_RLAH: Final = "EU_RLAH"
DAY_MINUTES: Final = 1440
WEEK_MINUTES: Final = 7 * DAY_MINUTES
SIZE: Final = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT]?)(i?)B", re.IGNORECASE)
_HOURS: Final = re.compile(r"(\d\d)(?::(\d\d))?-(\d\d)(?::(\d\d))?")
POWER: Final = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4}


def _a_size(value: str | int) -> str | int:
    words = (UNLIMITED, AUTO_FUP)
    good = value > 0 if isinstance(value, int) else value in words or SIZE.fullmatch(value)
    if not good or not str(value).strip("0. kKmMgGtTiB"):
        raise refusal(f"{value!r} is not a size", 'write it like "6GB" or "500MB", above zero')
    return value


def _a_zone(name: str) -> str:
    try:
        return check_zone(name)
    except UsageError as problem:
        raise refusal(f"unknown time zone {name!r}", "write it like Europe/Madrid") from problem


Size = Annotated[str | int, AfterValidator(_a_size)]
Amount = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=6)]
Share = Annotated[Decimal, Field(gt=0, le=1)]
Per = Literal["period", "day"]


class Part(BaseModel):
    """A frozen table of a plan; unknown fields are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)


class Vat(Part):
    """The tax, and whether the plan's prices hold it."""

    rate: Annotated[Decimal, Field(ge=0, lt=1)] = Decimal(0)
    included: bool = True


class Units(Part):
    """What "GB" means to this operator; MB and kB follow."""

    gb: Literal[1_000_000_000, 1_073_741_824] = 1_000_000_000


class Period(Part):
    """The billing cycle: every `days`, by day of the month, or fixed dates.

    Attributes
    ----------
    days, starts, anchor
        Length in days; what starts the first one; that moment where it is known
        (else the first record). `counts = "hours"` counts from the very moment,
        `"days"` from its local midnight.
    calendar_month_day
        Day on which a month begins; 29 to 31 mean the last day of shorter months.
    first, last
        Fixed days, both included.
    auto_renew
        `"on_use"`: the next period begins with the next use.
    tz
        The operator's zone; "" is the usual one of the first country of the plan.
    """

    days: Annotated[int, Field(ge=1, le=3660)] | None = None
    starts: Literal["first_use", "install", "purchase", "anchor"] = "first_use"
    anchor: datetime | date | None = None
    counts: Literal["days", "hours"] = "days"
    calendar_month_day: Annotated[int, Field(ge=1, le=31)] | None = None
    first: date | None = None
    last: date | None = None
    auto_renew: bool | Literal["on_use"] = True
    tz: Annotated[str, AfterValidator(lambda name: _a_zone(name) if name else name)] = ""

    @model_validator(mode="after")
    def _is_one_kind(self) -> Self:
        kinds = [self.days, self.calendar_month_day, self.first]
        if sum(kind is not None for kind in kinds) != 1 or (self.first is None) != (
            self.last is None
        ):
            step = "give one of: days = 28 · calendar_month_day = 1 · first and last as dates"
            raise refusal("the cycle is not clear", step)
        if self.first and self.last and self.last < self.first:
            raise refusal("the cycle ends before it begins", "put first before last", at=["last"])
        return self


class Increment(Part):
    """The step volume is rounded to, and over what (`session_max_*` close a session)."""

    bytes: Size = 1
    round: Literal["up", "nearest", "down"] = "up"
    per: Literal["record", "session", "day", "period"] = "record"
    session_max_hours: Annotated[int, Field(ge=1)] | None = None
    session_max_minutes: Annotated[int, Field(ge=1)] | None = None  # a unit lasts this long at most


class Zone(Part):
    """A place by ISO country, by group (`EU_RLAH`, by date), by network or MCC; "*" any country."""

    id: str
    countries: tuple[str, ...] = ()
    group: Literal["EU_RLAH"] | None = None
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    mcc: tuple[str, ...] = ()  # "901", or "214-07"


class When(Part):
    """Hours of the week; `22-06` passes midnight and belongs to the day it begins on."""

    days: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = WEEKDAYS
    hours: str = "00-24"

    @model_validator(mode="after")
    def _reads(self) -> Self:
        found = _HOURS.fullmatch(self.hours)
        if not found or max(self._span()) > DAY_MINUTES or self._span()[0] == self._span()[1]:
            step = 'write them like "00-07" or "22:30-06:00"'
            raise refusal(f"{self.hours!r} are not hours", step, at=["hours"])
        return self

    def _span(self) -> tuple[int, int]:
        found = _HOURS.fullmatch(self.hours)
        parts = [int(part or 0) for part in found.groups()] if found else [0, 0, 0, 0]
        return parts[0] * 60 + parts[1], parts[2] * 60 + parts[3]

    def minutes(self) -> NDArray[np.bool_]:
        """Return which minutes of a week (from Monday 00:00) are inside."""
        start, end = self._span()
        length = (end - start) % DAY_MINUTES or DAY_MINUTES
        first = np.array([WEEKDAYS.index(day) for day in self.days]) * DAY_MINUTES + start
        week = np.zeros(WEEK_MINUTES, dtype=bool)
        week[(first[:, None] + np.arange(length)) % WEEK_MINUTES] = True
        return week


class Allowance(Part):
    """Bytes that are paid with the price; drawn in the order of the file.

    `zones` empty means all; `inside` makes it a limit on what the named allowance
    may give in these zones; `zero_rated` bytes touch nothing else.
    """

    id: str = ""
    bytes: Size
    zones: tuple[str, ...] = ()
    per: Per = "period"
    reset: time = time()
    when: When | None = None
    inside: str = ""
    apps: tuple[str, ...] = ()
    zero_rated: bool = False


class Addon(Part):
    """More bytes for more money, for some days from the moment it was bought."""

    id: str
    bytes: Size
    price: Amount
    days: Annotated[int, Field(ge=1)]
    bought: datetime | date | None = None  # None: on offer, not bought
    zones: tuple[str, ...] = ()
    used: Literal["before", "after"] = "after"


class Step(Part):
    """One rung of what happens after the allowances; ends at `max_bytes`, `max_cost`, `max_blocks`.

    `stop_at_cost` ends the service. Money follows the plan's VAT unless `ex_vat`.
    """

    per_mb: Amount | None = None
    per_gb: Amount | Literal["eu_cap"] | None = None
    block: Size | None = None
    price: Amount | None = None
    per_day: Amount | None = None
    throttle_kbps: Annotated[int, Field(ge=1)] | None = None
    throttle_up_kbps: Annotated[int, Field(ge=1)] | None = None
    max_bytes: Size | None = None
    max_cost: Amount | None = None
    max_blocks: Annotated[int, Field(ge=1)] | None = None
    stop_at_cost: Amount | None = None
    ex_vat: bool = False
    per: Per = "period"
    when: When | None = None
    increment: Increment | None = None
    notify: tuple[Share, ...] = ()
    note: str = ""

    @model_validator(mode="after")
    def _is_one_kind(self) -> Self:
        kinds = [self.per_mb, self.per_gb, self.block, self.per_day, self.throttle_kbps]
        if sum(kind is not None for kind in kinds) != 1:
            step = "give one of per_mb, per_gb, block with price, per_day, throttle_kbps"
            raise refusal("the step has no price, or several", step)
        if (self.block is None) != (self.price is None):
            raise refusal("a block needs its price", 'write block = "100MB", price = 1.50')
        limit = self.max_cost if self.stop_at_cost is None else self.stop_at_cost
        priced = self.per_mb or self.block or (self.per_gb not in (None, EU_CAP))
        if limit is not None and not priced:
            step = "use max_bytes here, or cut_off for the whole plan"
            raise refusal("this step cannot end at a cost", step)
        return self


class Rollover(Part):
    """For how many periods unused bytes may be used later, the oldest first."""

    max_periods: Annotated[int, Field(ge=1)] = 1


class Tail(Part):
    """Bytes that are left for some days after a plan that does not renew has ended."""

    bytes: Size
    days: Annotated[int, Field(ge=1)]


class DailyFallback(Part):
    """Blocks a day while a renewal is unpaid; `since` is that day (None: it never was)."""

    block: Size
    price: Amount
    max_cost_per_day: Amount
    since: date | None = None


class CutOff(Part):
    """The service stops at this cost a period in these zones (empty: all but the first).

    `cost = "eu_cut_off"` is the default of the EU, without VAT, on the day a period begins.
    """

    cost: Amount | Literal["eu_cut_off"]
    ex_vat: bool = False
    notify: tuple[Share, ...] = (Decimal("0.8"), Decimal(1))
    zones: tuple[str, ...] = ()


class Tethering(Part):
    """What the terms say about hotspots; told, not metered."""

    allowed: bool = True
    bytes: Size | None = None
    per: Per = "period"


class OneOff(Part):
    """Paid once a line."""

    activation: Amount = Decimal(0)
    esim: Amount = Decimal(0)


class Shared(Part):
    """Lines draw from one plan; each line after the first adds this price a period.

    `lines` names them as screens do (`line-1`); empty means all. A line that is not
    named has the same plan to itself.
    """

    extra_line: Amount = Decimal(0)
    lines: tuple[str, ...] = ()

    def holds(self, line: str) -> bool:
        """Say whether a line draws from the shared plan."""
        return not self.lines or line in self.lines
