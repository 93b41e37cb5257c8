"""Parts of a ledger that know nothing of each other: rated one at a time, a million rows fit.

Accounts never meet. Of one account, the periods do not either, where they follow the
calendar or an anchor and nothing is carried over, bought for some days, or rounded across
midnight: then a part may end wherever a period does.
"""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import time
from typing import Final

import numpy as np

from esim_analysis.billing.cycles import cycles
from esim_analysis.billing.increments import zone_increments
from esim_analysis.billing.ledger import Codes, Ledger, Places
from esim_analysis.billing.segments import Segments
from esim_analysis.model.plan import Plan

ROWS_AT_ONCE: Final = 1 << 16  # fits the cache; a period (else an account) may exceed it

Order = Places  # rows by time
Rows = Order | slice


def parts(ledger: Ledger, plan: Plan) -> Iterator[Rows]:
    """Yield rows of the ledger that can be rated apart, in the order of rating.

    Parameters
    ----------
    ledger
        By line and time, its accounts those of the plan.
    """
    order = None if plan.shared is None else ledger.order()
    splits = periods_apart(plan, ledger)
    ends = _account_ends(ledger, order)
    begin = 0
    while begin < len(ledger):
        wanted = int(np.searchsorted(ends, begin + ROWS_AT_ONCE))
        end = int(ends[min(wanted, len(ends) - 1)])
        if splits and end - begin > ROWS_AT_ONCE:
            end = _period_end(ledger, plan, order, begin, end)
        yield _between(order, begin, end)
        begin = end


def edges(ledger: Ledger) -> Ledger:
    """Return the fewest rows that have all periods, accounts and lines of a ledger."""
    first = Segments.where_changes(ledger.line).first
    last = np.append(first[1:], len(ledger))[: len(first)] - 1
    return ledger.take(np.union1d(first, last)).ordered()


def periods_apart(plan: Plan, ledger: Ledger) -> bool:
    """Say whether the periods of one account can be rated one without the other."""
    period = plan.period
    grid = period.calendar_month_day is not None or period.anchor is not None
    steps = [step for ladder in plan.after.values() for step in ladder]
    sizes = [plan.size(one.bytes) for one in zone_increments(plan)]
    by_session = [one.per == "session" for one in zone_increments(plan)]
    timed = any(one.session_max_minutes is not None for one in zone_increments(plan))
    return (
        grid
        and period.auto_renew is True
        and period.counts == "days"
        and plan.rollover is None
        and plan.daily_fallback is None
        and not any(addon.bought for addon in plan.addons)
        and not any(one.per == "day" and one.reset != time() for one in plan.allowances)
        and not any(step.per_day is not None and step.per == "day" for step in steps)
        and not timed
        and not (ledger.sessions_known and any(by_session) and max(sizes) > 1)
    )


def _account_ends(ledger: Ledger, order: Order | None) -> Codes:
    """Return one past the last row of each account."""
    account = ledger.account if order is None else ledger.account[order]
    return np.append(Segments.where_changes(account).first[1:], len(ledger))


def _period_end(ledger: Ledger, plan: Plan, order: Order | None, begin: int, limit: int) -> int:
    """Return the last end of a period within `ROWS_AT_ONCE` rows, else the first after them.

    Accounts and periods only rise with the row, so halving finds it in twenty looks.
    """

    def differs(row: int, other: int) -> bool:
        pair = np.array([row, other]) if order is None else order[[row, other]]
        code = cycles(ledger.take(pair), plan).segments.code
        return bool(code[0] != code[1])

    last = begin + ROWS_AT_ONCE - 1
    if differs(begin, last):
        within = range(begin, last + 1)
        return within[bisect_left(within, x=True, key=lambda row: not differs(row, last))]
    after = range(last, limit)
    return last + bisect_left(after, x=True, key=lambda row: differs(begin, row))


def _between(order: Order | None, begin: int, end: int) -> Rows:
    return slice(begin, end) if order is None else order[begin:end]
