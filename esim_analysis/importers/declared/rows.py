"""The records of a file as columns of text, from JSON or from a table with known headings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.jsons.columns import text_column
from esim_analysis.importers.jsons.documents import read_document
from esim_analysis.importers.jsons.keys import keys_of
from esim_analysis.importers.jsons.records import Found, find_records
from esim_analysis.importers.jsons.streaming import is_large, stream_records
from esim_analysis.importers.tabular.delimited import split_rows
from esim_analysis.importers.tabular.sheet import is_workbook, sheets
from esim_analysis.model import FileError

Split = Callable[[Found], Found]
_DELIMITERS: Final = (",", ";", "\t")
# Every format declared here was read off its documentation; who has a real file says so.
DOCUMENTED: Final = sentence("importing.read_as_provider_documents_it")
_MORE: Final = sentence("importing.answer_names_further_page_not")


@dataclass(frozen=True, slots=True)
class Rows:
    """Records still as text.

    Attributes
    ----------
    places
        Unique: JSON pointers, or line numbers of a table.
    column
        Returns the first filled of some fields for each record, missing where none is.
    damaged
        `(place, reason)` of what is no record at all.
    """

    places: pd.Index
    column: Callable[[Sequence[str]], pd.Series]
    damaged: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


def json_rows(file: SourceFile, *key_sets: frozenset[str], split: Split | None = None) -> Rows:
    """Return all objects with the keys of one of `key_sets`; `split` may make several of one.

    Raises
    ------
    FileError
        The file is no JSON, or holds no such object.
    """
    if is_large(file):
        stored = stream_records(file, *key_sets, split=split)
        if not stored.count:
            raise _no_records(file, key_sets[0])
        return Rows(
            places=stored.places(),
            column=stored.column,
            damaged=(*stored.damaged, *stored.strange),
            notes=(_MORE,) if stored.pages else (),
        )
    document = read_document(file)
    found = find_records(document, *key_sets)
    if not found.items:
        raise _no_records(file, key_sets[0])
    found = split(found) if split else found
    return Rows(
        places=pd.Index(found.places, dtype="str"),
        column=partial(text_column, found),
        damaged=(*document.damaged, *found.strange),
        notes=(_MORE,) if found.more else (),
    )


def _no_records(file: SourceFile, keys: frozenset[str]) -> FileError:
    return FileError(
        file.name,
        sentence("importing.no_object_fields", names=", ".join(sorted(keys))),
        sentence("importing.export_records_again_whole"),
    )


def table_rows(file: SourceFile) -> Rows:
    """Return the rows below the first line of a CSV file; headings compare without case.

    Raises
    ------
    FileError
        A header without rows.
    """
    return _below_headings(file, split_rows(file.text, _delimiter(file.text)))


def sheet_rows(file: SourceFile, headings: frozenset[str]) -> Rows:
    """Return the rows of the first sheet that begins with `headings` (in lower case).

    Raises
    ------
    FileError
        A damaged workbook, or a header without rows.
    """
    return _below_headings(file, next(rows for rows in sheets(file) if _begins(rows, headings)))


def has_sheet(file: SourceFile, headings: frozenset[str]) -> bool:
    """Tell whether a sheet of a workbook begins with `headings` (in lower case)."""
    if not is_workbook(file):
        return False
    try:
        return any(_begins(rows, headings) for rows in sheets(file, top=1))
    except FileError:
        return False  # the reader of any workbook says what is wrong


def _begins(rows: list[list[str]], headings: frozenset[str]) -> bool:
    return bool(rows) and headings <= {name.strip().casefold() for name in rows[0]}


def _below_headings(file: SourceFile, lines: list[list[str]]) -> Rows:
    filled = [(number, row) for number, row in enumerate(lines[1:], start=2) if any(row)]
    if not filled:
        raise FileError(
            file.name,
            sentence("importing.header_without_rows"),
            sentence("importing.export_period_data_were_used"),
        )
    names = [name.strip().casefold() for name in lines[0]]
    whole = [(number, row) for number, row in filled if len(row) >= len(names)]
    if not whole:
        raise FileError(
            file.name,
            sentence("importing.no_row_many_cells_headings", count=len(names)),
            sentence("importing.export_again_whole"),
            place=sentence("importing.line", filled=filled[0][0]),
        )
    cut = [
        (str(number), sentence("importing.fewer_cells_than_there_headings"))
        for number, row in filled
        if len(row) < len(names)
    ]
    places = pd.Index([str(number) for number, _ in whole], dtype="str")
    table = pd.DataFrame([row[: len(names)] for _, row in whole], index=places, columns=names)
    return Rows(places=places, column=partial(_table_column, table), damaged=tuple(cut))


def has_keys(file: SourceFile, *key_sets: frozenset[str]) -> bool:
    """Tell whether the head of a JSON file holds all keys of one of `key_sets`."""
    keys = keys_of(file)
    return any(one <= keys for one in key_sets)


def has_headings(file: SourceFile, headings: frozenset[str]) -> bool:
    """Tell whether the first line of a text table holds `headings` (in lower case)."""
    if not file.is_text or file.head_text.lstrip()[:1] in ("{", "[", "<"):
        return False
    first = file.head_text.lstrip("\ufeff").split("\n", 1)[0]
    names = {name.strip().strip('"').casefold() for name in first.split(_delimiter(first))}
    return headings <= names


def _delimiter(text: str) -> str:
    first = text.split("\n", 1)[0]
    return max(_DELIMITERS, key=first.count)


def _table_column(table: pd.DataFrame, names: Sequence[str]) -> pd.Series:
    column = pd.Series(pd.NA, index=table.index, dtype="str")
    for name in names:
        if name.casefold() in table.columns:
            cells = table[name.casefold()].astype("str").str.strip()
            column = column.fillna(cells.where(cells != ""))
    return column.astype("str")
