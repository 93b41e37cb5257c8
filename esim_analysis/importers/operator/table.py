"""Any table: CSV, TSV or workbook, in English, Spanish or Chinese, with or without a mapping.

What a row bills decides how it is kept. Data rows need a volume. Messages, calls and
fees used no data: they are kept with their `service_class`, their charge and no bytes,
so that the money adds up; a cell that says "1 SMS" is such a row. What a mapping's
`keep_service` leaves out is rejected, and counted.
"""

from collections.abc import Hashable, Iterable, Sequence
from functools import partial
from typing import Final

import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import (
    Imported,
    Importer,
    Outcome,
    Reach,
    ReadOptions,
    attempt,
)
from esim_analysis.importers.tabular.delimited import is_grid_text, is_usage_text
from esim_analysis.importers.tabular.grid import read_grid
from esim_analysis.importers.tabular.profile import Mapping, validate
from esim_analysis.importers.tabular.records import Rows, finish, rows
from esim_analysis.importers.tabular.settled import Table, said_of_columns, settle
from esim_analysis.importers.tabular.sheet import is_usage_workbook, is_workbook
from esim_analysis.model import FileError, Source

_TOGETHER: Final = 50_000  # rows: more are no quicker together, and take memory


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
    table = _settled(file, mappings, options)
    (made,) = rows([table])
    return _imported(file, table, made, importer=importer, notes=notes)


def read_many(files: Iterable[SourceFile], options: ReadOptions) -> list[Outcome]:
    """Read tables as `read` does each, those alike together: one by one the small ones are slow."""
    mappings = [validate(data, name) for name, data in options.mappings.items()]
    outcomes: list[Outcome] = []
    waiting: list[tuple[SourceFile, Table]] = []
    for file in files:
        settled = attempt(file, partial(_settled, file, mappings, options))
        if isinstance(settled, FileError):
            outcomes.append((file, settled))
            continue
        waiting.append((file, settled))
        if sum(len(table.grid.body) for _, table in waiting) > _TOGETHER:
            outcomes += _together(waiting)
            waiting = []
    return outcomes + _together(waiting)


def _together(settled: Sequence[tuple[SourceFile, Table]]) -> list[Outcome]:
    alike: dict[Hashable, list[tuple[SourceFile, Table]]] = {}
    for file, table in settled:
        alike.setdefault(table.manner, []).append((file, table))
    return [
        (file, attempt(file, partial(_imported, file, table, made, importer=IMPORTER.id)))
        for group in alike.values()
        for (file, table), made in zip(group, rows([table for _, table in group]), strict=True)
    ]


def _settled(file: SourceFile, mappings: Sequence[Mapping], options: ReadOptions) -> Table:
    grid, mapping = read_grid(file, mappings)
    return settle(grid, mapping, timezone=options.timezone, name=file.name)


def _imported(
    file: SourceFile, table: Table, made: Rows, *, importer: str, notes: Sequence[str] = ()
) -> Imported:
    """Return the records of a table, or raise the error of one that has none."""
    if made.frame.empty:
        raise nothing_read(file.name, made.rejected, len(table.grid.body))
    source = Source(
        id=file.name,
        importer=importer,
        sha256=file.sha256,
        rows=len(table.grid.body) - made.sums,
        rejected=len(made.rejected),
        notes=(*notes, *made.notes(), *said_of_columns(table)),
    )
    records = finish(
        made.frame,
        source,
        decision=table.decision,
        quality=table.mapping.time.quality if table.mapping is not None else None,
        has_end=table.has_end,
        rejected=made.rejected.reset_index(drop=True),
        raw_lines=made.raw_lines,
    )
    return Imported(usage=records)


def nothing_read(name: str, rejected: pd.DataFrame, count: int) -> FileError:
    """Return the error of a table none of whose rows is a record."""
    if rejected.empty:
        return FileError(
            name,
            sentence("importing.totals_but_no_records"),
            sentence("importing.export_records_themselves"),
        )
    first = rejected.iloc[0]
    return FileError(
        name,
        sentence(
            "importing.none_rows_could_read_first",
            count=count,
            field=first["field"],
            reason=first["reason"],
        ),
        sentence("importing.run_esim_analysis_map_correct", name=name),
        place=sentence("importing.row", line=first["line"]),
    )


IMPORTER = Importer(
    id="table",
    title="Any table of usage records",
    side="operator",
    how="Export the usage records or itemised data sessions from your operator's website as CSV or Excel.",
    known_from="documentation",
    reach=Reach.ANY_CUSTOMER,
    rank=900,
    recognise=recognise,
    read=read,
    read_many=read_many,
)
