"""Cells of a column taken as bytes, all of a block at once: times and exact numbers."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]
_ZERO: Final = np.uint8(ord("0"))
_FIGURES: Final = 10
_TIME: Final = 19  # DD/MM/YYYY HH:MM:SS
# Where day, month and year begin in each order, and where the marks between them stand.
_DAY_FIRST: Final = (0, 3, 6, (2, 5))
_PLACES: Final = {"D/M/Y": _DAY_FIRST, "M/D/Y": (3, 0, 6, (2, 5)), "Y-M-D": (8, 5, 0, (4, 7))}
_SECOND: Final = 1_000_000
_DAY: Final = 86_400 * _SECOND


@dataclass(frozen=True, slots=True)
class Cells:
    """Text of a column: cell `i` is `data[begin[i]:end[i]]`, cells stand one after the other."""

    data: npt.NDArray[np.uint8]
    begin: npt.NDArray[np.int32]
    end: npt.NDArray[np.int32]

    @classmethod
    def of(cls, column: pa.Array) -> "Cells":
        """Look at a column of text or bytes without copying it."""
        _, places, data = column.buffers()
        offsets = np.frombuffer(places, np.int32)[column.offset : column.offset + len(column) + 1]
        known = np.zeros(0, np.uint8) if data is None else np.frombuffer(data, np.uint8)
        return cls(known[: offsets[-1]], offsets[:-1], offsets[1:])

    @property
    def length(self) -> npt.NDArray[np.int32]:
        """Bytes of each cell."""
        return self.end - self.begin

    def only(self, fits: Flags) -> Flags:
        """Tell which cells are made of bytes that fit, `fits` being a flag for each byte."""
        if bool(fits[self.begin[0] : self.end[-1]].all()):
            return np.ones(len(self.begin), np.bool_)
        wrong = np.concatenate(([0], np.cumsum(~fits, dtype=np.int32)))
        return np.asarray(wrong[self.end] == wrong[self.begin])

    def columns(self, width: int) -> npt.NDArray[np.uint8]:
        """Return `width` rows: the first byte of every cell, the second one, …; 0 beyond its end."""
        step = np.arange(width, dtype=np.int32)
        if bool((self.length == width).all()):
            block = self.data[self.begin[0] : self.end[-1]].reshape(-1, width)
            return np.ascontiguousarray(block.T)
        if not len(self.data):
            return np.zeros((width, len(self.begin)), np.uint8)
        found: npt.NDArray[np.uint8] = self.data.take(self.begin + step[:, None], mode="clip")
        found[step[:, None] >= self.length] = 0
        return found


def moments(cells: Cells, order: str, mark: str, blank: str) -> tuple[Numbers, Flags]:
    """Read times like `31/10/2026 07:05:00`; return microseconds since 1970 and which are such.

    Parameters
    ----------
    order
        `D/M/Y`, `M/D/Y` or `Y-M-D`.
    mark, blank
        What stands between the parts of the day, and between day and time.
    """
    day_at, month_at, year_at, marks = _PLACES[order]
    text = cells.columns(_TIME)
    figures = text - _ZERO
    good = cells.length == _TIME
    for place, sign in {10: blank, 13: ":", 16: ":", **dict.fromkeys(marks, mark)}.items():
        good &= text[place] == ord(sign)
    written = set(range(_TIME)) - {10, 13, 16, *marks}
    good &= (figures[sorted(written)] < _FIGURES).all(axis=0)

    def two(place: int) -> npt.NDArray[np.uint8]:
        return np.asarray(figures[place] * np.uint8(10) + figures[place + 1])

    day, month, hour, minute, second = (two(p) for p in (day_at, month_at, 11, 14, 17))
    year = two(year_at).astype(np.int64) * 100 + two(year_at + 2)
    months = ((year - 1970) * 12 + month - 1).view("datetime64[M]")
    days = months.astype("datetime64[D]") + (day.astype(np.int64) - 1)
    # The 31st of a month of thirty days is in another month.
    good &= (days.astype("datetime64[M]") == months) & (month >= 1) & (month <= 12)  # noqa: PLR2004
    good &= (hour < 24) & (minute < 60) & (second < 60)  # noqa: PLR2004
    clock = hour.astype(np.int64) * 3600 + minute.astype(np.int64) * 60 + second
    return days.view(np.int64) * _DAY + clock * _SECOND, good


def exact(
    cells: Cells, *, mark: str | None, whole: int, decimals: int, scale: int
) -> tuple[Numbers, Flags]:
    """Read numbers like `12,5` without rounding; return them in 10⁻ˢᶜᵃˡᵉ and which are such.

    Parameters
    ----------
    mark
        The decimal mark; None where only whole numbers are.
    whole, decimals
        How many figures may stand before the mark, and after it (there at least one).
    """
    length = cells.length
    width = min(int(length.max(initial=1)), whole + (1 + decimals if mark else 0))
    text = cells.columns(width)
    figures = text - _ZERO
    figure = figures < _FIGURES
    marks = text == ord(mark) if mark else np.zeros_like(figure)
    after = np.logical_or.accumulate(marks, axis=0)
    count = figure.sum(axis=0, dtype=np.int32)
    fraction = (figure & after).sum(axis=0, dtype=np.int32)
    marked = marks.sum(axis=0, dtype=np.int32)
    good = (count + marked == length) & (marked <= 1) & (fraction >= marked)
    good &= (count > fraction) & (count - fraction <= whole) & (fraction <= decimals)
    value = np.zeros(len(length), np.int64)
    for is_figure, one in zip(figure, figures, strict=True):
        value = np.where(is_figure, value * 10 + one, value)
    powers = 10 ** np.arange(scale, -1, -1, dtype=np.int64)
    return value * powers.take(fraction, mode="clip"), good
