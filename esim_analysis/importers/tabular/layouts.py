"""Times of one fixed width, in which most exports write theirs, read by position."""

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

_ZERO: Final = ord("0")
_FIELDS: Final = "ymdabcHMS"


@dataclass(frozen=True, slots=True)
class Layout:
    """Where figures stand: `y m d`, or `a b c` where their order is open, and `H M S`.

    Attributes
    ----------
    shape
        One letter a character; any other character stands for those of `marks`.
    marks
        What may stand in its place.
    """

    shape: str
    marks: dict[str, str]

    @property
    def pattern(self) -> str:
        """A regular expression of the texts of this layout."""
        return "".join(
            "[0-9]" if one in _FIELDS else f"[{re.escape(self.marks.get(one, one))}]"
            for one in self.shape
        )

    def fits(self, table: np.ndarray) -> bool:
        """Tell whether all rows of character codes, one column wider than the shape, are such."""
        if table[:, len(self.shape) :].any():
            return False
        for place, one in enumerate(self.shape):
            codes = table[:, place]
            if one in _FIELDS:
                sound = (codes >= _ZERO) & (codes <= _ZERO + 9)
            else:
                sound = np.isin(codes, [ord(mark) for mark in self.marks.get(one, one)])
            if not sound.all():
                return False
        return True

    def number(self, table: np.ndarray, name: str) -> np.ndarray:
        """Return the figures of one field, NaN where the layout has none."""
        places = [place for place, one in enumerate(self.shape) if one == name]
        if not places:
            return np.full(len(table), np.nan)
        value = np.zeros(len(table))
        for place in places:
            value = value * 10 + (table[:, place] - _ZERO)
        return value


_YEAR_FIRST: Final = {"-": "-/", "T": " T"}
_YEAR_LAST: Final = {"/": "-/.", "T": " T"}
LAYOUTS: Final = tuple(
    Layout(day + clock, marks)
    for day, marks in (("yyyy-mm-dd", _YEAR_FIRST), ("aa/bb/cccc", _YEAR_LAST))
    for clock in ("THH:MM:SS", "THH:MM", "")
)


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of times: the day by field, seconds since midnight; a clock past its end spoils both."""

    day: pd.DataFrame
    seconds: pd.Series


def by_layout(texts: pd.Series) -> Figures | None:
    """Read distinct ASCII texts that all have one of the layouts, else None; empty ones are no time."""
    said = texts[texts != ""]
    if said.empty:
        return None
    example = said.iloc[0]
    layout = next((one for one in LAYOUTS if re.fullmatch(one.pattern, example)), None)
    if layout is None:
        return None
    width = len(layout.shape) + 1  # one more, so that longer texts show
    cells = np.array(said.tolist(), dtype=f"S{width}")
    table = cells.view(np.uint8).reshape(len(cells), width)
    return _figures(layout, table, texts, said.index) if layout.fits(table) else None


def _figures(layout: Layout, table: np.ndarray, texts: pd.Series, rows: pd.Index) -> Figures:
    day = {name: layout.number(table, name) for name in ("y", "m", "d", "a", "b", "c")}
    hour, minute = layout.number(table, "H"), layout.number(table, "M")
    second = layout.number(table, "S") if "S" in layout.shape else np.zeros(len(table))
    sound = np.isnan(hour) | ((hour < 24) & (minute < 60) & (second < 60))  # noqa: PLR2004
    sound |= (hour == 24) & (minute == 0) & (second == 0)  # noqa: PLR2004
    figures = pd.DataFrame(day, index=rows)
    if not sound.all():
        figures = figures.where(pd.Series(sound, index=rows))
    seconds = pd.Series(hour * 3600 + minute * 60 + second, index=rows)
    if len(rows) < len(texts):
        figures, seconds = figures.reindex(texts.index), seconds.reindex(texts.index)
    return Figures(figures, seconds)
