"""Dates and times as operators write them; the order of day and month settled for a whole file."""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.importers.tabular.layouts import DAY_FIELDS, by_layout

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        [
            "jan ene",
            "feb",
            "mar",
            "apr abr",
            "may",
            "jun",
            "jul",
            "aug ago",
            "sep set",
            "oct",
            "nov",
            "dec dic",
        ],
        start=1,
    )
    for name in names.split()
}
_ZONES: Final = {"z": 0, "utc": 0, "gmt": 0, "cet": 60, "cest": 120}
_DAY: Final = (
    r"(?:(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})日?"
    r"|(?P<a>\d{1,2})[-/.](?P<b>\d{1,2})[-/.](?P<c>\d{4}|\d{2})"
    r"|(?P<dd>\d{1,2})(?:st|nd|rd|th)?[\s\-/.]*(?:de\s+)?(?P<mon>[^\W\d_]{3,11})\.?[\s\-/.,]*"
    r"(?:del?\s+)?(?P<yy>\d{4}|\d{2})"
    r"|(?P<mon2>[^\W\d_]{3,11})\.?\s+(?P<dd2>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<yy2>\d{4})"
    r"|(?P<packed>(?:19|20)\d{6}))"
)
_CLOCK: Final = (
    r"(?:\s*(?P<ap1>上午|下午))?\s*(?P<h>\d{1,2})(?:[:.h时点]\s*(?P<min>\d{2})"
    r"(?:[:.m分]\s*(?P<s>\d{2})(?:[.,](?P<f>\d{1,9}))?)?[s秒分h]?)(?:\s*(?P<ap2>[ap])\.?\s?m\b\.?)?"
    r"|(?P<packedclock>\d{4}(?:\d{2})?)"
)
_WEEKDAY: Final = r"(?:mon|tue|wed|thu|fri|sat|sun|lun|mar|mie|jue|vie|sab|dom|周|星期)"
_OFFSET: Final = r"(?:\s*(?P<tz>z|utc|gmt|cest|cet|[+-]\d{2}:?\d{2}|[+-]\d{2}))?"
_MOMENT: Final = re.compile(
    rf"^(?:{_WEEKDAY}[^\W\d_]*\.?,?\s+)?{_DAY}(?:[t,]?\s*(?:{_CLOCK}){_OFFSET})?$", re.IGNORECASE
)
_EPOCH: Final = r"1\d{9}(?:\d{3})?"
_CENTURY_TURN: Final = 70
_YEARS: Final = (1000, 9999)  # written in four figures
_DAY_COLUMNS: Final = pd.Index(list(DAY_FIELDS))


DAY_FIRST: Final = "D/M/Y"
MONTH_FIRST: Final = "M/D/Y"
YEAR_FIRST: Final = "Y-M-D"


@dataclass(frozen=True, slots=True)
class Parts:
    """Cells taken apart: the day in figures, the seconds since its midnight, the offset.

    Attributes
    ----------
    day
        Columns `a, b, c` where the order is open; `y, m, d` where it is not. Missing
        (NaN) where a cell is no date.
    seconds
        Since midnight, NaN without a clock time.
    offset
        Minutes east of UTC, NaN where the cell names none.
    """

    day: pd.DataFrame
    seconds: pd.Series
    offset: pd.Series
    _dates: dict[str, pd.Series] = field(default_factory=dict, repr=False, compare=False)

    @property
    def open(self) -> pd.Series:
        """Rows whose day and month could be exchanged."""
        return self.day["a"].notna()

    def naive(self, order: str) -> pd.Series:
        """Return wall-clock times (`datetime64[us]`), missing where a cell is none under `order`."""
        late = (self.seconds.fillna(0.0) * 1e6).round().to_numpy().astype("timedelta64[us]")
        times: pd.Series = self.dates(order) + late
        return times

    def dates(self, order: str) -> pd.Series:
        """Return midnights under `order`, missing where there is no such day; worked out once."""
        if order not in self._dates:
            self._dates[order] = self._midnights(order)
        return self._dates[order]

    def _midnights(self, order: str) -> pd.Series:
        first, second = ("d", "m") if order == DAY_FIRST else ("m", "d")
        told = dict(zip(self.day.columns.tolist(), self.day.to_numpy().T, strict=True))
        figures = {
            "y": _either(told["y"], _century(told["c"])),
            first: _either(told[first], told["a"]),
            second: _either(told[second], told["b"]),
        }
        days = _calendar_days(figures["y"], figures["m"], figures["d"])
        return pd.Series(days.astype("datetime64[us]"), index=self.day.index)


def take_apart(cells: pd.Series) -> Parts:
    """Take date cells apart; each distinct text once."""
    codes, known = pd.factorize(cells.fillna("").astype("str"))
    stripped = [text.strip() for text in known.tolist()]
    figures = by_layout(stripped) if all(map(str.isascii, stripped)) else None
    if figures is not None:
        return Parts(
            pd.DataFrame(figures.day[codes], index=cells.index, columns=_DAY_COLUMNS),
            pd.Series(figures.seconds[codes], index=cells.index),
            pd.Series(np.nan, index=cells.index),
        )
    texts = pd.Series(stripped, dtype="str").str.normalize("NFKC").map(_unaccented).astype("str")
    if len(texts) and texts.str.fullmatch(_EPOCH).all():
        return _spread(_epochs(texts), codes, cells.index)
    found = texts.str.extract(_MOMENT)
    return _spread(_figures(found), codes, cells.index)


def by_format(cells: pd.Series, pattern: str) -> Parts:
    """Take cells apart by a `strptime` pattern the user gave."""
    aware = "%z" in pattern
    times = pd.to_datetime(cells.fillna(""), format=pattern, errors="coerce", utc=aware)
    offset = pd.Series(0.0 if aware else np.nan, index=cells.index)
    if aware:
        times = times.dt.tz_localize(None)
    seconds = pd.Series(np.nan, index=cells.index)
    if re.search(r"%[HIcXTs]", pattern):
        seconds = (times - times.dt.normalize()).dt.total_seconds()
    day = pd.DataFrame({"y": times.dt.year, "m": times.dt.month, "d": times.dt.day})
    empty = pd.DataFrame(np.nan, index=cells.index, columns=["a", "b", "c"])
    return Parts(pd.concat([day, empty], axis=1).astype("float64"), seconds, offset)


def _century(years: np.ndarray) -> np.ndarray:
    short = years + np.where(years >= _CENTURY_TURN, 1900.0, 2000.0)
    return np.where(years >= 100, years, short)  # noqa: PLR2004 - two-digit years


def _either(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.where(np.isnan(one), other, one)


def _calendar_days(year: np.ndarray, month: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Return days (`datetime64[D]`), not a time where the calendar has none such."""
    known = (year >= _YEARS[0]) & (year <= _YEARS[1]) & (month >= 1) & (month <= 12) & (day >= 1)  # noqa: PLR2004
    number = np.where(known, (year - 1970) * 12 + month - 1, 0)
    months = number.astype("int64").astype("datetime64[M]")
    days = months.astype("datetime64[D]") + (np.where(known, day, 1).astype("int64") - 1)
    known &= days.astype("datetime64[M]") == months
    return np.where(known, days, np.datetime64("NaT", "D"))


def _figures(found: pd.DataFrame) -> Parts:
    number = {
        name: pd.to_numeric(found[name]).astype("float64")
        for name in ("y", "m", "d", "a", "b", "c", "dd", "yy", "dd2", "yy2")
    }
    packed = pd.to_numeric(found["packed"]).astype("float64")
    months = (
        found["mon"]
        .fillna(found["mon2"])
        .str.lower()
        .str.slice(0, 3)
        .map(_MONTHS)
        .astype("float64")
    )
    spoken_year = pd.Series(_century(number["yy"].to_numpy()), index=found.index).fillna(
        number["yy2"]
    )
    day = pd.DataFrame(
        {
            "y": number["y"].fillna(spoken_year).fillna(packed // 10000),
            "m": number["m"].fillna(months).fillna(packed // 100 % 100),
            "d": number["d"].fillna(number["dd"]).fillna(number["dd2"]).fillna(packed % 100),
            "a": number["a"],
            "b": number["b"],
            "c": number["c"],
        }
    )
    seconds, sound = _seconds(found)
    return Parts(day.where(sound), seconds, _minutes_east(found["tz"]))


def _seconds(found: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return seconds since midnight, and whether the clock shows a time that exists."""
    packed = found["packedclock"].str.pad(6, side="right", fillchar="0")
    hour = pd.to_numeric(found["h"].fillna(packed.str.slice(0, 2))).astype("float64")
    minute = pd.to_numeric(found["min"].fillna(packed.str.slice(2, 4))).astype("float64")
    second = pd.to_numeric(found["s"].fillna(packed.str.slice(4, 6))).astype("float64").fillna(0.0)
    second = second + pd.to_numeric("0." + found["f"]).astype("float64").fillna(0.0)
    half = found["ap2"].str.lower().fillna(found["ap1"].map({"上午": "a", "下午": "p"}))
    twelve = half.notna()
    sound = hour.isna() | ((hour <= 23) & (minute < 60) & (second < 60))  # noqa: PLR2004
    sound |= (hour == 24) & (minute == 0) & (second == 0) & ~twelve  # noqa: PLR2004
    sound &= ~twelve | hour.between(1, 12)
    hour = hour.where(~twelve, hour % 12 + (half == "p") * 12.0)
    return hour * 3600 + minute * 60 + second, sound


def _minutes_east(zone: pd.Series) -> pd.Series:
    text = zone.str.lower()
    named = text.map(_ZONES).astype("float64")
    figures = text.str.replace(":", "", regex=False).str.extract(r"^([+-])(\d{2})(\d{2})?$")
    minutes = pd.to_numeric(figures[1]).astype("float64") * 60
    minutes = minutes + pd.to_numeric(figures[2]).astype("float64").fillna(0.0)
    return named.fillna(minutes.where(figures[0] != "-", -minutes))


def _epochs(texts: pd.Series) -> Parts:
    value = pd.to_numeric(texts).astype("float64")
    seconds = value.where(texts.str.len() == 10, value / 1000)  # noqa: PLR2004 - 10 digits are seconds
    times = pd.to_datetime((seconds * 1e6).round().astype("int64"), unit="us")
    day = pd.DataFrame({"y": times.dt.year, "m": times.dt.month, "d": times.dt.day}).astype(
        "float64"
    )
    day[["a", "b", "c"]] = np.nan
    offset = pd.Series(0.0, index=texts.index)
    return Parts(day, (times - times.dt.normalize()).dt.total_seconds(), offset)


def _spread(parts: Parts, codes: np.ndarray, index: pd.Index) -> Parts:
    return Parts(
        parts.day.take(codes).set_axis(index),
        parts.seconds.take(codes).set_axis(index),
        parts.offset.take(codes).set_axis(index),
    )


def _unaccented(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in folded if not unicodedata.combining(letter))
