"""The rows below the headings: cells that say something, and rows that are sums."""

import re
from collections.abc import Sequence
from typing import Final

import pandas as pd

from esim_analysis.importers.tabular.distinct import anywhere, holds

_TOTAL: Final = re.compile(
    r"^\W*(?:sub\s*-?|grand\s+|gran\s+)?total(?:es|s)?\b"
    r"|^\W*(?:suma\b|合计|总计|小计|共计|总流量|总时长|总费用)",
    re.IGNORECASE,
)
_TOTAL_WORD: Final = re.compile(r"total|suma|[合总小共]计|总流量|总时长|总费用", re.IGNORECASE)
_SUMS: Final = frozenset(
    f"{word}{mark}"
    for word in [
        "total",
        "Total",
        "TOTAL",
        "subtotal",
        "Subtotal",
        "SUBTOTAL",
        "totales",
        "TOTALES",
        "合计",
        "总计",
        "小计",
    ]
    for mark in ("", ":", "：")
)
_UNKNOWN: Final = (
    "未知",
    "None",
    "none",
    "null",
    "NULL",
    "NaN",
    "nan",
    "N/A",
    "n/a",
    "-",
    "--",
    "—",
)


def body_of(
    columns: Sequence[list[str]], index: pd.Index, unknown: tuple[str, ...]
) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """Return the cells, empty where they say nothing, rows that say something, and sums."""
    nothing = {*_UNKNOWN, *unknown}
    said = [["" if cell in nothing else cell for cell in column] for column in columns]
    rows = list(zip(*said, strict=True))
    present = pd.Series([any(row) for row in rows], index=index, dtype="bool")
    summed = pd.Series([not _SUMS.isdisjoint(row) for row in rows], index=index, dtype="bool")
    cells = {
        place: pd.Series(column, index=index, dtype="str") for place, column in enumerate(said)
    }
    return pd.DataFrame(cells, index=index), present, summed


def totals(body: pd.DataFrame) -> pd.Series:
    """Tell rows in which a cell begins like the name of a sum."""
    found = pd.Series(data=False, index=body.index)
    for column in (body[name] for name in body.columns.tolist()):
        if anywhere(column, _TOTAL_WORD):
            found |= holds(column, _TOTAL.search)
    return found


def matching(body: pd.DataFrame, patterns: Sequence[str]) -> pd.Series:
    """Tell rows whose first cell that says something matches a pattern."""
    found = pd.Series(data=False, index=body.index)
    if body.empty:
        return found
    first, *others = (body[name] for name in body.columns.tolist())
    for column in others:
        first = first.mask(first == "", column)
    for pattern in patterns:
        compiled = re.compile(re.sub(r"(?<!\\)\((?!\?)", "(?:", pattern))
        found |= holds(first, compiled.search)
    return found
