"""Text tables: which character separates the columns, and the rows it makes."""

import csv
import io
import re
from collections.abc import Iterable
from typing import Final

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.tabular.headings import heading, is_usage_header
from esim_analysis.model import FileError

DELIMITERS: Final = (",", ";", "\t", "|")
HEADER_WITHIN: Final = 30  # rows above the header that are looked through
_ANY: Final = re.compile(r"[,;\t|]")
_MAX_FIELD: Final = 1_000_000
Rows = list[list[str]]


def is_usage_text(text: str) -> bool:
    """Tell whether one of the first lines names a time and a volume in separate cells."""
    return any(is_usage_header(_loose_cells(line)) for line in _lines(text))


def is_grid_text(text: str) -> bool:
    """Tell whether the text looks like some table: a header of names, then rows as wide."""
    lines = [line for line in _lines(text) if line.strip()]
    for delimiter in DELIMITERS:
        rows = split_rows("\n".join(lines), delimiter)
        if find_grid(rows) is not None:
            return True
    return False


def choose_delimiter(text: str) -> str | None:
    """Return the delimiter under which a row names time and volume, else one that makes a grid.

    Columns that take their roles decide between delimiters; None when no delimiter
    gives a table at all.
    """
    sample = "\n".join(_lines(text))
    scores: dict[str, int] = {}
    for delimiter in DELIMITERS:
        rows = split_rows(sample, delimiter)
        found = find_header(rows)
        if found is not None:
            scores[delimiter] = sum(heading(cell).role is not None for cell in rows[found])
    if scores:
        return max(scores, key=lambda delimiter: scores[delimiter])
    return next((d for d in DELIMITERS if find_grid(split_rows(sample, d)) is not None), None)


def find_header(rows: Iterable[list[str]]) -> int | None:
    """Return the index of the first row that names a time and a volume."""
    return next((i for i, row in enumerate(rows) if is_usage_header(row)), None)


def find_grid(rows: Rows) -> int | None:
    """Return the index of a row of at least three names that the rows below are as wide as."""
    for index, row in enumerate(rows):
        below = rows[index + 1 : index + 20]
        names = [cell.strip() for cell in row]
        if len(names) < 3 or not below or len(set(names)) < len(names):  # noqa: PLR2004
            continue
        named = all(name and not name[0].isdigit() and len(name) <= 60 for name in names)  # noqa: PLR2004
        if named and all(len(other) == len(row) for other in below if any(other)):
            return index
    return None


def split_rows(text: str, delimiter: str) -> Rows:
    """Split text into rows of cells; one row a line unless quotes span lines.

    A quote that is never closed would swallow the rest of the file: quotes are
    then taken as ordinary characters.
    """
    csv.field_size_limit(_MAX_FIELD)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        lines = text.split("\n")
        cells = ([cell.strip('"') for cell in line.split(delimiter)] for line in lines)
        return [row if row != [""] else [] for row in cells]


def read_rows(text: str, name: str) -> tuple[Rows, str]:
    """Return all rows of a text table and its delimiter.

    Raises
    ------
    FileError
        No table, or one whose columns are separated by two different characters.
    """
    delimiter = choose_delimiter(text)
    if delimiter is None:
        if is_usage_text(text):
            raise _two_delimiters(name)
        raise FileError(
            name,
            sentence("importing.text_without_table_no_row"),
            sentence("importing.export_usage_csv_excel_type"),
        )
    rows = split_rows(text, delimiter)
    header = find_header(rows)
    if header is not None and _mixed(rows, header, delimiter):
        raise _two_delimiters(name, place=f"line {header + 1}")
    return rows, delimiter


def _mixed(rows: Rows, header: int, delimiter: str) -> bool:
    """Tell whether cells hide columns behind another delimiter, in the header or below it."""
    for cell in rows[header]:
        parts = [part for part in _ANY.split(cell) if part.strip()]
        if len(parts) > 1 and all(heading(part).role for part in parts):
            return True
    below = [row for row in rows[header + 1 : header + 500] if any(cell.strip() for cell in row)]
    lone = [row[0] for row in below if len([cell for cell in row if cell.strip()]) == 1]
    if not below or len(lone) * 2 < len(below):
        return False
    others = [other for other in DELIMITERS if other != delimiter]
    return any(sum(other in cell for cell in lone) * 2 >= len(below) for other in others)


def _two_delimiters(name: str, place: str = "") -> FileError:
    return FileError(
        name,
        sentence("importing.columns_separated_by_two_different"),
        sentence("importing.save_again_one_separator_excel"),
        place=place,
    )


def _lines(text: str) -> list[str]:
    return text[:20_000].split("\n")[: HEADER_WITHIN + 20]


def _loose_cells(line: str) -> list[str]:
    return [cell.strip().strip('"') for cell in _ANY.split(line)]
