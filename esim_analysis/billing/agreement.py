"""The operator's own charges beside a plan's: agreeing, or differing by a rule."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.billing.ledger import Ledger
from esim_analysis.billing.money import MICRO, Whole, from_micro
from esim_analysis.billing.rating import rate
from esim_analysis.model.plan import Increment, Plan, Units, Zone
from esim_analysis.model.records import UsageRecords

_STEPS: Final = (1, 1024, 102_400, 1_000_000, 1_048_576)
_DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class Agreement:
    """How the charges of the records compare with the plan's.

    Attributes
    ----------
    verdict
        `agree`; `differ_by_rule`: one changed rule makes them agree; `closer_by_rule`:
        it explains at least half; `differ`; `no_charges`: the records name none.
    rule, variant
        increment, gb, clock, zone or vat, and its value; "" without one.
    charged, expected
        Sums over the records that name a charge: the operator's and the plan's.
    records, differing
        Records compared, and those that differ by more than the printed precision.
    tried
        `rule, variant, differing, difference` of every variant, the nearest first.
    """

    verdict: str
    rule: str
    variant: str
    charged: Decimal
    expected: Decimal
    records: int
    differing: int
    tried: pd.DataFrame


def agreement(usage: UsageRecords, plan: Plan) -> Agreement:
    """Compare each record's charge with the plan's, then under one changed rule after the other.

    A difference is no verdict on anyone: it names the rule that would explain it.
    """
    ledger = Ledger.of(usage)
    ledger = ledger.under(plan).ordered() if plan.shared is not None else ledger
    charge = usage.frame["charge"].iloc[ledger.row]
    known = charge.notna().to_numpy()
    if not known.any():
        none = pd.DataFrame(columns=["rule", "variant", "differing", "difference"])
        return Agreement("no_charges", "", "", Decimal(0), Decimal(0), 0, 0, none)
    amounts = charge.astype("float64").fillna(0.0).to_numpy()
    told: Whole = np.round(amounts * MICRO).astype(np.int64)
    slack = _precision(told[known])
    rows = []
    for rule, variant, changed in [("", "", plan), *_variants(ledger, plan)]:
        expected = rate(ledger, changed).charge
        away = np.abs(expected - told)[known]
        differing = int((away > slack).sum())
        rows.append(
            (rule, variant, differing, from_micro(int(away.sum())), int(expected[known].sum()))
        )
    tried = pd.DataFrame(rows, columns=["rule", "variant", "differing", "difference", "expected"])
    own = tried.iloc[0]
    # The first of equals stands: variants are in the order of how often they are the reason.
    best = tried.sort_values(["differing", "difference"], kind="stable").iloc[0]
    verdict = _verdict(int(own["differing"]), best)
    named = verdict.endswith("by_rule")
    return Agreement(
        verdict=verdict,
        rule=str(best["rule"]) if named else "",
        variant=str(best["variant"]) if named else "",
        charged=from_micro(int(told[known].sum())),
        expected=from_micro(int(own["expected"])),
        records=int(known.sum()),
        differing=int(own["differing"]),
        tried=tried.drop(columns="expected").sort_values(
            ["differing", "difference"], kind="stable", ignore_index=True
        ),
    )


def _verdict(differing: int, best: pd.Series) -> str:
    if not differing:
        return "agree"
    if not best["differing"]:
        return "differ_by_rule"
    return "closer_by_rule" if best["differing"] * 2 <= differing else "differ"


def _precision(told: Whole) -> int:
    """Return half a unit of the last printed digit, and one more millionth."""
    digits = next((d for d in range(_DIGITS) if not (told % 10 ** (_DIGITS - d)).any()), _DIGITS)
    return int(10 ** (_DIGITS - digits)) // 2 + 1


def _variants(ledger: Ledger, plan: Plan) -> Iterator[tuple[str, str, Plan]]:
    """Yield the plan with one rule changed."""
    for per in ("record", "session", "day"):
        for step in _STEPS:
            other = Increment(bytes=step, per=per)
            if other != plan.increment:
                yield "increment", f"{step} B / {per}", _with_increment(plan, other)
    other_gb = Units(gb=1_073_741_824) if plan.units == Units() else Units()
    yield "gb", str(other_gb.gb), plan.model_copy(update={"units": other_gb})
    if plan.period.tz != "UTC":
        period = plan.period.model_copy(update={"tz": "UTC"})
        yield "clock", "UTC", plan.model_copy(update={"period": period})
    for zone in plan.zones if len(plan.zones) > 1 else ():
        yield "zone", zone.id, plan.model_copy(update={"zones": _only(plan, zone, ledger)})
    if plan.vat.rate:
        vat = plan.vat.model_copy(update={"included": not plan.vat.included})
        yield "vat", "ex" if plan.vat.included else "incl", plan.model_copy(update={"vat": vat})
        yield "vat", "none", _untaxed(plan)


def _with_increment(plan: Plan, increment: Increment) -> Plan:
    after = {
        zone: tuple(step.model_copy(update={"increment": None}) for step in steps)
        for zone, steps in plan.after.items()
    }
    return plan.model_copy(update={"increment": increment, "after": after})


def _only(plan: Plan, zone: Zone, ledger: Ledger) -> tuple[Zone, ...]:
    """Return the zones with one that holds every place of the ledger; ids and order stay."""
    networks = tuple(dict.fromkeys(ledger.places["plmn"].loc[lambda plmn: plmn != ""]))
    return tuple(
        Zone(id=other.id, countries=("*",), mcc=networks) if other == zone else Zone(id=other.id)
        for other in plan.zones
    )


def _untaxed(plan: Plan) -> Plan:
    """Return a plan whose overage is told without VAT, as some bills print it."""
    rate_ = plan.vat.rate
    after = {
        zone: tuple(step.model_copy(update=_without(step, rate_)) for step in steps)
        for zone, steps in plan.after.items()
    }
    no_vat = plan.vat.model_copy(update={"rate": Decimal(0)})
    return plan.model_copy(
        update={"vat": no_vat, "after": after if plan.vat.included else plan.after}
    )


def _without(step: object, vat: Decimal) -> dict[str, Decimal]:
    if getattr(step, "ex_vat", False):
        return {}
    names = ("per_mb", "per_gb", "price", "per_day")
    amounts = {name: getattr(step, name) for name in names}
    return {
        name: amount / (1 + vat) for name, amount in amounts.items() if isinstance(amount, Decimal)
    }
