"""Runs of rows that share one pot, and drawing from a pot in order of time."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from esim_analysis.billing.ledger import Codes, Places
from esim_analysis.billing.money import Whole


@dataclass(frozen=True, slots=True)
class Segments:
    """A division of rows into runs.

    Attributes
    ----------
    code
        Number of the run of each row; never falls from row to row.
    first
        First row of each run, and of a run without rows that of the next.
    """

    code: Codes
    first: Codes

    @classmethod
    def of(cls, code: Codes, count: int) -> "Segments":
        """Divide by sorted codes below `count`."""
        return cls(code, np.searchsorted(code, np.arange(count)))

    @classmethod
    def where_changes(cls, *keys: Codes | Places) -> "Segments":
        """Divide where any key differs from the row before."""
        if not len(keys[0]):
            return cls(np.zeros(0, np.int64), np.zeros(0, np.int64))
        changes = np.zeros(len(keys[0]), dtype=bool)
        for key in keys:
            changes[1:] |= key[1:] != key[:-1]
        first = np.concatenate([[0], np.flatnonzero(changes)])
        return cls(np.cumsum(changes), first)

    def take(self, rows: Codes) -> "Segments":
        """Return the division of some of the rows, in order; run numbers stay."""
        return Segments.of(self.code[rows], len(self.first))

    def before(self, values: Whole) -> Whole:
        """Return for each row the sum of the values before it in its run."""
        running = np.concatenate([[0], np.cumsum(values)])
        before: Whole = running[:-1] - running[self.first][self.code]
        return before

    def sums(self, values: Whole) -> Whole:
        """Return the sum of each run."""
        running = np.concatenate([[0], np.cumsum(values)])
        edges = np.append(self.first, len(values))
        sums: Whole = np.diff(running[edges])
        return sums


def draw(demand: Whole, capacity: Whole, segments: Segments) -> Whole:
    """Serve demands in order until the capacity of their run is used up.

    Parameters
    ----------
    demand
        Bytes a row.
    capacity
        Bytes a run (`len(segments.first)`).

    Returns
    -------
    numpy.ndarray
        Bytes served a row.
    """
    left = capacity[segments.code] - segments.before(demand)
    served: Whole = np.minimum(np.maximum(left, 0), demand)
    return served


def draw_rising(demand: Whole, capacity: Whole, segments: Segments) -> Whole:
    """Serve demands under a capacity that may rise inside a run (given a row).

    What was refused before a rise is not served after it: the served sum is
    S(r) = min(S(r-1) + demand, capacity(r)), which has the closed form
    demanded(r) + min(0, least of capacity - demanded up to r).
    """
    demanded = segments.before(demand) + demand
    slack = pd.Series(capacity - demanded).groupby(segments.code, sort=False).cummin().to_numpy()
    served = demanded + np.minimum(slack, 0)
    return served - np.where(_is_first(segments), 0, np.concatenate([[0], served[:-1]]))


def crossings(
    drawn: Whole, before: Whole, level: Whole | int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the rows in which a running sum reaches a level, and how far into the row.

    Parameters
    ----------
    drawn, before
        What a row adds, and the sum before it in its run.
    level
        One level, or one a row; above zero.
    """
    rows = np.flatnonzero((before < level) & (before + drawn >= level))
    reached = level if isinstance(level, int) else level[rows]
    return rows, (reached - before[rows]) / drawn[rows]


def _is_first(segments: Segments) -> NDArray[np.bool_]:
    mark = np.zeros(len(segments.code), dtype=bool)
    mark[segments.first[segments.first < len(mark)]] = True
    return mark
