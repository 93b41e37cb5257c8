"""PCAPdroid's rows taken apart from both ends: what stands between may hold stray commas."""

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import AnyStr, Final

import pandas as pd

from esim_analysis.importers.captures.cells import (
    Rows,
    plain_text,
    split_rows,
    take_apart,
    with_columns,
)
from esim_analysis.importers.files import SourceFile

_LEFT: Final = ("ipproto", "srcip", "srcport", "dstip", "dstport", "uid")
_RIGHT: Final = ("bytessent", "bytesrcvd", "pktssent", "pktsrcvd", "firstseen", "lastseen")
_MIDDLE: Final = ("app", "packagename", "proto", "status", "info")
_WITHOUT_PACKAGE: Final = ("app", "proto", "status", "info")
_MEANT: Final = (
    *("ipproto", "dstip", "dstport", "uid", "app", "packagename", "proto", "info"),
    *("bytessent", "bytesrcvd", "firstseen", "lastseen"),
)
_MALICIOUS: Final = "malicious"
_DELIMITERS: Final = (",", ";", "\t")
_LOOK: Final = 5  # lines that may stand above the heading
_PACKAGE: Final = r"[A-Za-z]\w*(?:\.\w+)+"
_COMMON: Final = ("TLS", "QUIC", "DNS", "HTTP", "HTTPS", "DoT", "ICMP", "NTP", "STUN")
_NEVER: Final = "^\\b$"  # matches nothing
_MOST_WORDS: Final = 400


@dataclass(frozen=True, slots=True)
class Layout:
    """Which of the layouts a file has.

    Attributes
    ----------
    names
        Columns as the heading names them, in small letters.
    delimiter
        A comma; other ones are a spreadsheet's.
    line
        Line of the heading, from 0.
    spare
        Blank columns a spreadsheet added at the right.
    quoted
        True when a spreadsheet put every cell in quotes.
    """

    names: tuple[str, ...]
    delimiter: str
    line: int
    spare: int
    quoted: bool

    @property
    def middle(self) -> tuple[str, ...]:
        """Names of the columns between the two ends."""
        return self.names[len(_LEFT) : self.names.index(_RIGHT[0])]


def layout_of(text: str) -> Layout | None:
    """Find the heading among the first lines; None when there is none."""
    for number, line in enumerate(text[:20_000].split("\n")[:_LOOK]):
        for delimiter in _DELIMITERS:
            cells = [cell.strip().strip('"\ufeff').lower() for cell in line.split(delimiter)]
            names = tuple(cells[: max((i + 1 for i, cell in enumerate(cells) if cell), default=0)])
            fixed = names[:-1] if names[-1:] == (_MALICIOUS,) else names
            if fixed in ((*_LEFT, *_MIDDLE, *_RIGHT), (*_LEFT, *_WITHOUT_PACKAGE, *_RIGHT)):
                return Layout(names, delimiter, number, len(cells) - len(names), '"' in line)
    return None


def read_rows(file: SourceFile, layout: Layout) -> pd.DataFrame:
    """Return every row as text, with its `line` in the file.

    Columns are those of the newest layout that mean something here; what a row or
    an older layout lacks is "". A row whose ends cannot be found has "" everywhere.
    """
    names = [*layout.names, *(f"spare{number}" for number in range(layout.spare))]
    wanted = [name for name in layout.names if name in (*_MEANT, "status")]
    split = partial(
        split_rows, names=names, delimiter=layout.delimiter, above=layout.line + 1, wanted=wanted
    )
    rows = _as_it_lies(file, layout, split) or split(_below(file.text, layout.line))
    exact = rows.table
    if layout.quoted:
        exact = exact.assign(**{name: exact[name].str.strip('"') for name in wanted})
    odd = _recover(rows.odd[rows.odd.str.strip() != ""], exact, layout)
    table = pd.concat([exact, odd], ignore_index=True) if len(odd) else exact
    return with_columns(table, _MEANT).assign(line=table["line"])


def _as_it_lies(file: SourceFile, layout: Layout, split: Callable[[bytes], Rows]) -> Rows | None:
    """Split the bytes of the file, which saves copies of it; None where they are no plain text."""
    if file.encoding != "utf-8-sig" or not plain_text(file.data):
        return None
    return split(_below(file.data, layout.line))


def _below(text: AnyStr, line: int) -> AnyStr:
    """Return what stands below a line."""
    body = text.split("\n" if isinstance(text, str) else b"\n", line + 1)[line + 1 :]
    return body[0] if body else text[:0]


def _recover(odd: pd.Series, exact: pd.DataFrame, layout: Layout) -> pd.DataFrame:
    """Read rows with stray commas: the ends by their place, the middle by words seen elsewhere."""
    if odd.empty:
        return exact.head(0)
    cut, cell = re.escape(layout.delimiter), f"[^{layout.delimiter}]*"
    left = cut.join([*(f"(?P<{name}>{cell})" for name in _LEFT[:-1]), r"(?P<uid>-?\p{Nd}+)"])
    numbers = cut.join(rf'"?(?P<{name}>\p{{Nd}}+)"?' for name in _RIGHT[:4])
    times = cut.join(f"(?P<{name}>{cell})" for name in _RIGHT[4:])
    last = f"{cut}(?P<{_MALICIOUS}>{cell})" if layout.names[-1] == _MALICIOUS else ""
    pattern = f"^{left}{cut}(?P<middle>.*){cut}{numbers}{cut}{times}{last}(?:{cut})*$"
    found = take_apart(odd, pattern)
    middle = _middle(found["middle"].fillna(""), exact, layout)
    table = pd.concat([found.drop(columns="middle"), middle], axis=1).fillna("")
    quoted = odd[odd.str.contains('"', regex=False)]
    table.update(_quoted(quoted, layout))
    return table[list(layout.names)].assign(line=table.index)


def _middle(middle: pd.Series, exact: pd.DataFrame, layout: Layout) -> pd.DataFrame:
    """Split app, package, protocol, status and info by the words other rows have for them.

    The status is in the phone's language, and the protocols change with the app:
    the rows that are in order teach both. What cannot be split stays blank, and
    the row still counts for its uid.
    """
    cut, cell = re.escape(layout.delimiter), f"[^{layout.delimiter}]+"
    proto, status = (
        _words(exact[name], more) for name, more in (("proto", _COMMON), ("status", ()))
    )
    found = pd.DataFrame(index=middle.index, columns=list(layout.middle), dtype="str")
    for words in ((proto, status), (cell, status), (proto, cell), (cell, cell)):
        named = "packagename" in layout.middle
        # Where nothing else is known, only a package with its dots shows where it stands.
        package = _PACKAGE if words == (cell, cell) else f"(?:{_PACKAGE})?"
        if not named and words[0] == cell:
            continue
        parts = [
            "(?P<app>.*?)",
            *([f"(?P<packagename>{package})"] if named else []),
            *(f"(?P<{name}>{word})" for name, word in zip(("proto", "status"), words, strict=True)),
            "(?P<info>.*)",
        ]
        fresh = take_apart(middle, "^" + cut.join(parts) + "$")
        found = found.where(found["proto"].notna(), fresh)
    return found


def _words(cells: pd.Series, more: tuple[str, ...]) -> str:
    """Return the values of a column, and some more, as alternatives of a pattern."""
    words = [*cells.value_counts().index[:_MOST_WORDS], *more]
    return "|".join(re.escape(word) for word in words if word) or _NEVER


def _quoted(lines: pd.Series, layout: Layout) -> pd.DataFrame:
    """Read rows a spreadsheet put quotes into, where that gives the right number of cells."""
    width = len(layout.names)
    rows = {}
    for line, text in lines.items():
        try:
            cells = next(csv.reader([text], delimiter=layout.delimiter), [])
        except csv.Error:  # a cell beyond any sense
            continue
        if len(cells) == width + layout.spare:
            rows[line] = cells[:width]
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(layout.names), dtype="str")
