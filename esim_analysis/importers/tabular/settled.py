"""A table whose questions are settled: columns, unit, base, marks, order and zone.

Two steps, so that a file too large for memory and many small ones can go through the same:
`settle` decides from all rows how a table is read; `records` makes records of the rows.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

import pandas as pd

from esim_analysis.importers.tabular.by_content import said_of_content
from esim_analysis.importers.tabular.columns import Columns, find_columns
from esim_analysis.importers.tabular.grid import Grid
from esim_analysis.importers.tabular.measure import Measured, measure
from esim_analysis.importers.tabular.moments import Parts
from esim_analysis.importers.tabular.profile import Mapping
from esim_analysis.importers.tabular.surroundings import (
    assumed_zone,
    currency_of,
    declared_zone,
    whereabouts,
)
from esim_analysis.importers.tabular.times import Written, read_times
from esim_analysis.model import Choice, Decision, Origin

_Rows = TypeVar("_Rows", pd.Series, pd.DataFrame)


@dataclass(frozen=True, slots=True)
class Table:
    """A file whose questions are all settled; `name` is its id inside the case."""

    name: str
    grid: Grid
    mapping: Mapping | None
    columns: Columns
    measured: Measured
    written: Written
    where: pd.DataFrame
    currency: pd.Series
    zone: Choice

    @property
    def has_end(self) -> bool:
        """Whether rows say when they end, or how long they last."""
        return bool({"end", "duration"} & set(self.columns))

    @property
    def manner(self) -> Hashable:
        """All that says how a row is read: tables of one manner are read together."""
        return (
            self.grid.headings,
            self.grid.delimiter != "",
            tuple(self.columns.items()),
            id(self.mapping),
            self.measured.unit.value,
            self.measured.base.value,
            self.measured.marks,
            self.written.order.value,
            self.zone.value,
        )

    @property
    def decision(self) -> Decision:
        """How the file is read, as every screen shows it."""
        return Decision(
            unit=self.measured.unit,
            base=self.measured.base,
            locale=_locale(self.measured.numbers, self.written.order),
            zone=self.zone,
        )


def settle(grid: Grid, mapping: Mapping | None, *, timezone: str | None, name: str) -> Table:
    """Decide how a table is read, from all its rows.

    Raises
    ------
    QuestionError, FileError
        Columns, unit, decimal mark or order of day and month cannot be told.
    """
    columns = find_columns(grid, mapping, name)
    measured = measure(grid, columns, mapping, name)
    written = read_times(grid, columns, mapping, name)
    where = whereabouts(grid, columns)
    currency = currency_of(grid, columns, mapping)
    zone = declared_zone(
        grid, all_offsets=written.all_offsets, mapping=mapping, timezone=timezone
    ) or assumed_zone(grid, columns, where, currency)
    return Table(name, grid, mapping, columns, measured, written, where, currency, zone)


def said_of_columns(table: Table) -> list[str]:
    """Return sentences on columns that were found by what they hold."""
    return said_of_content(table.grid, table.columns) if table.mapping is None else []


def take(table: Table, index: pd.Index) -> Table:
    """Return the table with some of its rows, read as it was settled."""
    return _made([table], lambda columns: columns[0].loc[index])


def stack(tables: Sequence[Table]) -> Table:
    """Return tables of one manner as one, their rows counted from 0 in the order of the tables."""
    return _made(tables, lambda columns: pd.concat(columns, ignore_index=True))


class _Change(Protocol):
    """Makes one column, or one frame of columns, of those of several tables."""

    def __call__(self, columns: list[_Rows], /) -> _Rows: ...


def _made(tables: Sequence[Table], change: _Change) -> Table:
    """Return the first table with all it says of rows made from what all tables say."""

    def of(pick: Callable[[Table], _Rows]) -> _Rows:
        return change([pick(table) for table in tables])

    first = tables[0]
    ends = [one.written.end for one in tables if one.written.end is not None]
    spans = [one.written.duration for one in tables if one.written.duration is not None]
    return replace(
        first,
        grid=replace(
            first.grid,
            body=of(lambda one: one.grid.body),
            totals=of(lambda one: one.grid.totals),
            sums=of(lambda one: one.grid.sums),
            misfit=of(lambda one: one.grid.misfit),
        ),
        measured=replace(
            first.measured,
            raw=of(lambda one: one.measured.raw),
            frame=of(lambda one: one.measured.frame),
            counts=of(lambda one: one.measured.counts),
            money=of(lambda one: one.measured.money),
        ),
        written=replace(
            first.written,
            start=_parts([one.written.start for one in tables], change),
            end=_parts(ends, change) if ends else None,
            duration=change(spans) if spans else None,
        ),
        where=of(lambda one: one.where),
        currency=of(lambda one: one.currency),
    )


def _parts(parts: Sequence[Parts], change: _Change) -> Parts:
    return Parts(
        day=change([one.day for one in parts]),
        seconds=change([one.seconds for one in parts]),
        offset=change([one.offset for one in parts]),
    )


def _locale(numbers: Choice, order: Choice) -> Choice:
    """Join the two halves of a locale; it is only as certain as the less certain one."""
    rank = list(Origin)
    weaker = max(numbers, order, key=lambda choice: rank.index(choice.origin))
    return Choice(f"{numbers.value} {order.value}", weaker.origin, weaker.reason)
