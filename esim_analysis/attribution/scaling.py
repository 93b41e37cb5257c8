"""Rows and columns of a table scaled in turn to their totals, part by part.

A part is left as it is once it has settled: whatever other parts need, or whether there are
any, its answer is the same, and it costs no more.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from esim_analysis.attribution.bill import Flags, Floats, Ints
from esim_analysis.attribution.groups import sum_by

_SWEEPS: Final = 200
_SETTLED: Final = 1e-5
_LOOK: Final = 5  # every so many sweeps it is seen how much the last one moved each part
_AT_ONCE: Final = 1 << 16  # entries scaled together: a sweep over them stays in cache
_WORTH: Final = 0.75  # of the entries still move, or fewer: a smaller table is worth its making


@dataclass(frozen=True, slots=True)
class Table:
    """Rows (intervals of the phone) and columns (sessions) that are scaled to their totals.

    Attributes
    ----------
    seed, row, column
        Entries, by row and column.
    row_target, spare
        Total of each row, and what of it may stay without a session.
    bill, left_seed, part
        Total of each column, what is left of it at first, and its connected part.
    rest
        What is left of each part.
    """

    seed: Floats
    row: Ints
    column: Ints
    row_target: Floats
    spare: Floats
    bill: Floats
    left_seed: Floats
    part: Ints
    rest: Floats

    def matrices(self) -> tuple[Any, Any]:
        """Return the entries as a sparse matrix by row and one by column."""
        from scipy.sparse import csr_array  # noqa: PLC0415 - dear, and only where a phone was read

        shape = (len(self.row_target), len(self.bill))
        by_row = csr_array((self.seed, (self.row, self.column)), shape=shape)
        return by_row, by_row.T.tocsr()

    def only(self, parts: Flags) -> "Table":
        """Return the table of some parts, which are numbered anew."""
        columns = parts[self.part]
        kept = columns[self.column]
        rows = np.zeros(len(self.row_target), dtype=bool)
        rows[self.row[kept]] = True
        return Table(
            seed=self.seed[kept],
            row=(np.cumsum(rows) - 1)[self.row[kept]],
            column=(np.cumsum(columns) - 1)[self.column[kept]],
            row_target=self.row_target[rows],
            spare=self.spare[rows],
            bill=self.bill[columns],
            left_seed=self.left_seed[columns],
            part=(np.cumsum(parts) - 1)[self.part[columns]],
            rest=self.rest[parts],
        )


def scale(table: Table) -> tuple[Floats, int, float]:
    """Scale rows and columns in turn until every part has settled, some thousand entries at once.

    Returns
    -------
    (entries, sweeps, residual)
        Ends on the columns, so that none passes its total; how long the slowest part took,
        and the last relative change of all parts together.
    """
    settled, sweeps, astray = _halved(table)
    return settled, sweeps, astray / max(float(settled.sum()), 1e-12)


def _halved(table: Table) -> tuple[Floats, int, float]:
    """Scale halves of a large table one after the other: each sweep then stays in cache.

    Returns entries, sweeps, and what the last sweeps moved.
    """
    of_entry = table.part[table.column]
    count = np.bincount(of_entry, minlength=len(table.rest))
    first = 2 * np.cumsum(count) - count <= len(of_entry)
    if len(of_entry) <= _AT_ONCE or first.all() or not first.any():
        return _settle(table)
    settled, sweeps, astray = np.empty(len(of_entry)), 0, 0.0
    for half in (first, ~first):
        mine, took, moved = _halved(table.only(half))
        settled[half[of_entry]] = mine
        sweeps, astray = max(sweeps, took), astray + moved
    return settled, sweeps, astray


def _settle(table: Table) -> tuple[Floats, int, float]:
    """Scale rows and columns of a table until every part of it has settled."""
    settled = np.zeros(len(table.seed))
    entry, open_ = np.arange(len(table.seed)), np.ones(len(table.rest), dtype=bool)
    astray, sweeps = 0.0, 0
    factor, before = np.ones(len(table.bill)), table.seed
    by_row, by_column = table.matrices()
    of_part = table.part[table.column]
    while len(entry):
        sweeps += 1
        lift = by_row @ factor
        lift += table.spare
        np.divide(table.row_target, lift, out=lift)
        factor *= table.left_seed
        left = sum_by(table.part, factor, len(table.rest))
        filled = (table.rest / np.maximum(left, 1e-12))[table.part]
        filled *= table.left_seed
        filled += by_column @ lift
        # A column that nothing fills takes nothing.
        factor = np.divide(
            table.bill, np.maximum(filled, 1e-12), out=np.zeros(len(filled)), where=filled > 0
        )
        if (sweeps + 1) % _LOOK and sweeps % _LOOK:
            continue
        now = table.seed * lift[table.row]
        now *= factor[table.column]
        if sweeps % _LOOK == 0:
            moved = sum_by(of_part, np.abs(np.subtract(now, before, out=before)), len(table.rest))
            total = np.maximum(sum_by(of_part, now, len(table.rest)), 1e-12)
            done = open_ & ((moved / total <= _SETTLED) | (sweeps >= _SWEEPS))
            mine = done[of_part]
            settled[entry[mine]] = now[mine]
            astray += float(moved[done].sum())
            open_ &= ~done
            goes_on = open_[of_part]
            if np.count_nonzero(goes_on) <= _WORTH * len(goes_on):
                factor = factor[open_[table.part]]
                entry, now, table = entry[goes_on], now[goes_on], table.only(open_)
                open_ = open_[open_]
                by_row, by_column = table.matrices()
                of_part = table.part[table.column]
        before = now
    return settled, sweeps, astray
