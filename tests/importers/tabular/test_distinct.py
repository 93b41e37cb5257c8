"""Columns asked as a whole, or once for each distinct text."""

import re

import pandas as pd
import pytest

from esim_analysis.importers.tabular.distinct import answered, anywhere, holds


def text(*cells: str | None) -> pd.Series:
    return pd.Series(list(cells), dtype="str")


@pytest.mark.parametrize(
    ("cells", "pattern", "found"),
    [
        (["1.5", "12 kB"], r"[^\W\d_]", True),
        (["1", "2"], r"\d\s*\d", False),  # a figure of each cell, none of two
        (["1 2"], r"\d\s*\d", True),
        (["12", None, "3.4"], r"\d\.\d", True),
        ([], r"\d", False),
    ],
)
def test_a_pattern_stands_in_a_cell_never_across_two(
    cells: list[str | None],
    pattern: str,
    found: bool,  # noqa: FBT001 - a row of the table above
) -> None:
    assert anywhere(text(*cells), re.compile(pattern)) is found


def test_each_distinct_text_is_asked_once() -> None:
    asked: list[str] = []

    def upper(cell: str) -> str | None:
        asked.append(cell)
        return cell.upper() if cell != "b" else None

    said = answered(text("a", "b", None, "a"), upper)

    assert asked == ["a", "b"]
    assert said.fillna("-").tolist() == ["A", "-", "-", "A"]


def test_a_missing_cell_holds_nothing() -> None:
    assert holds(text("a1", None, "b"), re.compile(r"\d").search).tolist() == [True, False, False]
