"""Periods as people type them: `1–31 Oct 2026`, `octubre de 2026`, `2026年10月1日至31日`."""

import calendar
import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

_NAMES: Final = (
    "jan feb mar apr may jun jul aug sep oct nov dec",
    "ene feb mar abr may jun jul ago sep oct nov dic",
)
_NUMBER_OF: Final = {
    name: number for names in _NAMES for number, name in enumerate(names.split(), start=1)
}
_NAME: Final = rf"(?:{'|'.join(_NUMBER_OF)})[a-z]{{0,7}}\.?"
_SEP: Final = r"\s*(?:-|–|—|~|to|until|through|al?|hasta(?:\s+el)?|至|到)\s*"
_TH: Final = r"(?:st|nd|rd|th)?"
_MONTH: Final = rf"(?:de\s+)?{_NAME}"
_YEAR: Final = r"(?:,|\s+del?)?\s+"
_DAY: Final = r"\d{1,2}"
_EDGE: Final = r"(?<![\d./年月-])"
_END: Final = r"(?![\d/年月]|[.-]\d)"


def _ymd(mark: str, last: str) -> str:
    """Return the pattern of two dates year first; the second may leave out what is the same."""
    one = rf"(?P<y1>20\d\d){mark[0]}(?P<m1>{_DAY}){mark[1]}(?P<d1>{_DAY}){last}"
    two = rf"(?:(?:(?P<y2>20\d\d){mark[0]})?(?P<m2>{_DAY}){mark[1]})?(?P<d2>{_DAY}){last}"
    return one + _SEP + two


_FORMS: Final = tuple(
    re.compile(_EDGE + form + _END, re.IGNORECASE)
    for form in (
        _ymd("年月", "日?"),
        _ymd("--", ""),
        _ymd("//", ""),
        (
            rf"(?P<a1>{_DAY})[/.-](?P<b1>{_DAY})[/.-](?P<y1>20\d\d){_SEP}"
            rf"(?P<a2>{_DAY})[/.-](?P<b2>{_DAY})[/.-](?P<y2>20\d\d)"
        ),
        (
            rf"(?P<d1>{_DAY}){_TH}(?:\s+(?P<m1>{_MONTH})(?:{_YEAR}(?P<y1>20\d\d))?)?{_SEP}"
            rf"(?P<d2>{_DAY}){_TH}\s+(?P<m2>{_MONTH}){_YEAR}(?P<y2>20\d\d)"
        ),
        (
            rf"(?P<m1>{_NAME})\s+(?P<d1>{_DAY}){_TH}(?:{_YEAR}(?P<y1>20\d\d))?{_SEP}"
            rf"(?:(?P<m2>{_NAME})\s+)?(?P<d2>{_DAY}){_TH}{_YEAR}(?P<y2>20\d\d)"
        ),
        rf"(?P<m1>{_NAME}){_YEAR}(?P<y1>20\d\d)",
        rf"(?P<y1>20\d\d)年(?P<m1>{_DAY})月份?",
        r"(?P<y1>20\d\d)-(?P<m1>\d\d)",
        r"(?P<m1>\d\d)/(?P<y1>20\d\d)",
    )
)


@dataclass(frozen=True, slots=True)
class Period:
    """Days `first` to `last`, both included, and the text they were read from.

    `orders` are the orders of day and month under which such days exist: both, where
    the file must tell; none, where there is no such day.
    """

    text: str
    by_order: dict[str, tuple[dt.date, dt.date]]


def find_period(text: str) -> Period | None:
    """Return the one period a line names, None where it names none."""
    found = next((match for form in _FORMS if (match := form.search(text))), None)
    if found is None:
        return None
    parts = {key: value for key, value in found.groupdict().items() if value}
    orders = ("D/M/Y", "M/D/Y") if "a1" in parts else ("Y-M-D",)
    days = {order: _days(parts, order) for order in orders}
    return Period(found.group(), {order: pair for order, pair in days.items() if pair})


def possible_orders(periods: Sequence[Period]) -> list[str]:
    """Return the orders of day and month that give every period its days."""
    both = [p for p in periods if "Y-M-D" not in p.by_order]
    if not both:
        return ["Y-M-D"]
    return [order for order in ("D/M/Y", "M/D/Y") if all(order in p.by_order for p in both)]


def _days(parts: dict[str, str], order: str) -> tuple[dt.date, dt.date] | None:
    try:
        first, last = _dates(parts, order)
    except ValueError:
        return None
    return (first, last) if first <= last else None


def _dates(parts: dict[str, str], order: str) -> Iterator[dt.date]:
    """Return first and last day; what one end leaves out it shares with the other."""
    if "a1" in parts:
        day, month = ("a", "b") if order == "D/M/Y" else ("b", "a")
        ends = [
            (int(parts[f"y{n}"]), int(parts[f"{month}{n}"]), int(parts[f"{day}{n}"])) for n in "12"
        ]
        return iter(dt.date(*end) for end in ends)
    start_month = _month(parts.get("m1") or parts["m2"])
    end_month = _month(parts.get("m2") or parts["m1"])
    end_year = int(parts.get("y2") or parts["y1"])
    # "15 Dec – 14 Jan 2027" begins the year before.
    start_year = int(parts.get("y1") or end_year - (start_month > end_month))
    if "y1" in parts and "y2" not in parts:
        end_year = start_year + (start_month > end_month)
    last_day = int(parts.get("d2") or calendar.monthrange(end_year, end_month)[1])
    first = dt.date(start_year, start_month, int(parts.get("d1") or 1))
    return iter((first, dt.date(end_year, end_month, last_day)))


def _month(text: str) -> int:
    word = re.sub(r"^de\s+", "", text.lower())
    return int(word) if word.isdigit() else int(_NUMBER_OF[word[:3]])
