"""Day first or month first: settled once for a file, from all its dates."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.importers.tabular.moments import DAY_FIRST, MONTH_FIRST, YEAR_FIRST, Parts

_LONGEST_SPAN: Final = 5  # years; dates of one export do not span more
_FEWEST_DAYS: Final = 5
_RUNS_ON: Final = 3  # days without use between days with it: a weekend away
_JUMPS: Final = 27  # days between the same day of two months


def possible_orders(columns: Sequence[Parts]) -> list[str]:
    """Return the orders of day and month under which all dates of a file exist.

    One date with a figure above twelve settles the file; so does a record that would
    last for weeks if day and month were exchanged (`columns` are start and end then).
    An empty list means that some rows need one order and some the other.
    """
    if not any(parts.open.any() for parts in columns):
        return [YEAR_FIRST]
    orders = []
    readings = {
        order: [parts.dates(order).to_numpy() for parts in columns]
        for order in (DAY_FIRST, MONTH_FIRST)
    }
    for order, other in ((DAY_FIRST, MONTH_FIRST), (MONTH_FIRST, DAY_FIRST)):
        lost = any(
            (np.isnat(ours) & ~np.isnat(theirs)).any()
            for ours, theirs in zip(readings[order], readings[other], strict=True)
        )
        if not lost and all(map(_one_era, columns, readings[order])):
            orders.append(order)
    if len(orders) == 2 and _same(readings[DAY_FIRST], readings[MONTH_FIRST]):  # noqa: PLR2004
        return [DAY_FIRST]
    return orders


def short_orders(start: Parts, end: Parts, orders: Sequence[str]) -> list[str]:
    """Keep the orders under which no record lasts for weeks, if that tells them apart."""
    week = pd.Timedelta(days=7)
    longest = {order: (end.dates(order) - start.dates(order)).abs().max() for order in orders}
    short = [order for order in orders if longest[order] <= week]
    return short or list(orders)


def running_orders(start: Parts, orders: Sequence[str]) -> list[str]:
    """Keep the order under which use runs on from day to day, if the other leaves weeks between.

    Several sessions a day at different hours, on five days or more: nobody has them
    on the 10th of five months in a row and never between. One row a month is left alone.
    """
    spread = {order: _between_days(start.dates(order)) for order in orders}
    rows, days = start.dates(orders[0]).notna().sum(), start.dates(orders[0]).nunique()
    hours = start.seconds.nunique()
    if days < _FEWEST_DAYS or rows < 2 * days or hours < days:
        return list(orders)
    runs = [order for order, (_, longest) in spread.items() if longest <= _RUNS_ON]
    jumps = [order for order, (shortest, _) in spread.items() if shortest >= _JUMPS]
    return runs if len(runs) == 1 and len(jumps) == len(orders) - 1 else list(orders)


def _between_days(dates: pd.Series) -> tuple[int, int]:
    """Return the shortest and the longest time between days that follow one another, in days."""
    steps = pd.Series(dates.dropna().unique()).sort_values().diff().dt.days.dropna()
    return (0, 0) if steps.empty else (int(steps.min()), int(steps.max()))


def _same(one: Sequence[np.ndarray], two: Sequence[np.ndarray]) -> bool:
    """Tell whether all dates are the same, both missing counts as the same."""
    return all(
        ((a == b) | (np.isnat(a) & np.isnat(b))).all() for a, b in zip(one, two, strict=True)
    )


def _one_era(parts: Parts, dates: np.ndarray) -> bool:
    """Refuse an order that makes days into two-digit years: `26-10-01` … `26-10-31`."""
    short = parts.day["c"].to_numpy() < 100  # noqa: PLR2004 - two digits
    known = dates[short & ~np.isnat(dates)]
    if not len(known):
        return True
    years = known.astype("datetime64[Y]").astype("int64")
    return bool(years.max() - years.min() <= _LONGEST_SPAN)
