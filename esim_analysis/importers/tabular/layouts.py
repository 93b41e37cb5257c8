"""Times of one fixed width, in which most exports write theirs, read by position."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

_ZERO: Final = ord("0")
_FIELDS: Final = "ymdabcHMS"
DAY_FIELDS: Final = "ymdabc"


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
                allowed = [ord(mark) for mark in self.marks.get(one, one)]
                sound = (codes[:, None] == allowed).any(axis=1)
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
_BY_PATTERN: Final = tuple((re.compile(layout.pattern), layout) for layout in LAYOUTS)


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of times: days (a row a text, a column a field of `DAY_FIELDS`), seconds of the day.

    A clock past its end spoils both: its row is NaN, as where there is no text.
    """

    day: np.ndarray
    seconds: np.ndarray


def by_layout(texts: Iterable[str]) -> Figures | None:
    """Read distinct ASCII texts that all have one of the layouts, else None; empty ones are no time."""
    told = np.array(list(texts), dtype="object")
    known = np.flatnonzero(told != "")
    if not len(known):
        return None
    example = told[known[0]]
    layout = next((one for pattern, one in _BY_PATTERN if pattern.fullmatch(example)), None)
    if layout is None:
        return None
    width = len(layout.shape) + 1  # one more, so that longer texts show
    cells = told[known].astype(f"S{width}")
    table = cells.view(np.uint8).reshape(len(cells), width)
    if not layout.fits(table):
        return None
    figures = Figures(np.full((len(told), len(DAY_FIELDS)), np.nan), np.full(len(told), np.nan))
    figures.day[known], figures.seconds[known] = _figures(layout, table)
    return figures


def _figures(layout: Layout, table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    day = np.column_stack([layout.number(table, name) for name in DAY_FIELDS])
    hour, minute = layout.number(table, "H"), layout.number(table, "M")
    second = layout.number(table, "S") if "S" in layout.shape else np.zeros(len(table))
    sound = np.isnan(hour) | ((hour < 24) & (minute < 60) & (second < 60))  # noqa: PLR2004
    sound |= (hour == 24) & (minute == 0) & (second == 0)  # noqa: PLR2004
    return np.where(sound[:, None], day, np.nan), hour * 3600 + minute * 60 + second
