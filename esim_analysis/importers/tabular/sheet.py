"""Workbooks (XLSX, XLS, XLSB, ODS): the sheet with the usage, as rows of text."""

import datetime as dt
import io
from decimal import Decimal
from typing import Any, Final

from python_calamine import CalamineError, CalamineWorkbook

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.tabular.delimited import HEADER_WITHIN, Rows, find_grid, find_header
from esim_analysis.importers.tabular.workbook_limits import weigh_workbook
from esim_analysis.model import FileError

# A number cell has no decimal mark of its own; this one says so, where "." or "," would need proof.
DECIMAL_KEY: Final = "\u2396"
_PARTS: Final = (b"xl/workbook.xml", b"xl/workbook.bin", b"opendocument.spreadsheet")
_MAGIC: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def is_workbook(file: SourceFile) -> bool:
    """Tell whether the bytes are those of a workbook (a zip or an OLE file)."""
    return file.head.startswith(_MAGIC)


def is_usage_workbook(file: SourceFile) -> bool:
    """Tell whether a sheet has a row that names a time and a volume, or looks like a table.

    A workbook that is too large or damaged is one too: reading it says what is wrong.
    """
    try:
        tops = sheets(file, top=HEADER_WITHIN + 20)
    except FileError:
        return any(mark in file.data for mark in _PARTS)
    return any(find_header(top) is not None or find_grid(top) is not None for top in tops)


def read_workbook(file: SourceFile) -> Rows:
    """Return the rows of the first sheet that names a time and a volume, else of the first table.

    Raises
    ------
    FileError
        Not a workbook, a damaged one, or one without a table.
    """
    candidates: list[Rows] = []
    for sheet in _sheets(file):
        rows = _text(sheet.to_python(skip_empty_area=False))
        if find_header(rows[:HEADER_WITHIN]) is not None:
            return rows
        if find_grid(rows[: HEADER_WITHIN + 20]) is not None:
            candidates.append(rows)
    if candidates:
        return candidates[0]
    raise FileError(
        file.name,
        sentence("importing.workbook_no_sheet_has_row"),
        sentence("importing.export_usage_records_themselves_not"),
    )


def sheets(file: SourceFile, *, top: int | None = None) -> list[Rows]:
    """Return the rows of every sheet, or only the first `top` of each.

    Raises
    ------
    FileError
        Not a workbook, or a damaged one.
    """
    return [_text(sheet.to_python(nrows=top)) for sheet in _sheets(file)]


def _sheets(file: SourceFile) -> list[Any]:
    weigh_workbook(file.data, file.name)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(file.data))
        return [book.get_sheet_by_name(name) for name in book.sheet_names]
    except (CalamineError, OSError, ValueError) as problem:
        raise FileError(
            file.name,
            sentence("importing.archive_document_not_workbook_damaged"),
            sentence("importing.export_usage_csv_excel"),
        ) from problem


def _text(rows: list[list[Any]]) -> Rows:
    return [[_cell(value) for value in row] for row in rows]


def _cell(value: Any) -> str:  # noqa: ANN401 - whatever a workbook may hold
    if isinstance(value, int | float) and not isinstance(value, bool):
        whole = float(value).is_integer()
        return str(int(value)) if whole else f"{Decimal(repr(value)):f}".replace(".", DECIMAL_KEY)
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ", timespec="seconds" if not value.microsecond else "auto")
    if isinstance(value, dt.timedelta):
        seconds = round(value.total_seconds())
        return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return str(value)
