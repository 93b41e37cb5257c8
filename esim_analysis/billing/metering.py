"""Metering: usage records under a plan, told as frames."""

import numpy as np
import pandas as pd

from esim_analysis.billing.ledger import Ledger, instants
from esim_analysis.billing.metered import KINDS, Metered
from esim_analysis.billing.money import Whole, from_micro, money_series
from esim_analysis.billing.notices import notices
from esim_analysis.billing.pots import Drawn
from esim_analysis.billing.rating import Rated, rate
from esim_analysis.billing.slowed import throttled_spans
from esim_analysis.model.attributions import Attribution
from esim_analysis.model.frames import BYTES, UTC_TIME
from esim_analysis.model.plan import Plan
from esim_analysis.model.records import UsageRecords


def meter(usage: UsageRecords, plan: Plan, attribution: Attribution | None = None) -> Metered:
    """Walk the records in time order and say what each costs under a plan.

    Only rows of service class data (or unknown) are metered. A record belongs to
    the day, hour and period of its start.

    Parameters
    ----------
    attribution
        Of the same records; lets allowances that name apps see their bytes.
        Without it they see none, which is marked in `assumed`.

    Returns
    -------
    Metered
        Money in the plan's currency with VAT.
    """
    ledger = Ledger.of(usage)
    ledger = ledger.under(plan).ordered() if plan.shared is not None else ledger
    rated = rate(ledger, plan, bytes_of_apps(plan, attribution, ledger))
    return Metered(
        plan=plan,
        records=_records(rated),
        periods=_periods(rated),
        fillings=_fillings(rated),
        notices=notices(rated),
        throttled=throttled_spans(rated),
        extras=from_micro(int(rated.extras.sum())),
        zone=rated.setting.clock,
        assumed=_assumed(rated, attribution),
    )


def bytes_of_apps(plan: Plan, attribution: Attribution | None, ledger: Ledger) -> dict[str, Whole]:
    """Return the billed bytes a row of the apps a plan names."""
    apps = {app for allowance in plan.allowances for app in allowance.apps}
    if attribution is None or not apps:
        return {}
    pieces = attribution.pieces[attribution.pieces["app"].isin(apps)]
    sums = pieces.groupby(["app", "record"])["bytes"].sum()
    return {
        str(app): sums.loc[app].reindex(ledger.row, fill_value=0).clip(lower=0).to_numpy("int64")
        for app in sums.index.unique("app")
    }


def period_left(rated: Rated) -> tuple[Whole, Whole] | None:
    """Return size and rest of the period's sized allowances for each row; None without any."""
    mine = [pot for pot in rated.pots if _of_the_period(pot)]
    if not mine:
        return None
    size = np.zeros(len(rated.counted), dtype=np.int64)
    used = np.zeros(len(rated.counted), dtype=np.int64)
    for pot in mine:
        if pot.capacity is not None:
            size += pot.capacity[pot.segments.code]
            used += pot.segments.before(pot.drawn) + pot.drawn
    return size, np.maximum(size - used, 0)


def _of_the_period(pot: Drawn) -> bool:
    return pot.kind == "allowance" and not pot.per_day and pot.capacity is not None


def _records(rated: Rated) -> pd.DataFrame:
    setting, ledger = rated.setting, rated.setting.ledger
    ids = np.array([*(zone.id for zone in setting.plan.zones), ""], dtype="object")
    rest = period_left(rated)
    frame = pd.DataFrame({
        "line": np.array(ledger.lines, dtype="object")[ledger.line],
        "record": ledger.row,
        "start_utc": instants(ledger.start),
        "period": setting.cycles.segments.code,
        "zone": ids[setting.zones],
        "billed": ledger.volume,
        "counted": rated.counted,
        **{kind: getattr(rated, kind) for kind in KINDS},
        "left": rest[1] if rest else pd.array([pd.NA] * len(ledger), dtype=BYTES),
    })  # fmt: skip
    frame["charge"] = money_series(rated.charge, frame.index)
    outside = ~setting.cycles.inside
    frame["period"] = frame["period"].astype("Int64").mask(outside)
    return frame.sort_values("record", kind="stable").reset_index(drop=True)


def _periods(rated: Rated) -> pd.DataFrame:
    setting, cycles = rated.setting, rated.setting.cycles
    frame = pd.DataFrame({
        "line": np.array(setting.ledger.accounts, dtype="object")[cycles.account],
        "start_utc": instants(cycles.start),
        "end_utc": instants(cycles.end),
        "counted": cycles.segments.sums(rated.counted),
    })  # fmt: skip
    frame["price"] = money_series(rated.fees, frame.index)
    frame["charge"] = money_series(cycles.segments.sums(rated.charge), frame.index)
    return frame


def _fillings(rated: Rated) -> pd.DataFrame:
    """Return one row a sized pot and run that has records."""
    parts = [_filling(rated, pot) for pot in rated.pots if pot.capacity is not None]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _filling(rated: Rated, pot: Drawn) -> pd.DataFrame:
    ledger, cycles = rated.setting.ledger, rated.setting.cycles
    runs = np.unique(pot.segments.code)
    first = pot.segments.first[runs]
    capacity = pot.capacity if pot.capacity is not None else np.zeros(len(runs), np.int64)
    return pd.DataFrame({
        "line": np.array(ledger.accounts, dtype="object")[ledger.account[first]],
        "allowance": pot.id,
        "kind": pot.kind,
        "period": cycles.segments.code[first],
        "start_utc": pd.Series(instants(ledger.start[first])).astype(UTC_TIME),
        "size": capacity[runs],
        "used": pot.segments.sums(pot.drawn)[runs],
    })  # fmt: skip


def _assumed(rated: Rated, attribution: Attribution | None) -> dict[str, int]:
    plan, ledger = rated.setting.plan, rated.setting.ledger
    by_session = plan.increment.per == "session" and plan.size(plan.increment.bytes) > 1
    names_apps = any(allowance.apps for allowance in plan.allowances)
    found = {
        "zone": int(rated.setting.zone_assumed.sum()) if len(plan.zones) > 1 else 0,
        "session": len(ledger) if by_session and not ledger.sessions_known else 0,
        "clock": 0 if plan.period.tz else len(ledger),
        "begin": len(ledger) if _begin_assumed(plan) else 0,
        "apps": len(ledger) if names_apps and attribution is None else 0,
        "lines": len(ledger) if plan.shared and set(plan.shared.lines) - {*ledger.lines} else 0,
        "nowhere": int((rated.unpriced > 0).sum()),
    }
    return {name: rows for name, rows in found.items() if rows}


def _begin_assumed(plan: Plan) -> bool:
    period = plan.period
    return period.days is not None and period.anchor is None and period.auto_renew != "on_use"
