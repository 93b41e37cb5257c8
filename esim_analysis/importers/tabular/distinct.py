"""Ask once for each distinct text: columns of networks, countries and services hold few."""

from collections.abc import Callable

import numpy as np
import pandas as pd


def answered(cells: pd.Series, answer: Callable[[str], str | None]) -> pd.Series:
    """Return what `answer` says of each cell, text, missing where it says None or nothing stands."""
    codes, known = pd.factorize(cells)
    said = np.array(
        [*map(answer, known), None], dtype="object"
    )  # -1, the code of nothing: the last
    return pd.Series(said[codes], index=cells.index, dtype="str")


def holds(cells: pd.Series, answer: Callable[[str], object]) -> pd.Series:
    """Return whether `answer` is true of each cell, never of a missing one."""
    codes, known = pd.factorize(cells)
    said = np.array([*(bool(answer(one)) for one in known), False], dtype="bool")
    return pd.Series(said[codes], index=cells.index)
