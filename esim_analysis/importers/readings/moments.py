"""Dates and times as people type them, in English, Spanish and Chinese."""

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.model import Choice, Origin, QuestionError

EXAMPLE: Final = "2026-11-02 09:00"
_MONTHS: Final = "jan feb mar apr may jun jul aug sep oct nov dec"
_MESES: Final = "ene feb mar abr may jun jul ago sep oct nov dic"
_MONTH_OF: Final = {
    name: f"{number:02}"
    for names in (_MONTHS, _MESES)
    for number, name in enumerate(names.split(), start=1)
}
_MONTH: Final = rf"(?:{'|'.join(_MONTH_OF)})[a-z]{{0,7}}\.?"
_YEAR_AFTER: Final = r"(?:,?\s+(?:del?\s+)?(?P<y3>20\d\d))?"
_DATE: Final = "|".join(
    (
        r"(?P<y1>20\d\d)[-/.年](?P<m1>\d{1,2})[-/.月](?P<d1>\d{1,2})日?",
        r"(?P<a1>\d{1,2})[-/.](?P<b1>\d{1,2})[-/.](?P<y2>20\d\d)",
        r"(?P<m2>\d{1,2})月(?P<d2>\d{1,2})日",
        rf"(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:de\s+)?(?P<n1>{_MONTH}){_YEAR_AFTER}",
        rf"(?P<n2>{_MONTH})\s+(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(?P<y4>20\d\d))?",
        r"(?P<a2>\d{1,2})[-/](?P<b2>\d{1,2})",
    )
)
_TIME: Final = (
    r"(?P<half>上午|早上|凌晨|下午|晚上)?\s*"
    r"(?P<hour>\d{1,2})[:点](?P<minute>\d{2})分?(?::(?P<second>\d{2}))?(?!\d)"
    r"(?:\s*(?P<clock>[ap])\.?\s?m(?:\.|\b))?"
    r"(?P<offset>\s?(?:z\b|[+-]\d{2}:?\d{2}(?!\d)))?"
)
MOMENT: Final = re.compile(
    rf"(?<![\d.,/-])(?:{_DATE})(?:\s*(?:周.|星期.))?(?:t|[,\s]*(?:a las|at)?\s*)(?:{_TIME})",
    re.IGNORECASE,
)
_FIELDS: Final = {
    "year": ("y1", "y2", "y3", "y4"),
    "month": ("m1", "m2"),
    "day": ("d1", "d2", "d3", "d4"),
    "first": ("a1", "a2"),
    "second_field": ("b1", "b2"),
    "name": ("n1", "n2"),
}
_SPANISH: Final = re.compile(
    r"\b(?:quedan?|restan?|restantes?|disponibles?|saldo|usad[oa]s?|gastad[oa]s?|consumid[oa]s?"
    r"|llevo|ajustes|datos|móviles)\b",
    re.IGNORECASE,
)
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
_NOON: Final = 12


@dataclass(frozen=True, slots=True)
class Moments:
    """Moments by line of the text; a line without one is missing.

    Attributes
    ----------
    local
        `datetime64[us]` as written, missing for impossible dates.
    offset
        Minutes east of UTC where the line states them (`Float64`).
    order
        How dates are written: `"Y-M-D"`, `"D/M/Y"` or `"M/D/Y"`.
    """

    local: pd.Series
    offset: pd.Series
    order: Choice


def read_moments(lines: pd.Series, *, name: str) -> Moments:
    """Read the moment in each of `lines`, with one date order for all of them.

    A year that is left out is the one that brings the date closest to a full
    date of the same text, so that a night over New Year stays one night.

    Raises
    ------
    QuestionError
        Day and month cannot be told apart, or no date has a year.
    """
    found = lines.str.extract(MOMENT)
    date = pd.DataFrame({key: _first(found, names) for key, names in _FIELDS.items()})
    order = _order(date, lines, name=name)
    swapped = order.value == "D/M/Y"
    month = date["month"].fillna(date["second_field"] if swapped else date["first"])
    month = month.fillna(date["name"].str.lower().str[:3].map(_MONTH_OF).astype("str"))
    day = date["day"].fillna(date["first"] if swapped else date["second_field"])
    clock = _time(found)
    year = _years(date["year"], month, day, name=name)
    return Moments(_stamp(year, month, day, clock), _offset(found["offset"]), order)


def _first(found: pd.DataFrame, names: tuple[str, ...]) -> pd.Series:
    """Return the first of several groups that matched, as text."""
    first, *others = (found[name].astype("str") for name in names)
    for other in others:
        first = first.fillna(other)
    return first


def _order(date: pd.DataFrame, lines: pd.Series, *, name: str) -> Choice:
    first = pd.to_numeric(date["first"])
    second = pd.to_numeric(date["second_field"])
    if not first.notna().any():
        return Choice("Y-M-D", Origin.DECLARED, sentence("importing.months_named_follow_year"))
    day_first = bool(((first > _NOON) & (second <= _NOON)).any())
    month_first = bool(((second > _NOON) & (first <= _NOON)).any())
    if day_first != month_first:
        value = "D/M/Y" if day_first else "M/D/Y"
        return Choice(value, Origin.DEDUCED, sentence("importing.only_order_makes_all_dates"))
    open_ones = first.notna() & (first != second)
    if not day_first and not open_ones.any():
        return Choice("D/M/Y", Origin.DEDUCED, sentence("importing.day_month_same_number"))
    by_habit = None if day_first else _order_by_habit(date, lines[date.notna().any(axis=1)])
    if by_habit is None:
        example = lines[open_ones].iloc[0][:40]
        raise QuestionError(
            name,
            sentence("importing.day_month_cannot_told_apart_2", example=example),
            sentence("importing.write_dates_year_first_example", example=EXAMPLE),
        )
    return by_habit


def _order_by_habit(date: pd.DataFrame, dated: pd.Series) -> Choice | None:
    """Settle the order by how the rest is written, where that leaves one answer."""
    spanish = bool(dated.str.contains(_SPANISH).any())
    short_only = not (date["first"].notna() & date["year"].notna()).any()
    year_first = short_only and bool((date["month"].notna() & date["year"].notna()).any())
    chinese = short_only and bool(dated.str.contains(_CHINESE).any())
    if spanish and not (year_first or chinese):
        return Choice("D/M/Y", Origin.DEDUCED, sentence("importing.spanish_text_writes_day_first"))
    if (year_first or chinese) and not spanish:
        return Choice("M/D/Y", Origin.DEDUCED, sentence("importing.full_dates_text_put_month"))
    return None


def _years(year: pd.Series, month: pd.Series, day: pd.Series, *, name: str) -> pd.Series:
    """Fill years left out: the one nearest to a full date of the text."""
    dated = month.notna()
    known = _stamp(year, month, day, None)
    if not (dated & year.isna()).any():
        return year
    anchors = np.sort(known.dropna().to_numpy())
    if not len(anchors):
        raise QuestionError(
            name,
            sentence("importing.no_date_text_has_year"),
            sentence("importing.write_one_full_example", example=EXAMPLE),
        )
    spans = known.dropna().dt.year
    best = pd.Series(np.inf, index=year.index)
    filled = year.copy()
    for candidate in range(int(spans.min()) - 1, int(spans.max()) + 2):
        text = pd.Series(str(candidate), index=year.index, dtype="str")
        trial = _stamp(text, month, day, None)
        distance = _days_to_nearest(trial, anchors)
        nearer = year.isna() & (distance < best)
        best = best.mask(nearer, distance)
        filled = filled.mask(nearer, str(candidate))
    return filled


def _days_to_nearest(times: pd.Series, anchors: np.ndarray) -> pd.Series:
    place = np.searchsorted(anchors, times.to_numpy()).clip(0, len(anchors) - 1)
    after = (times - anchors[place]).abs()
    before = (times - anchors[(place - 1).clip(0)]).abs()
    nearest = after.where(after < before, before)
    days: pd.Series[float] = nearest.dt.total_seconds().fillna(np.inf)
    return days


def _time(found: pd.DataFrame) -> pd.Series:
    """Return the time of day as `HH:MM:SS` text; missing where no clock shows it."""
    hour = pd.to_numeric(found["hour"]).astype("Int64")
    morning = found["half"].isin(["上午", "早上", "凌晨"]) | found["clock"].str.lower().eq("a")
    evening = found["half"].isin(["下午", "晚上"]) | found["clock"].str.lower().eq("p")
    # "Twelve at night" in Chinese belongs to the next day: not a time this may settle.
    impossible = (morning & (hour > _NOON)) | ((found["half"] == "晚上") & (hour == _NOON))
    hour = hour.mask(morning & (hour == _NOON), 0).mask(evening & (hour < _NOON), hour + _NOON)
    text = hour.mask(impossible.fillna(value=False)).astype("str").str.zfill(2)
    clock: pd.Series[str] = text + ":" + found["minute"] + ":" + found["second"].fillna("00")
    return clock


def _stamp(year: pd.Series, month: pd.Series, day: pd.Series, clock: pd.Series | None) -> pd.Series:
    date = year + "-" + month.str.zfill(2) + "-" + day.str.zfill(2)
    text = date + " " + (clock if clock is not None else "00:00:00")
    stamps = pd.to_datetime(text, format="%Y-%m-%d %H:%M:%S", errors="coerce")
    return stamps.astype("datetime64[us]")


def _offset(text: pd.Series) -> pd.Series:
    digits = text.str.strip().str.replace(":", "").str.upper().replace("Z", "+0000")
    parts = digits.str.extract(r"([+-])(\d\d)(\d\d)")
    minutes = pd.to_numeric(parts[1]) * 60 + pd.to_numeric(parts[2])
    return minutes.where(parts[0] != "-", -minutes).astype("Float64")
