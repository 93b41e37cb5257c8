"""The table inside a file: headings, body, and what stands above it."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.documents.document import is_document, read_document
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.tabular.body import body_of, matching, totals
from esim_analysis.importers.tabular.delimited import (
    HEADER_WITHIN,
    Rows,
    find_grid,
    find_header,
    read_rows,
    split_rows,
)
from esim_analysis.importers.tabular.headings import Heading, headings, language
from esim_analysis.importers.tabular.looks import mostly, shown
from esim_analysis.importers.tabular.profile import Mapping, Read
from esim_analysis.importers.tabular.sheet import is_workbook, read_workbook
from esim_analysis.model import FileError

_NOT_TEXT: Final = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF", b"SQLite format 3")


@dataclass(frozen=True)
class Grid:
    """A table as text.

    Attributes
    ----------
    headings
        One a column.
    body
        Columns `0, 1, …` of text; cells that say nothing are empty. The index is the
        1-based row of the file.
    banner
        Rows above the headings, each as one text.
    totals
        Rows (bool) that begin like sums: they are, where they have no date.
    sums
        Rows (bool) in which a whole cell says "total", among rows that do not.
    misfit
        Why a row does not fit under the headings (too wide, cut), else `""`.
    delimiter
        `""` for a workbook or a document.
    header_row
        0-based row of the headings.
    """

    headings: tuple[Heading, ...]
    body: pd.DataFrame
    banner: tuple[str, ...]
    totals: pd.Series
    sums: pd.Series
    misfit: pd.Series
    delimiter: str
    header_row: int

    @property
    def language(self) -> str:
        """Language of the headings."""
        return language(self.headings)

    @cached_property
    def blank(self) -> pd.Series:
        """A column the table does not have: empty in every row."""
        return pd.Series("", index=self.body.index, dtype="str")

    @cached_property
    def unknown(self) -> pd.Series:
        """A column the table does not have, where what is not said is not known."""
        return pd.Series(index=self.body.index, dtype="str")

    @cached_property
    def records(self) -> pd.DataFrame:
        """The body without rows that look like totals, unless all do: what a column is told by."""
        no_choice = self.totals.all() or not self.totals.any()
        return self.body if no_choice else self.body[~self.totals]

    def looks(self, position: int, pattern: str) -> bool:
        """Tell whether most cells of a column that say something match; told once."""
        if position not in self._shown:
            self._shown[position] = shown(self.records[position])
        if (position, pattern) not in self._looks:
            self._looks[position, pattern] = mostly(self._shown[position], pattern)
        return self._looks[position, pattern]

    @cached_property
    def _shown(self) -> dict[int, list[str]]:
        return {}

    @cached_property
    def _looks(self) -> dict[tuple[int, str], bool]:
        return {}

    def column(self, name: str) -> int | None:
        """Return the position of the heading `name`, regardless of case; None if absent."""
        wanted = " ".join(name.split()).casefold()
        names = [" ".join(item.name.split()).casefold() for item in self.headings]
        return names.index(wanted) if wanted in names else None


def read_grid(file: SourceFile, mappings: Sequence[Mapping] = ()) -> tuple[Grid, Mapping | None]:
    """Find the table of a file, and the mapping that fits its headings, if one does.

    Raises
    ------
    FileError
        Empty, a picture, no table, or headings without rows.
    """
    if not file.head.strip():
        raise FileError(
            file.name, sentence("importing.empty_file"), sentence("importing.download_export_again")
        )
    rows, delimiter, mapping = _rows(file, mappings)
    layout = mapping.read if mapping else Read()
    header = _header_index(rows, mapping)
    if header is None:
        raise FileError(
            file.name,
            sentence("importing.no_row_headings"),
            sentence("importing.export_table_headings"),
        )
    grid = _grid(rows, header, delimiter, layout, mapping.unknown if mapping else ())
    if grid.body.empty:
        raise FileError(
            file.name,
            sentence("importing.header_without_rows"),
            sentence("importing.export_period_data_were_used"),
            place=sentence("importing.row_3", header=header + 1),
        )
    return grid, mapping


def _rows(file: SourceFile, mappings: Sequence[Mapping]) -> tuple[Rows, str, Mapping | None]:
    if is_workbook(file):
        rows = read_workbook(file)
        return rows, "", _fitting(rows, mappings)
    if is_document(file):
        rows = read_document(file)
        return rows, "", _fitting(rows, mappings)
    if not file.is_text or file.head.startswith(_NOT_TEXT):
        raise FileError(
            file.name,
            sentence("importing.not_table_but_picture_another"),
            sentence("importing.export_usage_csv_excel_type"),
        )
    for mapping in mappings:
        text = _decoded(file, mapping.read.encoding)
        if mapping.read.delimiter:
            rows = split_rows(text, mapping.read.delimiter)
            if _fitting(rows, [mapping]):
                return rows, mapping.read.delimiter, mapping
    rows, delimiter = read_rows(file.text, file.name)
    return rows, delimiter, _fitting(rows, mappings)


def _decoded(file: SourceFile, encoding: str | None) -> str:
    if encoding is None:
        return file.text
    text = file.data.decode(encoding, errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _fitting(rows: Rows, mappings: Sequence[Mapping]) -> Mapping | None:
    top = rows[: HEADER_WITHIN + 20]
    return next((m for m in mappings if any(m.fits(row) for row in top)), None)


def _header_index(rows: Rows, mapping: Mapping | None) -> int | None:
    if mapping is not None:
        given = mapping.read.header_row
        if given is not None and given < len(rows) and mapping.fits(rows[given]):
            return given
        return next(i for i, row in enumerate(rows) if mapping.fits(row))
    top = rows[: HEADER_WITHIN + 20]
    found = find_header(top)
    return find_grid(top) if found is None else found


def grid_of(rows: Rows, delimiter: str, numbers: Sequence[int]) -> Grid:
    """Make a grid of headings and some rows of a file, each under its number in the file."""
    grid = _grid(rows, 0, delimiter, Read(), ())
    place = dict(enumerate(numbers, start=2))
    index = grid.body.index.map(place)
    return replace(
        grid,
        body=grid.body.set_axis(index),
        totals=grid.totals.set_axis(index),
        sums=grid.sums.set_axis(index),
        misfit=grid.misfit.set_axis(index),
    )


def _grid(rows: Rows, header: int, delimiter: str, layout: Read, unknown: tuple[str, ...]) -> Grid:
    names = [cell.strip() for cell in rows[header]]
    while names and not names[-1]:
        names.pop()
    width = len(names)
    numbered = [
        (number, row)
        for number, row in enumerate(rows[header + 1 :], start=header + 2)
        if any(row) and [cell.strip() for cell in row[:width]] != names
    ]
    index = pd.Index([number for number, _ in numbered], dtype="int64")
    cells = itertools.zip_longest(*(row for _, row in numbered), fillvalue="")
    columns = [[cell.strip() for cell in column] for column in cells]
    columns += [[""] * len(numbered)] * (width - len(columns))
    misfit = pd.Series("", index=index, dtype="str")
    for surplus in columns[width:]:
        wide = pd.Series([cell != "" for cell in surplus], index=index)
        misfit = misfit.mask(wide, sentence("importing.more_cells_than_headings"))
    if (
        delimiter
        and len(numbered) > 1
        and len(numbered[-1][1]) < min(len(row) for _, row in numbered[:-1])
    ):
        # A download that broke off may have cut a volume short.
        misfit.iloc[-1] = sentence("importing.file_ends_within_this_row")
    body, present, summed = body_of(columns[:width], index, unknown)
    if layout.skip_rows_matching:
        present &= ~matching(body, layout.skip_rows_matching)
    if not present.all():
        body, summed, misfit = body[present], summed[present], misfit[present]
    banner = tuple(" ".join(cell.strip() for cell in row if cell.strip()) for row in rows[:header])
    return Grid(
        headings=headings(names),
        body=body,
        banner=banner,
        totals=totals(body.iloc[:, :3]),
        sums=summed & bool((~summed).any()),
        misfit=misfit,
        delimiter=delimiter,
        header_row=header,
    )
