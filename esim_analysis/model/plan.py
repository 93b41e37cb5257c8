"""Plans: what an operator promises for a price, as a file says it (TOML, schema 1)."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from esim_analysis.model.config import refusal, suggestion
from esim_analysis.model.plan_parts import (
    AUTO_FUP,
    DAY_MINUTES,
    EU_CAP,
    EU_CUT_OFF,
    EU_RLAH,
    POWER,
    SIZE,
    UNLIMITED,
    WEEK_MINUTES,
    WEEKDAYS,
    Addon,
    Allowance,
    Amount,
    CutOff,
    DailyFallback,
    Increment,
    OneOff,
    Part,
    Period,
    Rollover,
    Share,
    Shared,
    Step,
    Tail,
    Tethering,
    Units,
    Vat,
    When,
    Zone,
)

__all__ = [
    "AUTO_FUP",
    "DAY_MINUTES",
    "EU_CAP",
    "EU_CUT_OFF",
    "EU_RLAH",
    "UNLIMITED",
    "WEEKDAYS",
    "WEEK_MINUTES",
    "Addon",
    "Allowance",
    "CutOff",
    "DailyFallback",
    "Increment",
    "OneOff",
    "Part",
    "Period",
    "Plan",
    "PlanFile",
    "Rollover",
    "Shared",
    "Step",
    "Tail",
    "Tethering",
    "Units",
    "Vat",
    "When",
    "Zone",
]


class Plan(Part):
    """A plan as its file says it; `billing` does the arithmetic."""

    id: str
    provider: str
    name: str
    kind: Literal["prepaid_bundle", "day_pass", "payg", "monthly", "unlimited_throttled"]
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    as_of: date
    source: str
    verified: bool = False
    fictitious: bool = False
    note: str = ""
    vat: Vat = Vat()
    units: Units = Units()
    price: Amount
    period: Period
    increment: Increment = Increment()
    rollover: Rollover | None = None
    tail: Tail | None = None
    daily_fallback: DailyFallback | None = None
    cut_off: CutOff | None = None
    tethering: Tethering | None = None
    one_off: OneOff = OneOff()
    shared: Shared | None = None
    notify: tuple[Share, ...] = (Decimal("0.5"), Decimal("0.8"), Decimal(1))
    zones: Annotated[tuple[Zone, ...], Field(min_length=1)]
    allowances: tuple[Allowance, ...] = ()
    addons: tuple[Addon, ...] = ()
    after: dict[str, tuple[Step, ...]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        self._check_zones()
        self._check_insides()
        self._check_words()
        names = {zone.id for zone in self.zones}
        for name, steps in self.after.items():
            _check_windows([(step.when, {name}) for step in steps], ["after", name])
        free = [(a.when if not a.inside else None, set(a.zones) or names) for a in self.allowances]
        _check_windows(free, ["allowances"])
        return self

    def _check_zones(self) -> None:
        known = [zone.id for zone in self.zones]
        for at, zone in [
            *((("allowances", i, "zones", j), z) for i, a in enumerate(self.allowances)
              for j, z in enumerate(a.zones)),
            *((("addons", i, "zones", j), z) for i, a in enumerate(self.addons)
              for j, z in enumerate(a.zones)),
            *((("cut_off", "zones", j), z)
              for j, z in enumerate(self.cut_off.zones if self.cut_off else ())),
            *((("after", z), z) for z in self.after),
        ]:  # fmt: skip
            if zone not in known:
                raise refusal(f"unknown zone {zone!r}", suggestion(zone, known), at=at)

    def _check_insides(self) -> None:
        known = [a.id for a in self.allowances if a.id and not a.inside]
        for i, allowance in enumerate(self.allowances):
            if allowance.inside and allowance.inside not in known:
                found = f"unknown allowance {allowance.inside!r}"
                at = ("allowances", i, "inside")
                raise refusal(found, suggestion(allowance.inside, known), at=at)

    def _check_words(self) -> None:
        """Refuse reserved words where they mean nothing."""
        sizes = [
            (("increment", "bytes"), self.increment.bytes),
            *((("addons", i, "bytes"), a.bytes) for i, a in enumerate(self.addons)),
        ]
        for at, size in sizes:
            if size in (UNLIMITED, AUTO_FUP):
                raise refusal(f"{size!r} is no size here", 'write it like "100MB"', at=at)
        steps = [step for ladder in self.after.values() for step in ladder]
        fair = any(a.bytes == AUTO_FUP for a in self.allowances)
        stops = self.cut_off is not None and self.cut_off.cost == EU_CUT_OFF
        euro = fair or stops or any(step.per_gb == EU_CAP for step in steps)
        if self.currency != "EUR" and euro:
            found = "eu_cap, eu_cut_off and auto_fup are in euro"
            raise refusal(found, "give the operator's own figures", at=["currency"])

    def size(self, size: str | int) -> int:
        """Return the bytes of a size in this plan's units; `KiB`-style units are always 1024."""
        found = SIZE.fullmatch(str(size))
        if isinstance(size, int) or not found:
            return int(size)
        number, letter, binary = found.groups()
        decimal_base = self.units.gb == Units().gb and not binary
        return int(Decimal(number) * (1000 if decimal_base else 1024) ** POWER[letter.upper()])

    def with_vat(self, amount: Decimal, *, ex_vat: bool = False) -> Decimal:
        """Return what is paid for an amount of this plan."""
        untaxed = ex_vat or not self.vat.included
        return amount * (1 + self.vat.rate) if untaxed else amount

    def account(self, line: str) -> str:
        """Return what a line is called where allowances are told: "" if it shares this plan."""
        return "" if self.shared is not None and self.shared.holds(line) else line

    @property
    def price_ex_vat(self) -> Decimal:
        """The price without tax, unrounded."""
        return self.price / (1 + self.vat.rate) if self.vat.included else self.price


class PlanFile(Part):
    """A file of plans."""

    version: Literal[1] = Field(default=1, alias="schema")
    plans: Annotated[tuple[Plan, ...], Field(min_length=1)]


def _check_windows(windows: list[tuple[When | None, set[str]]], at: list[str | int]) -> None:
    """Refuse windows of one zone that share a minute: which of them counts would be a guess."""
    for place, (window, zones) in enumerate(windows):
        for other, elsewhere in windows[:place]:
            if window is None or other is None or not zones & elsewhere:
                continue
            both = np.flatnonzero(window.minutes() & other.minutes())
            if len(both):
                day, minute = divmod(int(both[0]), DAY_MINUTES)
                moment = f"{WEEKDAYS[day]} {minute // 60:02d}:{minute % 60:02d}"
                step = "shorten one of them, so that each minute has one rule"
                found = f"two time windows overlap on {moment}"
                raise refusal(found, step, at=[*at, place, "when"])
