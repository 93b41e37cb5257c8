"""The rows printed on the pages of a PDF: words put under the headings they stand below.

Most bills draw no lines between columns, so the words themselves tell: a line that
names a time and a volume is the row of headings, and a column ends where, between
two headings, the fewest words of the rows below reach. Tables drawn with lines are
taken as drawn. Headings that are repeated on later pages continue the same table.
"""

import io
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from esim_analysis.importers.documents.columns import Columns, find_columns, find_headings
from esim_analysis.importers.tabular.delimited import Rows
from esim_analysis.importers.tabular.headings import heading, is_usage_header
from esim_analysis.importers.tabular.moments import take_apart
from esim_analysis.importers.tabular.vocabulary import Role

_LINE: Final = 0.5  # of the height of a word: what lies nearer stands on one line
_MAX_EDGES: Final = 2_000  # drawn lines are crossed each with each
_BANNER: Final = 24  # lines above the first table; more are no help and hide the headings
_TIMES: Final[tuple[Role, ...]] = ("start", "end")
_VOLUMES: Final[tuple[Role, ...]] = ("bytes_total", "bytes_billed", "bytes_up", "bytes_down")
_DATES: Final = re.compile(r"\d\s*\n\s*\d")  # one under the other in a cell
_Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Printed:
    """What the pages of a document say.

    Attributes
    ----------
    rows
        Lines above the table, one cell each; the headings; the rows of all pages.
        Empty when no page has headings of a time and a volume.
    other_tables
        Headings of further such tables, which are left out: what two tables of a
        bill say of one month must not be added.
    unreadable
        Share of letters the fonts of the file do not name, 0 to 1.
    """

    rows: Rows
    other_tables: tuple[tuple[str, ...], ...]
    unreadable: float


@dataclass(frozen=True, slots=True)
class _Table:
    """A table on one page: headings and the rows below them."""

    names: tuple[str, ...]
    rows: Rows


def read_pages(data: bytes) -> Printed:
    """Read a PDF that was weighed before.

    Raises
    ------
    Exception
        Whatever pdfplumber raises of a damaged file.
    """
    import pdfplumber  # noqa: PLC0415 - heavy, only for a PDF

    banner: list[str] = []
    tables: list[_Table] = []
    letters = unnamed = 0
    columns: Columns | None = None
    with pdfplumber.open(io.BytesIO(data)) as document:
        for sheet in document.pages:
            page = sheet.dedupe_chars()  # bold may be drawn as the same letter twice
            letters += len(page.chars)
            unnamed += sum(letter["text"].startswith("(cid:") for letter in page.chars)
            above, found, columns = _tables(page, columns)
            if not tables:
                banner += above
            tables += found
            sheet.close()  # else every page stays in memory
    return _joined(banner, tables, unnamed / max(letters, 1))


def _joined(banner: list[str], tables: list[_Table], unreadable: float) -> Printed:
    """Continue the table with the most rows over all pages; name the others."""
    counts: dict[tuple[str, ...], int] = {}
    for table in tables:
        counts[table.names] = counts.get(table.names, 0) + len(table.rows)
    if not counts:
        return Printed([], (), unreadable)
    names = max(counts, key=lambda known: counts[known])
    body = [row for table in tables if table.names == names for row in table.rows]
    top = [[line] for line in banner[:_BANNER]]
    others = tuple(known for known in counts if known != names)
    return Printed([*top, list(names), *body], others, unreadable)


def _tables(
    page: Any,  # noqa: ANN401 - a page of pdfplumber
    columns: Columns | None,
) -> tuple[list[str], list[_Table], Columns | None]:
    """Return lines above the first headings of a page, its tables, and the columns now open."""
    lines = _lines(page)
    tables = []
    for box, table in _drawn(page, columns):
        tables.append(table)
        lines = lines[~_inside(lines, box)]
        columns = Columns(table.names, ())
    heads = find_headings(lines)
    starts = [*heads, int(lines["line"].max()) + 1 if len(lines) else 0]
    first = lines[lines["line"] < starts[0]]
    if columns is not None and columns.edges:
        # A page may go on without repeating the headings.
        tables.append(_below(first, columns))
    for start, end in itertools.pairwise(starts):
        body = lines[(lines["line"] > start) & (lines["line"] < end)]
        columns = find_columns(heads[start], body)
        tables.append(_below(body, columns))
    return _texts(first), tables, columns


def _drawn(page: Any, columns: Columns | None) -> list[tuple[_Box, _Table]]:  # noqa: ANN401
    """Return usage tables whose cells are drawn with lines; a cell of many rows is none."""
    if not 0 < len(page.edges) <= _MAX_EDGES:
        return []
    found = []
    for drawing in page.find_tables():
        written = [[cell or "" for cell in row] for row in drawing.extract()]
        cells = [_flat(row) for row in written]
        stacked = any(_DATES.search(cell) for row in written for cell in row)
        head = next((n for n, row in enumerate(cells) if is_usage_header(row)), None)
        names = columns.names if columns else ()
        if head is not None:
            names = tuple(cells[head])
        body = cells[(head or 0) + (head is not None) :]
        if body and not stacked and len(names) == len(body[0]):
            found.append((drawing.bbox, _Table(names, body)))
    return found


def _inside(lines: pd.DataFrame, box: _Box) -> pd.Series:
    middle = (lines["x0"] + lines["x1"]) / 2
    return middle.between(box[0], box[2]) & lines["middle"].between(box[1], box[3])


def _flat(row: Sequence[str]) -> list[str]:
    return [" ".join(cell.split()) for cell in row]


def _lines(page: Any) -> pd.DataFrame:  # noqa: ANN401 - a page of pdfplumber
    """Return upright words with the number of their line, in the order of reading.

    Returns
    -------
    pandas.DataFrame
        `text, x0, x1, middle, line`, and `gap` to the word before on the line, in
        heights of a word.
    """
    words = pd.DataFrame(
        page.extract_words(extra_attrs=["upright"]),
        columns=["text", "x0", "x1", "top", "bottom", "upright"],
    )
    words = words[words["upright"].astype("bool")].drop(columns="upright")
    words = words.assign(
        text=words["text"].astype("str"),
        height=(words["bottom"] - words["top"]).clip(lower=1.0).astype("float64"),
        middle=((words["bottom"] + words["top"]) / 2).astype("float64"),
    ).sort_values("middle", kind="stable")
    fresh = words["middle"].diff() > words["height"] * _LINE
    words = words.assign(line=fresh.cumsum().astype("int64"))
    words = words.sort_values(["line", "x0"], kind="stable", ignore_index=True)
    gap = (words["x0"] - words.groupby("line")["x1"].shift()) / words["height"]
    return words.assign(gap=gap.fillna(np.inf)).drop(columns=["top", "bottom", "height"])


def _texts(lines: pd.DataFrame) -> list[str]:
    return [str(text) for text in lines.groupby("line")["text"].agg(" ".join)]


def _below(body: pd.DataFrame, columns: Columns) -> _Table:
    """Put words into columns; a line without a date and without a figure of volume is no row."""
    middle = (body["x0"] + body["x1"]) / 2
    place = np.searchsorted(np.array(columns.edges), middle.to_numpy(), "right")
    words = pd.DataFrame({"line": body["line"], "place": place, "text": body["text"]})
    texts = words.pivot_table("text", "line", "place", aggfunc=" ".join, fill_value="")
    cells = texts.reindex(columns=range(len(columns.names)), fill_value="").astype("str")
    roles = [heading(name).role for name in columns.names]
    dated = [take_apart(cells[n]).day.notna().any(axis=1) for n in _with(roles, _TIMES)]
    sized = [cells[n].str.contains(r"\d", regex=True) for n in _with(roles, _VOLUMES)]
    return _Table(columns.names, cells[np.any([*dated, *sized], axis=0)].to_numpy().tolist())


def _with(roles: Sequence[Role | None], wanted: Sequence[Role]) -> list[int]:
    return [place for place, role in enumerate(roles) if role in wanted]
