"""Any table: CSV, TSV or workbook, in English, Spanish or Chinese, with or without a mapping.

What a row bills decides how it is kept. Data rows need a volume. Messages, calls and
fees used no data: they are kept with their `service_class`, their charge and no bytes,
so that the money adds up; a cell that says "1 SMS" is such a row. What a mapping's
`keep_service` leaves out is rejected, and counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.importers.tabular.by_content import said_of_content
from esim_analysis.importers.tabular.columns import Columns, find_columns
from esim_analysis.importers.tabular.delimited import is_grid_text, is_usage_text
from esim_analysis.importers.tabular.grid import Grid, read_grid
from esim_analysis.importers.tabular.lines import hash_lines
from esim_analysis.importers.tabular.measure import Measured, measure
from esim_analysis.importers.tabular.profile import Mapping, validate
from esim_analysis.importers.tabular.repeats import drop_repeats, prorated
from esim_analysis.importers.tabular.services import NOT_DATA, service_class
from esim_analysis.importers.tabular.sheet import is_usage_workbook, is_workbook
from esim_analysis.importers.tabular.sieve import Sieve
from esim_analysis.importers.tabular.surroundings import (
    assumed_zone,
    charges,
    declared_zone,
    text,
    whereabouts,
)
from esim_analysis.importers.tabular.times import Written, intervals, read_times, whole_days
from esim_analysis.model import Choice, Decision, FileError, Origin, Source, UsageRecords

_FAST: Final = 125_000_000  # bytes a second: 1 Gbit/s


def recognise(file: SourceFile) -> bool:
    """Tell whether the file is a table with headings, whatever its format."""
    if is_workbook(file):
        return is_usage_workbook(file)
    if not file.is_text or file.head_text.lstrip()[:1] in {"{", "[", "<"}:
        return False
    return is_usage_text(file.head_text) or is_grid_text(file.head_text)


def read(file: SourceFile, options: ReadOptions) -> Imported:
    """Read a table, under the first mapping whose headings it has, if any.

    Raises
    ------
    QuestionError, FileError
        As `read_table`.
    """
    return read_table(file, options, importer=IMPORTER.id)


def read_table(
    file: SourceFile, options: ReadOptions, *, importer: str, notes: Sequence[str] = ()
) -> Imported:
    """Read a table for any importer that has one: rows of text, a workbook, a document.

    Parameters
    ----------
    importer
        Id of the importer that is named as the reader.
    notes
        What it has to say of the file.

    Raises
    ------
    QuestionError
        Columns, unit, decimal mark or order of day and month cannot be told.
    FileError
        No table, or none of its rows can be used.
    """
    mappings = [validate(data, name) for name, data in options.mappings.items()]
    table = _settle(file, mappings, options.timezone)
    sieve = Sieve(table.grid.body.index)
    sums = table.grid.totals & table.written.start.naive(table.written.order.value).isna()
    frame, raw_lines, said = _frame(table, sieve, sums)
    rejected = sieve.rejected(file.name)
    rejected = rejected[~rejected["line"].isin(frame.index[sums].astype("str"))]
    frame = frame[sieve.kept & ~sums]
    if frame.empty:
        raise _nothing(file.name, rejected, len(table.grid.body))
    kept, repeated, copies = drop_repeats(_qualities(frame, table.mapping, table.zone.value))
    said += copies + _oddities(kept, has_end=bool({"end", "duration"} & set(table.columns)))
    source = Source(
        id=file.name,
        importer=importer,
        sha256=file.sha256,
        rows=len(table.grid.body) - int(sums.sum()),
        kept=len(kept),
        duplicates=repeated,
        rejected=len(rejected),
        notes=(*notes, *said),
    )
    used = set(kept["line"])
    records = UsageRecords(
        frame=kept.assign(source=file.name),
        decisions={file.name: table.decision},
        sources=(source,),
        rejected=rejected.reset_index(drop=True),
        raw_lines={line: raw for line, raw in raw_lines.items() if line in used},
    )
    return Imported(usage=records)


@dataclass(frozen=True, slots=True)
class _Table:
    """A file whose questions are all settled."""

    grid: Grid
    mapping: Mapping | None
    columns: Columns
    measured: Measured
    written: Written
    where: pd.DataFrame
    zone: Choice

    @property
    def decision(self) -> Decision:
        """How the file is read, as every screen shows it."""
        return Decision(
            unit=self.measured.unit,
            base=self.measured.base,
            locale=_locale(self.measured.numbers, self.written.order),
            zone=self.zone,
        )


def _settle(file: SourceFile, mappings: Sequence[Mapping], timezone: str | None) -> _Table:
    grid, mapping = read_grid(file, mappings)
    columns = find_columns(grid, mapping, file.name)
    measured = measure(grid, columns, mapping, file.name)
    written = read_times(grid, columns, mapping, file.name)
    where = whereabouts(grid, columns)
    zone = declared_zone(
        grid, all_offsets=written.all_offsets, mapping=mapping, timezone=timezone
    ) or assumed_zone(grid, columns, where, mapping)
    return _Table(grid, mapping, columns, measured, written, where, zone)


def _frame(
    table: _Table, sieve: Sieve, sums: pd.Series
) -> tuple[pd.DataFrame, dict[str, str], list[str]]:
    """Return all rows, good or not, the ids behind their lines, and sentences on them."""
    grid, columns = table.grid, table.columns
    sieve.reject(grid.sums & ~sums, "row", "a total of other rows")
    sieve.reject((grid.misfit != "") & ~sums, "row", grid.misfit)
    service = _services(grid, columns, table.measured, table.mapping, sieve)
    ids = text(grid, columns, "record_id")
    lines, raw_lines = hash_lines(text(grid, columns, "line"))
    who = pd.DataFrame({"line": lines, "record_id": ids})
    times = intervals(table.written, table.zone.value, who, sieve, workbook=not grid.delimiter)
    money, unread = charges(grid, columns, table.measured.marks, table.mapping)
    frame = pd.concat([times, _volumes(table.measured, service), table.where, money], axis=1)
    counts = {
        "charges could not be read and are left out; their data are kept": unread,
        "rows with totals are not records and are left out": int(sums.sum()),
    }
    notes = [f"{count} {what}." for what, count in counts.items() if count]
    notes += said_of_content(grid, columns) if table.mapping is None else []
    frame = frame.assign(
        line=lines,
        record_id=ids,
        session_id=text(grid, columns, "session_id"),
        service_class=service,
        source_row=grid.body.index.astype("str"),
    )
    return frame, raw_lines, notes


def _services(
    grid: Grid, columns: Columns, measured: Measured, mapping: Mapping | None, sieve: Sieve
) -> pd.Series:
    """Return the service class of each row; leave out what has no volume but should."""
    service = text(grid, columns, "service")
    named = service_class(service)
    if mapping is not None and mapping.keep_service:
        keep = service.str.casefold().isin([one.casefold() for one in mapping.keep_service])
        sieve.reject(~keep, "service", "not data: a service the mapping does not keep")
        named = named.mask(keep, "data")
    named = named.mask(measured.counts != "", measured.counts)
    volume = measured.frame["bytes_total"]
    data = ~named.isin(NOT_DATA)
    empty = pd.concat(
        [grid.body[columns[r][0]] == "" for r in ("bytes_total", "bytes_billed") if r in columns]
        or [pd.Series(data=False, index=volume.index)],
        axis=1,
    ).all(axis=1)
    sieve.reject(data & volume.isna() & empty, "volume", "no volume")
    sieve.reject(data & volume.isna(), "volume", "a volume that could not be read")
    sieve.reject(data & (measured.frame < 0).any(axis=1).fillna(value=False), "volume", "negative")
    return named


def _volumes(measured: Measured, service: pd.Series) -> pd.DataFrame:
    """Return volumes of data rows; what is not data used no bytes."""
    data = ~service.isin(NOT_DATA)
    return measured.frame.where(data, 0).assign(raw_volume=measured.raw.where(data))


def _qualities(frame: pd.DataFrame, mapping: Mapping | None, zone: str) -> pd.DataFrame:
    if mapping is not None and mapping.time.quality:
        return frame.assign(time_quality=mapping.time.quality)
    rows = prorated(frame, zone)
    return whole_days(frame, "UTC" if zone == "offset" else zone, rows) if rows.any() else frame


def _oddities(frame: pd.DataFrame, *, has_end: bool) -> list[str]:
    """Return sentences on rows that are kept but look odd."""
    length = (frame["end_utc"] - frame["start_utc"]).dt.total_seconds()
    volume = frame["bytes_total"].astype("float64")
    timed = frame["time_quality"] == "session"
    said = []
    if not has_end and timed.any():
        said.append("The file gives no ends or durations: each record is taken as a moment.")
    counts = {
        "records last longer than 24 hours": timed & (length > 86_400),  # noqa: PLR2004
        "records have data but no duration": timed & has_end & (length == 0) & (volume > 0),
        "records are faster than 1 Gbit/s, so the unit may be wrong": timed
        & (length > 0)
        & (volume > length * _FAST),
    }
    said += [f"{int(rows.sum())} {what}." for what, rows in counts.items() if rows.any()]
    return said


def _locale(numbers: Choice, order: Choice) -> Choice:
    """Join the two halves of a locale; it is only as certain as the less certain one."""
    rank = list(Origin)
    weaker = max(numbers, order, key=lambda choice: rank.index(choice.origin))
    return Choice(f"{numbers.value} {order.value}", weaker.origin, weaker.reason)


def _nothing(name: str, rejected: pd.DataFrame, rows: int) -> FileError:
    if rejected.empty:
        return FileError(name, "totals but no records", "export the records themselves")
    first = rejected.iloc[0]
    return FileError(
        name,
        f"none of {rows} rows could be read; the first says: {first['field']}, {first['reason']}",
        f"run `esim-analysis map {name}` and correct what it guessed",
        place=f"row {first['line']}",
    )


IMPORTER = Importer(
    id="table",
    title="Any table of usage records",
    side="operator",
    how="Export the usage records or itemised data sessions from your operator's website as CSV or Excel.",
    known_from="documentation",
    reach=Reach.CUSTOMER,
    rank=900,
    recognise=recognise,
    read=read,
)
