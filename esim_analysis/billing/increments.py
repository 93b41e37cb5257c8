"""Increments: the bytes a plan counts after rounding, a record, session, day or period."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from esim_analysis.billing.ledger import MINUTE_US, Codes, Ledger, Places
from esim_analysis.billing.money import Whole
from esim_analysis.model.plan import Increment, Plan


class Spans(NamedTuple):
    """What a step may be counted over besides records and sessions: codes a row."""

    day: Codes
    period: Codes


def zone_increments(plan: Plan) -> list[Increment]:
    """Return the increment of each zone: that of its first step that has one, else the plan's."""
    found = []
    for zone in plan.zones:
        own = [step.increment for step in plan.after.get(zone.id, ()) if step.increment]
        found.append(own[0] if own else plan.increment)
    return found


def counted(ledger: Ledger, plan: Plan, zones: Codes, spans: Spans) -> Whole:
    """Return the bytes of each row after rounding.

    A span (session, day, period) is rounded as a whole and its running sum is
    what the rows differ by, so that cutting a record inside a session changes
    nothing. Without session ids each record is a session.
    """
    result = ledger.volume.copy()
    by_zone = zone_increments(plan)
    for increment in dict.fromkeys([*by_zone, plan.increment]):
        own = [number for number, other in enumerate(by_zone) if other == increment]
        if plan.size(increment.bytes) == 1 and increment.session_max_minutes is None:
            continue
        rows = np.flatnonzero(np.isin(zones, own))
        if len(rows):
            part = ledger.take(rows)
            span = Spans(spans.day[rows], spans.period[rows])
            result[rows] = _rounded(part, increment, plan.size(increment.bytes), span)
    return result


def _rounded(ledger: Ledger, increment: Increment, step: int, spans: Spans) -> Whole:
    if increment.per == "record":
        return _to_step(ledger.volume, step, increment)
    if increment.per == "session":
        return _by_session(ledger, increment, step)
    span = spans.period if increment.per == "period" else spans.day
    return _by_span(ledger.volume, _code(ledger.line, span), step, increment)


def _by_session(ledger: Ledger, increment: Increment, step: int) -> Whole:
    session, start = ledger.session, ledger.start
    if not ledger.sessions_known and increment.session_max_minutes is None:
        return _to_step(ledger.volume, step, increment)
    if increment.session_max_hours is not None:
        begun = _least(start, session)
        session = _code(session, (start - begun) // (increment.session_max_hours * 60 * MINUTE_US))
    if increment.session_max_minutes is None:
        return _by_span(ledger.volume, session, step, increment)
    # By volume or by time, whichever first: the larger count of units, in running sums.
    begun = _least(start, session)
    lasted = pd.Series(ledger.end - begun).groupby(session, sort=False).cummax().to_numpy()
    units = -(-_running(ledger.volume, session) // step)
    by_time = -(-lasted // (increment.session_max_minutes * MINUTE_US))
    return _differences(np.maximum(units, by_time) * step, session)


def _by_span(volume: Whole, code: Codes, step: int, increment: Increment) -> Whole:
    after = _running(volume, code)
    return _to_step(after, step, increment) - _to_step(after - volume, step, increment)


def _to_step(volume: Whole, step: int, increment: Increment) -> Whole:
    if increment.round == "up":
        return -(-volume // step) * step
    if increment.round == "down":
        return volume // step * step
    return (volume + step // 2) // step * step


def _running(volume: Whole, code: Codes) -> Whole:
    return pd.Series(volume).groupby(code, sort=False).cumsum().to_numpy()


def _differences(running: Whole, code: Codes) -> Whole:
    before = pd.Series(running).groupby(code, sort=False).shift(fill_value=0).to_numpy()
    told: Whole = running - before
    return told


def _least(values: Whole, code: Codes) -> Whole:
    return pd.Series(values).groupby(code, sort=False).transform("min").to_numpy()


def _code(*keys: Sequence[int] | Codes | Places) -> Codes:
    """Return one code for each combination of keys."""
    combined, _ = pd.factorize(np.asarray(keys[0]))
    for key in keys[1:]:
        part, words = pd.factorize(np.asarray(key))
        combined = combined * (len(words) + 1) + part
    return combined
