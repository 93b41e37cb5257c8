"""A table whose questions are settled, its rows as records, and what is said once all are there.

Three steps, so that a file too large for memory can go through the same ones: `settle` decides
columns, unit, base, marks, order and zone; `rows` turns every row of the grid into a record or a
reason against it; `finish` looks at all records of a line together.
"""

from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, replace
from typing import Final

import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.tabular.by_content import said_of_content
from esim_analysis.importers.tabular.columns import Columns, find_columns
from esim_analysis.importers.tabular.grid import Grid
from esim_analysis.importers.tabular.lines import hash_lines
from esim_analysis.importers.tabular.measure import Measured, measure
from esim_analysis.importers.tabular.profile import Mapping
from esim_analysis.importers.tabular.repeats import drop_repeats, prorated
from esim_analysis.importers.tabular.services import NOT_DATA, service_class, zero_rated
from esim_analysis.importers.tabular.sieve import Sieve
from esim_analysis.importers.tabular.surroundings import (
    assumed_zone,
    charges,
    currency_of,
    declared_zone,
    text,
    whereabouts,
)
from esim_analysis.importers.tabular.times import Written, intervals, read_times, whole_days
from esim_analysis.model import Choice, Decision, Origin, Source, UsageRecords

_FAST: Final = 125_000_000  # bytes a second: 1 Gbit/s


@dataclass(frozen=True, slots=True)
class Table:
    """A file whose questions are all settled."""

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
    return Table(grid, mapping, columns, measured, written, where, currency, zone)


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a table as records, and what became of the others.

    Attributes
    ----------
    frame
        Good rows: columns of `USAGE` but `source`; the index is the row of the file.
    rejected
        `source, line, field, reason`.
    raw_lines
        Hash of a line -> its id as it is printed.
    unread_charges, sums
        Rows whose charge could not be read, and rows with totals, which are no records.
    """

    frame: pd.DataFrame
    rejected: pd.DataFrame
    raw_lines: AnyMapping[str, str]
    unread_charges: int
    sums: int

    def notes(self) -> list[str]:
        """Return sentences on what was left out."""
        counts = {
            "importing.charges_could_not_be_read": self.unread_charges,
            "importing.rows_with_totals_left_out": self.sums,
        }
        return [sentence(key, count=count) for key, count in counts.items() if count]


def rows(table: Table, name: str) -> Rows:
    """Turn every row into a record, or into a reason against it."""
    sieve = Sieve(table.grid.body.index)
    sums = table.grid.totals & table.written.start.naive(table.written.order.value).isna()
    frame, raw_lines, unread = _frame(table, sieve, sums)
    good, rejected = sieve.kept & ~sums, sieve.rejected(name)
    if sums.any():
        rejected = rejected[~rejected["line"].isin(frame.index[sums].astype("str"))]
    return Rows(
        frame=frame if good.all() else frame[good],
        rejected=rejected,
        raw_lines=raw_lines,
        unread_charges=unread,
        sums=int(sums.sum()),
    )


def finish(  # noqa: PLR0913 - all that is known of the file
    frame: pd.DataFrame,
    source: Source,
    *,
    decision: Decision,
    quality: str | None,
    has_end: bool,
    rejected: pd.DataFrame,
    raw_lines: AnyMapping[str, str],
) -> UsageRecords:
    """Return the records of a file, or of some lines of it, looked at together.

    Copies are dropped, a month spread over its days is called prorated, and odd
    records are counted in the notes of `source`.

    Parameters
    ----------
    frame
        As `Rows.frame`.
    quality
        Quality of all times where a mapping says so.
    """
    zone = decision.zone.value
    kept, repeated, copies = drop_repeats(_qualities(frame, quality, zone))
    told = replace(
        source,
        kept=len(kept),
        duplicates=repeated,
        notes=(*source.notes, *copies, *_oddities(kept, has_end=has_end)),
    )
    used = set(kept["line"].unique())
    return UsageRecords(
        frame=kept.assign(source=source.id),
        decisions={source.id: decision},
        sources=(told,),
        rejected=rejected,
        raw_lines={line: raw for line, raw in raw_lines.items() if line in used},
    )


def said_of_columns(table: Table) -> list[str]:
    """Return sentences on columns that were found by what they hold."""
    return said_of_content(table.grid, table.columns) if table.mapping is None else []


def take(table: Table, index: pd.Index) -> Table:
    """Return the table with some of its rows, read as it was settled."""
    written = table.written
    ends = written.end
    return replace(
        table,
        grid=replace(
            table.grid,
            body=table.grid.body.loc[index],
            totals=table.grid.totals.loc[index],
            sums=table.grid.sums.loc[index],
            misfit=table.grid.misfit.loc[index],
        ),
        measured=replace(
            table.measured,
            raw=table.measured.raw.loc[index],
            frame=table.measured.frame.loc[index],
            counts=table.measured.counts.loc[index],
        ),
        written=replace(
            written,
            start=written.start.take(index),
            end=None if ends is None else ends.take(index),
            duration=None if written.duration is None else written.duration.loc[index],
        ),
        where=table.where.loc[index],
        currency=table.currency.loc[index],
    )


def _frame(table: Table, sieve: Sieve, sums: pd.Series) -> tuple[pd.DataFrame, dict[str, str], int]:
    """Return all rows, good or not, the ids behind their lines, and how many charges are unread."""
    grid, columns = table.grid, table.columns
    sieve.reject(grid.sums & ~sums, "row", sentence("importing.total_other_rows"))
    sieve.reject((grid.misfit != "") & ~sums, "row", grid.misfit)
    service = _services(grid, columns, table.measured, table.mapping, sieve)
    ids = text(grid, columns, "record_id")
    lines, raw_lines = hash_lines(text(grid, columns, "line"))
    who = pd.DataFrame({"line": lines, "record_id": ids})
    times = intervals(table.written, table.zone.value, who, sieve, workbook=not grid.delimiter)
    money, unread = charges(grid, columns, table.measured.marks, table.currency)
    frame = pd.concat([times, _volumes(table.measured, service), table.where, money], axis=1)
    frame = frame.assign(
        line=lines,
        record_id=ids,
        session_id=text(grid, columns, "session_id"),
        service_class=service,
        zero_rated=zero_rated(text(grid, columns, "service")),
        source_row=grid.body.index.astype("str"),
    )
    return frame, raw_lines, unread


def _services(
    grid: Grid, columns: Columns, measured: Measured, mapping: Mapping | None, sieve: Sieve
) -> pd.Series:
    """Return the service class of each row; leave out what has no volume but should."""
    service = text(grid, columns, "service")
    named = service_class(service)
    if mapping is not None and mapping.keep_service:
        keep = service.str.casefold().isin([one.casefold() for one in mapping.keep_service])
        sieve.reject(~keep, "service", sentence("importing.not_data_service_mapping_does"))
        named = named.mask(keep, "data")
    named = named.mask(measured.counts != "", measured.counts)
    volume = measured.frame["bytes_total"]
    data = ~named.isin(NOT_DATA)
    empty = pd.concat(
        [grid.body[columns[r][0]] == "" for r in ("bytes_total", "bytes_billed") if r in columns]
        or [pd.Series(data=False, index=volume.index)],
        axis=1,
    ).all(axis=1)
    sieve.reject(data & volume.isna() & empty, "volume", sentence("importing.no_volume"))
    sieve.reject(data & volume.isna(), "volume", sentence("importing.volume_could_not_read"))
    sieve.reject(data & (measured.frame < 0).any(axis=1).fillna(value=False), "volume", "negative")
    return named


def _volumes(measured: Measured, service: pd.Series) -> pd.DataFrame:
    """Return volumes of data rows; what is not data used no bytes."""
    data = ~service.isin(NOT_DATA)
    return measured.frame.where(data, 0).assign(raw_volume=measured.raw.where(data))


def _qualities(frame: pd.DataFrame, quality: str | None, zone: str) -> pd.DataFrame:
    if quality:
        return frame.assign(time_quality=quality)
    spread = prorated(frame, zone)
    if not spread.any():
        return frame
    return whole_days(frame, "UTC" if zone == "offset" else zone, spread)


def _oddities(frame: pd.DataFrame, *, has_end: bool) -> list[str]:
    """Return sentences on rows that are kept but look odd."""
    length = (frame["end_utc"] - frame["start_utc"]).dt.total_seconds()
    volume = frame["bytes_total"].astype("float64")
    timed = frame["time_quality"] == "session"
    said = []
    if not has_end and timed.any():
        said.append(sentence("importing.file_gives_no_ends_durations"))
    counts = {
        "importing.records_last_longer_than_24": timed & (length > 86_400),  # noqa: PLR2004
        "importing.records_have_data_no_duration": timed & has_end & (length == 0) & (volume > 0),
        "importing.records_faster_than_1_gbit": timed & (length > 0) & (volume > length * _FAST),
    }
    said += [sentence(key, count=int(odd.sum())) for key, odd in counts.items() if odd.any()]
    return said


def _locale(numbers: Choice, order: Choice) -> Choice:
    """Join the two halves of a locale; it is only as certain as the less certain one."""
    rank = list(Origin)
    weaker = max(numbers, order, key=lambda choice: rank.index(choice.origin))
    return Choice(f"{numbers.value} {order.value}", weaker.origin, weaker.reason)
