"""Rating: one ledger under one plan, in arrays. `metering` makes frames of it."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from esim_analysis.billing.cycles import cycles, first_rows, moment, plan_zone
from esim_analysis.billing.eu import cut_off_epochs, cut_offs
from esim_analysis.billing.increments import Spans, counted
from esim_analysis.billing.ladder import Rung, climb
from esim_analysis.billing.ledger import DAY_US, Ledger, Mask, wall_clock
from esim_analysis.billing.money import Whole, to_micro
from esim_analysis.billing.places import NOWHERE, zone_codes
from esim_analysis.billing.pots import Drawn, Setting, draw_all
from esim_analysis.billing.segments import draw
from esim_analysis.model.plan import EU_CUT_OFF, Plan


@dataclass(frozen=True, slots=True)
class Rated:
    """What each row became: six kinds of bytes that sum to `counted`, and its charge.

    Attributes
    ----------
    counted
        Bytes after rounding.
    zero_rated, included, charged, throttled, stopped, unpriced
        Free by the plan; paid with the price; paid on top; slowed; not served; in
        a place the plan does not name.
    charge
        Millionths of the currency with VAT, beyond the price.
    fees
        Price of each period, the same unit; `extras` of each account: once, add-ons.
    before_cut_off
        Charge of each row before the cut-off, where the plan has one.
    """

    setting: Setting
    counted: Whole
    zero_rated: Whole
    included: Whole
    charged: Whole
    throttled: Whole
    stopped: Whole
    unpriced: Whole
    charge: Whole
    fees: Whole
    extras: Whole
    pots: tuple[Drawn, ...]
    rungs: tuple[Rung, ...]
    before_cut_off: Whole | None

    @property
    def fixed(self) -> int:
        """The prices of all periods and what is paid once, millionths."""
        return int(self.fees.sum()) + int(self.extras.sum())


def rate(ledger: Ledger, plan: Plan, app_bytes: dict[str, Whole] | None = None) -> Rated:
    """Rate a ledger: `under` the plan and `ordered` where lines share it.

    Parameters
    ----------
    app_bytes
        Bytes a row of the apps the plan treats apart.
    """
    setting = _setting(ledger, plan, app_bytes or {})
    spans = Spans(setting.days, setting.cycles.segments.code)
    total = counted(ledger, plan, setting.zones, spans)
    left = total.copy()
    unpriced = np.where(setting.zones == NOWHERE, left, 0)
    left -= unpriced
    fallback = _in_fallback(setting)
    usable = setting.cycles.inside
    pots = tuple(draw_all(setting, left, usable & ~fallback))
    free, included = np.zeros_like(left), np.zeros_like(left)
    for pot in pots:
        if pot.kind == "zero_rated":
            free += pot.drawn
        elif pot.kind != "limit":
            included += pot.drawn
    rungs = tuple(climb(setting, left, usable, fallback))
    charged, throttled, charge = (np.zeros_like(left) for _ in range(3))
    for rung in rungs:
        kind = charged if rung.step.throttle_kbps is None else throttled
        kind[rung.rows] += rung.drawn
        charge[rung.rows] += rung.cost
    before = charge.copy() if plan.cut_off is not None else None
    _cut_off(setting, charged, charge, left)
    return Rated(
        setting=setting,
        counted=total,
        zero_rated=free,
        included=included,
        charged=charged,
        throttled=throttled,
        stopped=left,
        unpriced=unpriced,
        charge=charge,
        fees=_fees(setting),
        extras=_extras(setting),
        pots=pots,
        rungs=rungs,
        before_cut_off=before,
    )


def fixed_costs(ledger: Ledger, plan: Plan) -> int:
    """Return `Rated.fixed` of a ledger, its volumes unseen."""
    setting = _setting(ledger, plan, {})
    return int(_fees(setting).sum()) + int(_extras(setting).sum())


def cut_off_rows(setting: Setting) -> Mask:
    """Return the rows in the zones of the plan's cut-off: all but the first where none is named."""
    terms, zones = setting.plan.cut_off, setting.plan.zones
    if terms is None:
        return np.zeros(len(setting.ledger), dtype=bool)
    names = [zone.id for zone in zones]
    wanted = [names.index(zone) for zone in terms.zones] or list(range(1, len(zones)))
    inside: Mask = np.isin(setting.zones, wanted)
    return inside


def cut_off_limits(setting: Setting) -> Whole:
    """Return the cost at which the service stops in each period, millionths with VAT."""
    plan, periods = setting.plan, setting.cycles
    terms = plan.cut_off
    if terms is None:
        return np.zeros(len(periods.account), dtype=np.int64)
    if terms.cost != EU_CUT_OFF:
        paid = to_micro(plan.with_vat(terms.cost, ex_vat=terms.ex_vat))
        return np.full(len(periods.account), paid)
    days = wall_clock(periods.start, setting.clock) // DAY_US
    by_rule = np.array([to_micro(plan.with_vat(cost, ex_vat=True)) for cost in cut_offs()])
    limits: Whole = by_rule[cut_off_epochs(days.astype("datetime64[D]"))]
    return limits


def _setting(ledger: Ledger, plan: Plan, app_bytes: dict[str, Whole]) -> Setting:
    clock = plan_zone(plan)
    days = ledger.local_day(clock)
    zones, assumed = zone_codes(ledger, plan, days)
    return Setting(ledger, plan, clock, zones, cycles(ledger, plan), days, assumed, app_bytes)


def _in_fallback(setting: Setting) -> Mask:
    terms = setting.plan.daily_fallback
    if terms is None or terms.since is None:
        return np.zeros(len(setting.ledger), dtype=bool)
    unpaid: Mask = setting.days >= (terms.since - date(1970, 1, 1)).days
    return unpaid


def _cut_off(setting: Setting, charged: Whole, charge: Whole, stopped: Whole) -> None:
    if setting.plan.cut_off is None:
        return
    rows = np.flatnonzero(cut_off_rows(setting) & (charge > 0))
    asked = charge[rows]
    allowed = draw(asked, cut_off_limits(setting), setting.cycles.segments.take(rows))
    # Bytes follow money: floats are exact enough for a share, and the two parts sum exactly.
    served = np.floor(charged[rows] * (allowed / np.maximum(asked, 1))).astype(np.int64)
    stopped[rows] += charged[rows] - served
    charged[rows] = served
    charge[rows] = allowed


def _fees(setting: Setting) -> Whole:
    plan, periods = setting.plan, setting.cycles
    price = to_micro(plan.with_vat(plan.price))
    fees = np.full(len(periods.account), price)
    if plan.shared is not None:
        extra = to_micro(plan.with_vat(plan.shared.extra_line))
        fees += extra * (_lines_of_accounts(setting.ledger)[periods.account] - 1)
    if plan.daily_fallback is not None and plan.daily_fallback.since is not None:
        fees[periods.start >= moment(plan.daily_fallback.since, setting.clock)] = 0
    return fees


def _lines_of_accounts(ledger: Ledger) -> Whole:
    """Return how many lines draw from each account."""
    first = np.unique(ledger.line, return_index=True)[1]
    return np.bincount(ledger.account[first], minlength=len(ledger.accounts))


def _extras(setting: Setting) -> Whole:
    """Return what each account pays once: activation, the eSIM, add-ons bought."""
    plan = setting.plan
    once = plan.one_off.activation + plan.one_off.esim
    once += sum(addon.price for addon in plan.addons if addon.bought is not None)
    accounts = len(setting.ledger.accounts)
    extras = np.zeros(accounts, dtype=np.int64)
    extras[setting.ledger.account[first_rows(setting.ledger.account)]] = to_micro(
        plan.with_vat(once)
    )
    return extras
