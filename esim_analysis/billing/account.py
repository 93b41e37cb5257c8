"""A case under a plan: what it costs, whether it lasts, and what would change that."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from esim_analysis.billing.agreement import Agreement, agreement
from esim_analysis.billing.by_app import charge_by_app
from esim_analysis.billing.comparing import compare
from esim_analysis.billing.forecasting import Forecast, forecast
from esim_analysis.billing.gains import days_gained
from esim_analysis.billing.ledger import Ledger
from esim_analysis.billing.metered import Metered
from esim_analysis.billing.metering import meter
from esim_analysis.billing.money import Whole
from esim_analysis.billing.over_limit import warnings
from esim_analysis.billing.removal import bytes_of
from esim_analysis.model.analysis import Analysis
from esim_analysis.model.attributions import Attribution
from esim_analysis.model.findings import Finding, Severity
from esim_analysis.model.plan import Plan
from esim_analysis.model.records import UsageRecords


@dataclass(frozen=True, slots=True)
class Account:
    """Everything a screen may say of a case under one plan.

    Attributes
    ----------
    findings
        What could be put right: findings that are more than information. `gains` and
        `comparison` count their places.
    metered, forecast, agreement
        As `meter`, `forecast` at `as_of`, and `agreement` return them.
    warnings
        As `warnings` returns them, of all periods.
    gains
        As `days_gained` returns them, of the running period.
    comparison
        This plan as it is, without each finding and without all, as `compare` returns it.
    by_app
        As `charge_by_app` returns it.
    """

    plan: Plan
    as_of: pd.Timestamp
    findings: tuple[Finding, ...]
    metered: Metered
    forecast: Forecast
    agreement: Agreement
    warnings: pd.DataFrame
    gains: pd.DataFrame
    comparison: pd.DataFrame
    by_app: pd.DataFrame


def account(
    analysis: Analysis,
    plan: Plan,
    *,
    as_of: pd.Timestamp | None = None,
    today: date | None = None,
) -> Account:
    """Meter a case under a plan and look ahead.

    Parameters
    ----------
    as_of
        The moment the forecast looks ahead from; None: the end of the data. What
        was used later is metered, but not known to the forecast.
    today
        Lets old terms be marked stale; None: none is.
    """
    usage, divided = analysis.usage, analysis.attribution
    as_of = data_until(usage) if as_of is None else as_of
    metered = meter(usage, plan, divided)
    ahead = forecast(usage, plan, as_of)
    findings = tuple(one for one in analysis.findings if one.severity is not Severity.INFO)
    return Account(
        plan=plan,
        as_of=as_of,
        findings=findings,
        metered=metered,
        forecast=ahead,
        agreement=agreement(usage, plan),
        warnings=warnings(metered, divided),
        gains=days_gained(ahead, divided, findings),
        comparison=compare(usage, [plan], findings, attribution=divided, today=today),
        by_app=charge_by_app(metered, divided),
    )


def data_until(usage: UsageRecords) -> pd.Timestamp:
    """Return the end of the last record: the moment a forecast looks ahead from."""
    frame = usage.frame
    return pd.Timestamp(frame["end_utc"].fillna(frame["start_utc"]).max())


def costed(usage: UsageRecords, plan: Plan, attribution: Attribution | None = None) -> UsageRecords:
    """Return records that carry the plan's charges, where the operator's export names none.

    One export may name charges and another none: only if no record has one are they
    filled, so that money of two kinds is never added up.
    """
    if usage.frame["charge"].notna().any():
        return usage
    charges = meter(usage, plan, attribution).records.set_index("record")["charge"]
    charge = charges.reindex(usage.frame.index)
    currency = pd.Series(plan.currency, index=usage.frame.index, dtype="str")
    frame = usage.frame.assign(charge=charge, currency=currency.where(charge.notna()))
    return replace(usage, frame=frame)


def without(
    usage: UsageRecords,
    attribution: Attribution,
    *,
    apps: Collection[str] = (),
    findings: Sequence[Finding] = (),
) -> UsageRecords:
    """Return the records as they would have been without some apps and findings.

    An app loses its pieces, a finding the bytes of its windows; what both name goes
    once, and no record loses more than it has.

    Parameters
    ----------
    attribution
        Of the same records.
    """
    ledger = Ledger.of(usage)
    gone = np.zeros(len(ledger), dtype=np.int64)
    for finding in findings:
        if finding.app not in apps:
            gone += bytes_of(finding, ledger)
    gone = np.minimum(gone + _of_apps(attribution, ledger, apps), ledger.volume)
    less = pd.Series(0, index=usage.frame.index).add(
        pd.Series(gone, index=ledger.row), fill_value=0
    )
    billed = (usage.billed.astype("int64") - less.astype("int64")).astype("Int64")
    return replace(usage, frame=usage.frame.assign(bytes_billed=billed))


def _of_apps(attribution: Attribution, ledger: Ledger, apps: Collection[str]) -> Whole:
    pieces = attribution.pieces[attribution.pieces["app"].isin(list(apps))]
    sums = pieces.groupby("record")["bytes"].sum()
    told: Whole = sums.reindex(ledger.row, fill_value=0).clip(lower=0).to_numpy("int64")
    return told
