"""Ask once for each distinct text, or a column as a whole: most columns hold few, or none at all."""

import re
from collections.abc import Callable, Iterable
from typing import Final

import numpy as np
import pandas as pd

_BETWEEN: Final = "|"  # stands in no number, no unit and no date


def anywhere(cells: pd.Series, pattern: re.Pattern[str]) -> bool:
    """Tell whether a pattern stands in any cell.

    Parameters
    ----------
    pattern
        Of no anchors and no bar: all cells are looked through as one text.
    """
    return pattern.search(as_one([cells])) is not None


def as_one(columns: Iterable[pd.Series]) -> str:
    """Return all cells as one text, for patterns of no anchors and no bar."""
    return _BETWEEN.join(cell for column in columns for cell in column.fillna("").tolist())


def answered(cells: pd.Series, answer: Callable[[str], str | None]) -> pd.Series:
    """Return what `answer` says of each cell, text, missing where it says None or nothing stands."""
    codes, known = pd.factorize(cells)
    said = np.array(
        [*map(answer, known.tolist()), None], dtype="object"
    )  # -1, the code of nothing: the last
    return pd.Series(said[codes], index=cells.index, dtype="str")


def holds(cells: pd.Series, answer: Callable[[str], object]) -> pd.Series:
    """Return whether `answer` is true of each cell, never of a missing one."""
    codes, known = pd.factorize(cells)
    said = np.array([*(bool(answer(one)) for one in known.tolist()), False], dtype="bool")
    return pd.Series(said[codes], index=cells.index)
