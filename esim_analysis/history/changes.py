"""What changed between two exports: findings new, gone, better, worse, and what it saved."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

import pandas as pd

from esim_analysis.history.saving import Saving, saving
from esim_analysis.model import Analysis, Finding
from esim_analysis.model.clock import local_day

_CLEARLY: Final = 0.25  # a change of a quarter a day is more than one month's luck of days


class Status(StrEnum):
    """What became of a finding."""

    WORSE = "worse"
    NEW = "new"
    SAME = "same"
    BETTER = "better"
    GONE = "gone"


_ALARMING: Final = frozenset({Status.WORSE, Status.NEW})  # first on a screen


@dataclass(frozen=True, slots=True)
class Period:
    """What one side of a comparison spans: local days, both included, and its bill."""

    first: str
    last: str
    days: int
    billed: int
    charge: Decimal | None
    currency: str


@dataclass(frozen=True, slots=True)
class Change:
    """One rule and app on both sides.

    Attributes
    ----------
    before, after
        The finding on each side, None where there is none.
    per_day_before, per_day_after
        Bytes a day of its windows.
    followed
        The phone's settings say that the switch was turned: True or False; None where
        they say nothing of it.
    saving
        What the days after used less than the days before; None where that cannot be told.
    cost, currency
        The saving in the money the bytes cost before, None where the bill has none.
    """

    status: Status
    rule: str
    app: str
    line: str
    before: Finding | None
    after: Finding | None
    per_day_before: float
    per_day_after: float
    followed: bool | None
    saving: Saving | None
    cost: Decimal | None
    currency: str


@dataclass(frozen=True, slots=True)
class Changes:
    """Two exports beside each other; `rows` in the order of a screen, most at stake first."""

    before: Period
    after: Period
    rows: tuple[Change, ...]


def changes(before: Analysis, after: Analysis) -> Changes:
    """Compare two analysed exports of the same lines.

    Findings are the same by rule, app and SIM. A finding is better or worse when its
    bytes a day changed by more than a quarter.
    """
    spans = _period(before), _period(after)
    old = {_key(one, before): one for one in before.findings}
    new = {_key(one, after): one for one in after.findings}
    rows = [
        _change(old.get(key), new.get(key), before, after, spans)
        for key in dict.fromkeys((*new, *old))
    ]
    rows.sort(key=lambda row: (row.status not in _ALARMING, -_at_stake(row), row.rule, row.app))
    return Changes(*spans, tuple(rows))


def _key(finding: Finding, analysis: Analysis) -> tuple[str, str, str]:
    line = analysis.usage.raw_lines.get(finding.line) or finding.line
    return finding.rule, finding.app, line


def _change(
    old: Finding | None,
    new: Finding | None,
    before: Analysis,
    after: Analysis,
    spans: tuple[Period, Period],
) -> Change:
    then = old.bytes / spans[0].days if old else 0.0
    now = new.bytes / spans[1].days if new else 0.0
    told = new or old
    if told is None:
        raise ValueError("a change needs a finding on one side")
    saved = saving(old, before, after) if old else None
    cost, currency = _money(old, saved)
    return Change(
        status=_status(old, new, then, now),
        rule=told.rule,
        app=told.app,
        line=told.line,
        before=old,
        after=new,
        per_day_before=then,
        per_day_after=now,
        followed=_followed(told, after) if old else None,
        saving=saved,
        cost=cost,
        currency=currency,
    )


def _status(old: Finding | None, new: Finding | None, then: float, now: float) -> Status:
    if old is None:
        return Status.NEW
    if new is None:
        return Status.GONE
    if now > then * (1 + _CLEARLY):
        return Status.WORSE
    return Status.BETTER if now < then * (1 - _CLEARLY) else Status.SAME


def _followed(finding: Finding, after: Analysis) -> bool | None:
    """Say whether the phone's settings have the switch of a background finding turned."""
    settings = after.evidence.settings
    if finding.rule != "background_sync" or not settings.platform:
        return None
    return finding.app in settings.background_off or bool(settings.data_saver)


def _money(old: Finding | None, saved: Saving | None) -> tuple[Decimal | None, str]:
    if old is None or saved is None or old.cost is None or old.bytes <= 0:
        return None, ""
    cost = old.cost * Decimal(saved.bytes) / Decimal(old.bytes)
    return cost.quantize(Decimal("0.01")), old.currency


def _at_stake(row: Change) -> float:
    return max(row.per_day_before, row.per_day_after)


def _period(analysis: Analysis) -> Period:
    frame = analysis.usage.frame
    ends = frame["end_utc"].fillna(frame["start_utc"]) - pd.Timedelta(microseconds=1)
    first = str(local_day(frame["start_utc"], analysis.zone).min())
    last = str(local_day(ends, analysis.zone).max())
    currencies = frame.loc[frame["charge"].notna(), "currency"].dropna().unique()
    one = len(currencies) == 1
    return Period(
        first=first,
        last=last,
        days=(pd.Timestamp(last) - pd.Timestamp(first)).days + 1,
        billed=int(analysis.usage.billed.sum()),
        charge=Decimal(frame["charge"].sum()) if one else None,
        currency=str(currencies[0]) if one else "",
    )
