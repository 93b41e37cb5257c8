"""Any table: CSV, TSV or workbook, in English, Spanish or Chinese, with or without a mapping.

What a row bills decides how it is kept. Data rows need a volume. Messages, calls and
fees used no data: they are kept with their `service_class`, their charge and no bytes,
so that the money adds up; a cell that says "1 SMS" is such a row. What a mapping's
`keep_service` leaves out is rejected, and counted.
"""

from collections.abc import Sequence

import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.importers.tabular.delimited import is_grid_text, is_usage_text
from esim_analysis.importers.tabular.grid import read_grid
from esim_analysis.importers.tabular.profile import validate
from esim_analysis.importers.tabular.settled import finish, rows, said_of_columns, settle
from esim_analysis.importers.tabular.sheet import is_usage_workbook, is_workbook
from esim_analysis.model import FileError, Source


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
    grid, mapping = read_grid(file, mappings)
    table = settle(grid, mapping, timezone=options.timezone, name=file.name)
    read = rows(table, file.name)
    if read.frame.empty:
        raise nothing_read(file.name, read.rejected, len(grid.body))
    source = Source(
        id=file.name,
        importer=importer,
        sha256=file.sha256,
        rows=len(grid.body) - read.sums,
        rejected=len(read.rejected),
        notes=(*notes, *read.notes(), *said_of_columns(table)),
    )
    records = finish(
        read.frame,
        source,
        decision=table.decision,
        quality=mapping.time.quality if mapping is not None else None,
        has_end=table.has_end,
        rejected=read.rejected.reset_index(drop=True),
        raw_lines=read.raw_lines,
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
    reach=Reach.CUSTOMER,
    rank=900,
    recognise=recognise,
    read=read,
)
