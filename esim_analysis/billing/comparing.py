"""What-if: this usage under every plan given, with and without each leak."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.billing.ledger import Ledger
from esim_analysis.billing.metering import bytes_of_apps
from esim_analysis.billing.money import Whole, money_series
from esim_analysis.billing.parts import edges, parts, periods_apart
from esim_analysis.billing.plan_files import is_stale
from esim_analysis.billing.rating import fixed_costs, rate
from esim_analysis.billing.removal import bytes_of
from esim_analysis.model.attributions import Attribution
from esim_analysis.model.findings import Finding
from esim_analysis.model.frames import BYTES, COUNT, FLAG, MONEY, TEXT, Schema, conform
from esim_analysis.model.plan import Plan
from esim_analysis.model.records import UsageRecords

AS_IS: Final = "as_is"
WITHOUT: Final = "without"  # one finding put right
WITHOUT_ALL: Final = "without_all"

COMPARISON: Final[Schema] = {
    "plan": TEXT,
    "provider": TEXT,
    "name": TEXT,
    "currency": TEXT,
    "scenario": TEXT,
    "finding": COUNT,  # place among the findings given; missing for as_is and without_all
    "rule": TEXT,
    "line": TEXT,
    "app": TEXT,
    "cost": MONEY,  # all lines, VAT included
    "saving": MONEY,  # against as_is under the same plan
    "throttled": BYTES,
    "stopped": BYTES,  # would not have been served
    "unpriced": BYTES,  # in places the plan does not name
    "verified": FLAG,
    "fictitious": FLAG,
    "stale": FLAG,
}

Sums = tuple[int, int, int, int]


def compare(
    usage: UsageRecords,
    plans: Sequence[Plan],
    findings: Sequence[Finding] = (),
    *,
    attribution: Attribution | None = None,
    today: date | None = None,
) -> pd.DataFrame:
    """Return the cost of the same usage under each plan, as it is and without each leak.

    Parameters
    ----------
    attribution
        Lets plans that treat apps apart see their bytes.
    today
        Plans older than 180 days on this day are marked stale; None: none is.

    Returns
    -------
    pandas.DataFrame
        `COMPARISON`: plans in the order given, `as_is` first. Money of different
        currencies is not converted.
    """
    ledger = Ledger.of(usage)
    removed = [bytes_of(finding, ledger) for finding in findings]
    parts = [_under(plan, ledger, findings, removed, attribution, today) for plan in plans]
    frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    return conform(frame, COMPARISON, what="comparison")


def _under(  # noqa: PLR0913, PLR0917 - one plan and everything it is put to
    plan: Plan,
    ledger: Ledger,
    findings: Sequence[Finding],
    removed: Sequence[Whole],
    attribution: Attribution | None,
    today: date | None,
) -> pd.DataFrame:
    apps = bytes_of_apps(plan, attribution, ledger)
    whole = _sums(ledger, plan, apps)
    rows: list[tuple[str, int | None, Sums]] = [(AS_IS, None, whole)]
    for number, (finding, less) in enumerate(zip(findings, removed, strict=True)):
        part = _touched(ledger, plan, finding)
        own = slice(None) if plan.shared is not None else part
        mine, mine_apps = ledger.take(own), {app: held[own] for app, held in apps.items()}
        with_it = whole if plan.shared is not None else _sums(mine, plan, mine_apps)
        without = _sums(mine.with_volume(mine.volume - less[own]), plan, mine_apps)
        told = tuple(a - b + c for a, b, c in zip(whole, with_it, without, strict=True))
        rows.append((WITHOUT, number, told))  # type: ignore[arg-type]
    if len(findings) > 1:
        less = np.minimum(np.sum(removed, axis=0), ledger.volume)
        rows.append(
            (WITHOUT_ALL, None, _sums(ledger.with_volume(ledger.volume - less), plan, apps))
        )
    return _told(plan, rows, findings, today)


def _touched(ledger: Ledger, plan: Plan, finding: Finding) -> slice:
    """Return the rows of the line a finding is about: other lines do not change."""
    if finding.line not in ledger.lines or plan.shared is not None:
        return slice(0, 0)
    rows = np.flatnonzero(ledger.line == ledger.lines.index(finding.line))
    return slice(int(rows[0]), int(rows[-1]) + 1) if len(rows) else slice(0, 0)


def _told(
    plan: Plan,
    rows: list[tuple[str, int | None, Sums]],
    findings: Sequence[Finding],
    today: date | None,
) -> pd.DataFrame:
    of = [None if number is None else findings[number] for _, number, _ in rows]
    sums = np.array([told for _, _, told in rows], dtype=np.int64)
    frame = pd.DataFrame({
        "plan": plan.id,
        "provider": plan.provider,
        "name": plan.name,
        "currency": plan.currency,
        "scenario": [scenario for scenario, _, _ in rows],
        "finding": pd.array([number for _, number, _ in rows], dtype="Int64"),
        "rule": [finding.rule if finding else "" for finding in of],
        "line": [finding.line if finding else "" for finding in of],
        "app": [finding.app if finding else "" for finding in of],
        "throttled": sums[:, 1],
        "stopped": sums[:, 2],
        "unpriced": sums[:, 3],
        "verified": plan.verified,
        "fictitious": plan.fictitious,
        "stale": today is not None and is_stale(plan, today=today),
    })  # fmt: skip
    frame["cost"] = money_series(sums[:, 0], frame.index)
    frame["saving"] = money_series(sums[0, 0] - sums[:, 0], frame.index)
    return frame


def _sums(ledger: Ledger, plan: Plan, apps: dict[str, Whole]) -> Sums:
    """Return cost (millionths), slowed, stopped and unpriced bytes, a part of the rows at a time."""
    total = np.zeros(4, dtype=np.int64)
    ledger = ledger.under(plan)
    apart = periods_apart(plan, ledger)
    for rows in parts(ledger, plan):
        # Nothing of a part is kept while the next is cut: two would not fit.
        total += _of_part(
            ledger.take(rows),
            plan,
            {app: held[rows] for app, held in apps.items()},
            fixed=not apart,
        )
    cost, throttled, stopped, unpriced = total.tolist()
    # A price is due for every period between first and last use, also where no part has one.
    due = fixed_costs(edges(ledger), plan) if apart else 0
    return cost + due, throttled, stopped, unpriced


def _of_part(part: Ledger, plan: Plan, apps: dict[str, Whole], *, fixed: bool) -> Sums:
    rated = rate(part, plan, apps)
    cost = int(rated.charge.sum()) + (rated.fixed if fixed else 0)
    kinds = (rated.throttled, rated.stopped, rated.unpriced)
    return (cost, *(int(kind.sum()) for kind in kinds))  # type: ignore[return-value]
