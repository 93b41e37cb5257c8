"""Clocks of a dispute in Spain and the EU, from the bill's date; dates only, no law read.

Months run from date to date and end on the last day of a shorter month (Código Civil
art. 5.1; Ley 39/2015 art. 30.4). Before a public office a period that ends on a Saturday,
Sunday or holiday, of the citizen's place or of the office's, ends on the next working day
(art. 30.5 and 30.6); so it does under EU law (Regulation 1182/71 art. 3). Between two
private parties nothing is moved. Where a date of the steps before is not known yet, the
day shown is the one that is right whatever it will be: the earliest last day to act, the
latest last day to be answered.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

import numpy as np
import pandas as pd

from esim_analysis.model import UsageError
from esim_analysis.reference import holidays, holidays_known_until
from esim_analysis.reference.holidays import SPAIN

Kind = Literal["act", "expect"]

MADRID: Final = "ES-MD"  # seat of the Oficina de Atención al Usuario de Telecomunicaciones
SERVICE_LAW_DAYS: Final = 15
SERVICE_LAW_BINDS: Final = date(2026, 12, 28)  # end of the adaptation of Ley 10/2025


@dataclass(frozen=True, slots=True)
class Dates:
    """What is known of a dispute's course; `complained` and `answered` once they happened.

    Attributes
    ----------
    bill
        When the bill was received, else the best stand-in.
    place
        Autonomous community of the bill, `""` where it is not known.
    """

    bill: date
    complained: date | None = None
    answered: date | None = None
    place: str = ""

    def __post_init__(self) -> None:
        """Refuse an answer before its complaint."""
        if self.complained and self.answered and self.answered < self.complained:
            raise UsageError(
                f"the answer of {self.answered} is before the complaint of {self.complained}"
            )


@dataclass(frozen=True, slots=True)
class Deadline:
    """One clock.

    Attributes
    ----------
    key
        Key of its sentences, `pack.deadline_…`.
    kind
        `"act"`: the user's own last day; `"expect"`: a day to watch for.
    day
        The day the period ends.
    send_by
        Last working day on or before the period's bare end: the day to plan for.
    certain
        False while an earlier step has no date yet.
    """

    key: str
    kind: Kind
    day: date
    send_by: date
    certain: bool


def deadlines(dates: Dates) -> tuple[Deadline, ...]:
    """Return the clocks of a dispute in the order of its steps."""
    own, office = holidays(dates.place or SPAIN), _office(dates.place)
    complain = add_months(dates.bill, 1)
    first = dates.complained or dates.bill
    last = dates.complained or complain
    silence = add_months(last, 1)
    known = dates.complained is not None
    until = add_months(dates.answered or add_months(first, 1), 3)
    settled = known or dates.answered is not None
    access, longest = add_months(last, 1), add_months(last, 3)
    return (
        Deadline("complain", "act", complain, working_day_before(complain, own), certain=True),
        _expected("service_law", working_days_after(last, SERVICE_LAW_DAYS, own), certain=known),
        _expected("operator_answer", silence, certain=known),
        _expected("escalate_from", dates.answered or silence + timedelta(days=1), certain=settled),
        Deadline(
            "escalate_until",
            "act",
            working_day_after(until, office),
            working_day_before(until, office),
            certain=settled,
        ),
        _expected("access_answer", working_day_after(access, own), certain=known),
        _expected("access_longest", working_day_after(longest, own), certain=known),
    )


def regional_gap(dates: Dates, found: tuple[Deadline, ...]) -> bool:
    """Tell whether a day lies beyond the years whose local holidays are known."""
    known = min(holidays_known_until(place) for place in {dates.place or MADRID, MADRID})
    return any(each.day > known for each in found)


def add_months(day: date, months: int) -> date:
    """Return the same day of a later month, its last day where it has no such day.

    >>> add_months(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    later: date = (pd.Timestamp(day) + pd.DateOffset(months=months)).date()
    return later


def working_day_before(day: date, closed: tuple[date, ...]) -> date:
    """Return the last working day on or before a day."""
    return _offset(day, 0, closed, roll="backward")


def working_day_after(day: date, closed: tuple[date, ...]) -> date:
    """Return the first working day on or after a day."""
    return _offset(day, 0, closed, roll="forward")


def working_days_after(day: date, count: int, closed: tuple[date, ...]) -> date:
    """Return the last of `count` working days, the first of which follows `day`."""
    return _offset(day, count, closed, roll="backward")


def _office(place: str) -> tuple[date, ...]:
    return tuple(sorted({*holidays(place or SPAIN), *holidays(MADRID)}))


def _expected(key: str, day: date, *, certain: bool) -> Deadline:
    return Deadline(key, "expect", day, day, certain)


def _offset(
    day: date, count: int, closed: tuple[date, ...], *, roll: Literal["forward", "backward"]
) -> date:
    moved = np.busday_offset(
        np.datetime64(day), count, roll=roll, holidays=np.array(closed, dtype="datetime64[D]")
    )
    return date.fromisoformat(str(moved))
