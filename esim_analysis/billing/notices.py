"""Notices: the moments at which an allowance, a step or the cut-off reaches a share of itself."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.billing.ledger import Codes, instants
from esim_analysis.billing.money import Whole, money_series
from esim_analysis.billing.pots import Drawn
from esim_analysis.billing.rating import Rated, cut_off_limits, cut_off_rows
from esim_analysis.billing.segments import Segments, crossings, draw

_STEP_NOTICES: Final = (Decimal(1),)


def notices(rated: Rated) -> pd.DataFrame:
    """Return the notices of everything that has an end, in order of time."""
    parts = [part for pot in rated.pots if pot.capacity is not None for part in _of_pot(rated, pot)]
    for rung in rated.rungs:
        if rung.capacity is not None and rung.capacity > 0:
            limit = np.full(len(rung.segments.first), rung.capacity)
            levels = rung.step.notify or _STEP_NOTICES
            parts += _of_run(
                rated, ("step", rung.zone), levels, rung.rows, rung.drawn, limit, rung.segments
            )
    parts += _of_cut_off(rated)
    if not parts:
        return pd.DataFrame()
    told = pd.concat(parts, ignore_index=True)
    return told.sort_values(["t_utc", "line", "threshold"], kind="stable").reset_index(drop=True)


def _of_pot(rated: Rated, pot: Drawn) -> list[pd.DataFrame]:
    rows = np.flatnonzero(pot.drawn > 0)
    capacity = pot.capacity if pot.capacity is not None else np.zeros(0, np.int64)
    return _of_run(
        rated,
        (pot.kind, pot.id),
        rated.setting.plan.notify,
        rows,
        pot.drawn[rows],
        capacity,
        pot.segments.take(rows),
    )


def _of_run(  # noqa: PLR0913, PLR0917 - what is filled, when to tell, and the rows that fill it
    rated: Rated,
    what: tuple[str, str],
    levels: Iterable[Decimal],
    rows: Codes,
    drawn: Whole,
    limit: Whole,
    segments: Segments,
) -> list[pd.DataFrame]:
    before = segments.before(drawn)
    size = limit[segments.code]
    parts = []
    for level in levels:
        reached = _share_of(size, level)
        at, share = crossings(drawn, before, reached)
        part = _frame(rated, what, level, rows[at], share)
        parts.append(part.assign(used=reached[at], limit=size[at]))
    return parts


def _share_of(size: Whole, level: Decimal) -> Whole:
    """Return a share of sizes, rounded up."""
    millionths = int(level * 1_000_000)
    # In two parts: a product of terabytes and millionths leaves 64 bits.
    whole, rest = np.divmod(size, 1_000_000)
    part: Whole = np.maximum(whole * millionths - (-rest * millionths // 1_000_000), 1)
    return part


def _of_cut_off(rated: Rated) -> list[pd.DataFrame]:
    terms = rated.setting.plan.cut_off
    if terms is None or rated.before_cut_off is None:
        return []
    limits = cut_off_limits(rated.setting)
    rows = np.flatnonzero(cut_off_rows(rated.setting) & (rated.before_cut_off > 0))
    segments = rated.setting.cycles.segments.take(rows)
    asked = rated.before_cut_off[rows]
    paid = draw(asked, limits, segments)
    size = limits[segments.code]
    before = segments.before(paid)
    parts = []
    for level in terms.notify:
        at, share = crossings(paid, before, _share_of(size, level))
        # The row may have been cut: its money ran for a part of its time.
        part = _frame(rated, ("cut_off", ""), level, rows[at], share * paid[at] / asked[at])
        parts.append(part.assign(limit_cost=money_series(size[at], part.index)))
    return parts


def _frame(
    rated: Rated, what: tuple[str, str], level: Decimal, rows: Codes, share: np.ndarray
) -> pd.DataFrame:
    ledger = rated.setting.ledger
    length = (ledger.end - ledger.start)[rows]
    moment = ledger.start[rows] + np.round(length * share).astype(np.int64)
    return pd.DataFrame({
        "line": np.array(ledger.accounts, dtype="object")[ledger.account[rows]],
        "t_utc": instants(moment),
        "record": ledger.row[rows],
        "period": rated.setting.cycles.segments.code[rows],
        "what": what[0],
        "name": what[1],
        "threshold": float(level),
    })  # fmt: skip
