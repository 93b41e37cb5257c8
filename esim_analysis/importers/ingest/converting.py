"""A large text table to Parquet, by what the ordinary reader decides about a part of it.

The decisions are taken from rows of all over the file, applied to every plain row in blocks,
and taken once more with all rows that were not plain and one row for each different word. If
they change, the file is converted again; if it cannot be done so, None: the ordinary reader.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pandas as pd

from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.ingest.blocks import UnreadableError
from esim_analysis.importers.ingest.lines_of import Scan, ends, sample, scan
from esim_analysis.importers.ingest.plain import can_be_plain, conversion
from esim_analysis.importers.ingest.writing import Converted, write_plain
from esim_analysis.importers.operator.table import nothing_read
from esim_analysis.importers.tabular.delimited import choose_delimiter, split_rows
from esim_analysis.importers.tabular.grid import Grid, grid_of
from esim_analysis.importers.tabular.headings import is_usage_header
from esim_analysis.importers.tabular.lines import hash_lines
from esim_analysis.importers.tabular.records import Rows, rows
from esim_analysis.importers.tabular.services import NOT_DATA, service_class, zero_rated
from esim_analysis.importers.tabular.settled import Table, said_of_columns, settle, take
from esim_analysis.importers.tabular.surroundings import text
from esim_analysis.model import Decision, Source

_TRIES: Final = 2
_SYNTHETIC: Final = -1_000_000


@dataclass(frozen=True, slots=True)
class _Large:
    """A file that may be converted: its first row is the headings."""

    file: SourceFile
    encoding: str
    delimiter: str
    names: list[str]
    scanned: Scan


def convert(
    file: SourceFile, folder: Path, *, timezone: str | None
) -> tuple[Source, Decision, bool] | None:
    """Convert a file; None where the ordinary reader has to do it.

    Raises
    ------
    QuestionError, FileError
        As the ordinary reader.
    """
    large = _look(file)
    if large is None:
        return None
    told = _told(large)
    table = settle(_grid(large, told), None, timezone=timezone, name=file.name)
    for _ in range(_TRIES):
        if not can_be_plain(table):
            return None
        way = conversion(table)
        try:
            made = write_plain(
                file.path,
                folder / "plain.parquet",
                way,
                delimiter=large.delimiter,
                encoding=large.encoding,
            )
        except UnreadableError:
            return None  # the ordinary reader says what is wrong
        if made.rows != large.scanned.lines - 1:
            return None
        own = {**_known(large), **made.odd}
        again = settle(
            _grid(large, {**told, **own, **_spoken(table, told, _words(made))}),
            None,
            timezone=timezone,
            name=file.name,
        )
        if _same(table, again):
            read = _read(again, own, set(made.odd))
            return _written(large, folder, again, read, made)
        table = again
    return None


def _look(file: SourceFile) -> _Large | None:
    encoding = {"utf-8-sig": "utf-8", "utf-8": "utf-8", "cp1252": "latin-1", "latin-1": "latin-1"}
    if file.packing or file.head[:3] == b"\xef\xbb\xbf" or not file.is_text:
        return None
    code = encoding.get(file.encoding)
    delimiter = choose_delimiter(file.head_text)
    names = [cell.strip() for cell in file.head_text.split("\n", 1)[0].split(delimiter or ",")]
    if code is None or delimiter is None or not is_usage_header(names) or not names[-1]:
        return None
    scanned = scan(file, code)
    return _Large(file, code, delimiter, names, scanned) if scanned.plain else None


def _told(large: _Large) -> dict[int, str]:
    """Return rows of all over the file by number; numbers below zero stand for unknown ones."""
    middle = sample(large.file.path, large.encoding)
    return dict(enumerate(middle, start=_SYNTHETIC * 2)) | _known(large)


def _known(large: _Large) -> dict[int, str]:
    """Return the first and last rows by their number in the file."""
    first, last = ends(large.file.path, large.encoding)
    known = dict(enumerate(first[1:], start=2))
    return known | dict(enumerate(last, start=large.scanned.lines - len(last) + 1))


def _grid(large: _Large, told: dict[int, str]) -> Grid:
    """Make a grid of rows in the order of the file, numbered as told."""
    numbers = sorted(told)
    body = split_rows("\n".join(told[number] for number in numbers), large.delimiter)
    return grid_of([large.names, *body], large.delimiter, numbers)


def _words(made: Converted) -> pd.DataFrame:
    """Return the different words of all plain rows, one row a combination, and its number."""
    told = pd.DataFrame(list(made.words), columns=list(made.roles), dtype="str")
    told.insert(0, "words", range(len(told)))
    return told.sort_values([*made.roles, "words"], ignore_index=True)


def _spoken(table: Table, told: dict[int, str], words: pd.DataFrame) -> dict[int, str]:
    """Return a row for each combination of words, the rest as in a row that is known."""
    delimiter = table.grid.delimiter
    base = next(row for number, row in sorted(told.items()) if number > 0).split(delimiter)
    base += [""] * (len(table.grid.headings) - len(base))
    lines = {}
    for number, combination in enumerate(
        words.drop(columns="words").to_dict("records"), start=_SYNTHETIC
    ):
        cells = list(base)
        for role, word in combination.items():
            cells[table.columns[role][0]] = word  # type: ignore[index]
        lines[number] = delimiter.join(cells)
    return lines


def _same(one: Table, two: Table) -> bool:
    return one.columns == two.columns and one.decision == two.decision


def _read(table: Table, own: dict[int, str], odd: set[int]) -> Rows:
    """Read the rows that are not plain as the ordinary reader does, in their order."""
    # An empty row has no number here; a repeated heading neither.
    index = table.grid.body.index.intersection(pd.Index(sorted(own)))
    (made,) = rows([take(table, index)])
    numbers = {str(number) for number in odd}
    return replace(
        made,
        frame=made.frame[made.frame.index.isin(list(odd))],
        rejected=made.rejected[made.rejected["line"].isin(numbers)],
    )


def _written(
    large: _Large, folder: Path, table: Table, read: Rows, made: Converted
) -> tuple[Source, Decision, bool]:
    """Write what goes beside the plain rows; return the file's source and decision."""
    read.frame.to_parquet(folder / "read.parquet", index=False)
    read.rejected.to_parquet(folder / "rejected.parquet", index=False)
    _meanings(table, _words(made)).to_parquet(folder / "words.parquet", index=False)
    raw_lines = _lines(list(made.ids), folder)
    frame = pd.DataFrame({"line": list(raw_lines), "raw": list(raw_lines.values())}, dtype="str")
    together = pd.concat(
        [frame, pd.DataFrame(read.raw_lines.items(), columns=["line", "raw"], dtype="str")]
    )
    together.drop_duplicates("line").to_parquet(folder / "lines.parquet", index=False)
    odd = len(read.frame) + len(read.rejected) + read.sums
    if made.plain + len(read.frame) == 0:
        raise nothing_read(large.file.name, read.rejected, odd)
    source = Source(
        id=large.file.name,
        importer="table",
        sha256=large.scanned.sha256,
        rows=made.plain + odd - read.sums,
        rejected=len(read.rejected),
        notes=(*read.notes(), *said_of_columns(table)),
    )
    return source, table.decision, table.has_end


def _meanings(table: Table, words: pd.DataFrame) -> pd.DataFrame:
    """Return what each combination of words means: network, country, service, currency, ….

    `words` is the key under which plain rows name their combination.
    """
    index = pd.RangeIndex(_SYNTHETIC, _SYNTHETIC + len(words))
    known = table.grid.body.index.intersection(index)
    some = take(table, known)
    said_service = text(some.grid, some.columns, "service")
    service = service_class(said_service)
    said = words[["words"]].set_axis(index).loc[known]
    meaning = some.where.assign(
        service_class=service,
        zero_rated=zero_rated(said_service),
        data=~service.isin(NOT_DATA),
        currency=some.currency,
    )
    return pd.concat([said, meaning], axis=1)


def _lines(ids: list[str], folder: Path) -> dict[str, str]:
    """Write `ids.parquet` (an id as written, its line); return the ids behind the lines."""
    written = pd.Series(ids, dtype="str")
    lines, raw = hash_lines(written)
    pd.DataFrame({"said": written, "line": lines}).to_parquet(folder / "ids.parquet", index=False)
    return raw
