"""Deadlines against a table worked out by hand with the calendar and the BOE's lists."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esim_analysis.model import UsageError
from esim_analysis.reference import find_place, holidays
from esim_analysis.report.pack.deadlines import Dates, deadlines, regional_gap

# Bill received, place → last day to complain, last working day on or before it.
COMPLAIN = """
2026-01-31  -      2026-02-28  2026-02-27  a shorter month; a Saturday
2028-01-31  -      2028-02-29  2028-02-29  February of a leap year
2027-01-29  -      2027-02-28  2027-02-26  no 29th; a Sunday
2026-03-31  -      2026-04-30  2026-04-30  31 to 30
2026-02-28  -      2026-03-28  2026-03-27  from date to date, not from month end to month end
2025-10-31  -      2025-11-30  2025-11-28  a Sunday
2026-11-08  -      2026-12-08  2026-12-07  Inmaculada
2026-11-08  ES-MD  2026-12-08  2026-12-04  and in Madrid the Monday before it
2026-11-26  ES-CT  2026-12-26  2026-12-24  San Esteban on a Saturday, after Christmas
2026-12-06  -      2027-01-06  2027-01-05  Epiphany, over the year
2026-03-03  -      2026-04-03  2026-04-02  Good Friday
2026-03-03  ES-MD  2026-04-03  2026-04-01  and Maundy Thursday in Madrid
2026-03-06  ES-CT  2026-04-06  2026-04-02  Easter Monday in Catalonia, Thursday worked
2026-08-11  ES-CT  2026-09-11  2026-09-10  Diada
2026-08-11  -      2026-09-11  2026-09-11  elsewhere a working day
"""
# Complained, place → 15 working days, the operator's month, escalate from, until, plan for.
ESCALATE = """
2026-11-02  -      2026-11-23  2026-12-02  2026-12-03  2027-03-02  2027-03-02  plain weeks
2026-11-30  -      2026-12-22  2026-12-30  2026-12-31  2027-03-30  2027-03-30  one holiday among the 15
2026-11-30  ES-MD  2026-12-23  2026-12-30  2026-12-31  2027-03-30  2027-03-30  two in Madrid
2026-01-31  -      2026-02-20  2026-02-28  2026-03-01  2026-05-28  2026-05-28  28 February plus three months
2025-10-31  -      2025-11-21  2025-11-30  2025-12-01  2026-03-02  2026-02-27  28 February, a Saturday
2026-01-02  -      2026-01-26  2026-02-02  2026-02-03  2026-05-04  2026-04-30  2 May, a Saturday, after the 1st
2026-07-02  ES-CT  2026-07-23  2026-08-02  2026-08-03  2026-11-03  2026-10-30  closed where the office is
2026-05-11  ES-CT  2026-06-01  2026-06-11  2026-06-12  2026-09-14  2026-09-10  closed where the citizen is
2026-05-11  -      2026-06-01  2026-06-11  2026-06-12  2026-09-11  2026-09-11  closed at neither
2027-10-31  -      2027-11-22  2027-11-30  2027-12-01  2028-02-29  2028-02-29  a leap year's February
2026-08-25  -      2026-09-15  2026-09-25  2026-09-26  2026-12-28  2026-12-24  Christmas, then a weekend
2026-12-31  -      2027-01-25  2027-01-31  2027-02-01  2027-04-30  2027-04-30  31 to 31 to 30
"""
# Complained, answered → escalate from, until, plan for.
ANSWERED = """
2026-11-02  2026-11-30  2026-11-30  2027-03-01  2027-02-26  28 February, a Sunday
-           2026-03-06  2026-03-06  2026-06-08  2026-06-05  a Saturday; the complaint's day is not told
2026-11-02  2026-11-02  2026-11-02  2027-02-02  2027-02-02  answered the same day
"""
# Access request sent → one month, three months (Regulation 1182/71).
ACCESS = """
2026-11-08  2026-12-09  2027-02-08  the month ends on a holiday
2026-01-31  2026-03-02  2026-04-30  28 February, a Saturday
2026-10-12  2026-11-12  2027-01-12  plain
"""


def cases(table, days):
    """Return the rows of a table: dates, places, nothing for `-`; the comment as id."""
    rows = [line.split() for line in table.strip().splitlines()]
    return [
        pytest.param([_cell(word) for word in row[:days]], id=f"{row[0]} {' '.join(row[days:])}")
        for row in rows
    ]


def _cell(word):
    if word == "-":
        return ""
    return date.fromisoformat(word) if word[0] == "2" else word


def by_key(**told):
    return {each.key: each for each in deadlines(Dates(**told))}


@pytest.mark.parametrize("case", cases(COMPLAIN, 4))
def test_the_last_day_to_complain(case):
    bill, place, day, send_by = case
    found = by_key(bill=bill, place=place)["complain"]
    assert (found.day, found.send_by, found.certain) == (day, send_by, True)


@pytest.mark.parametrize("case", cases(ESCALATE, 7))
def test_the_steps_after_a_complaint(case):
    complained, place, law, month, begin, until, send_by = case
    found = by_key(bill=complained, complained=complained, place=place)
    assert found["service_law"].day == law
    assert found["operator_answer"].day == month
    assert found["escalate_from"].day == begin
    assert (found["escalate_until"].day, found["escalate_until"].send_by) == (until, send_by)
    assert all(each.certain for each in found.values())


@pytest.mark.parametrize("case", cases(ANSWERED, 5))
def test_an_answer_starts_three_months_of_its_own(case):
    complained, answered, begin, until, send_by = case
    told = {"complained": complained} if complained else {}
    found = by_key(bill=date(2026, 2, 1), answered=answered, **told)
    assert found["escalate_from"].day == begin
    assert (found["escalate_until"].day, found["escalate_until"].send_by) == (until, send_by)


@pytest.mark.parametrize("case", cases(ACCESS, 3))
def test_an_access_request_is_counted_as_the_eu_counts(case):
    sent, month, longest = case
    found = by_key(bill=sent, complained=sent)
    assert (found["access_answer"].day, found["access_longest"].day) == (month, longest)


def test_the_tables_hold_more_than_twenty_cases():
    tables = (COMPLAIN, ESCALATE, ANSWERED, ACCESS)
    assert sum(len(table.strip().splitlines()) for table in tables) == 33


@given(
    bill=st.dates(date(2025, 1, 1), date(2028, 6, 30)),
    wait=st.integers(0, 27),
    place=st.sampled_from(["", "ES-CT", "ES-MD", "ES-CN"]),
)
def test_days_shown_before_a_complaint_are_safe_whenever_it_is_made(bill, wait, place):
    planned = by_key(bill=bill, place=place)
    real = by_key(bill=bill, complained=bill + timedelta(days=wait), place=place)
    assert not planned["escalate_until"].certain
    assert planned["escalate_until"].send_by <= real["escalate_until"].send_by
    for key in ("escalate_from", "operator_answer", "service_law", "access_answer"):
        assert planned[key].day >= real[key].day


def test_an_answer_before_its_complaint_is_refused():
    with pytest.raises(UsageError, match="before the complaint"):
        Dates(date(2026, 1, 1), complained=date(2026, 2, 2), answered=date(2026, 2, 1))


def test_days_beyond_the_known_local_holidays_are_told():
    early, late = (Dates(date(2026, month, 1), place="ES-CT") for month in (1, 12))
    assert not regional_gap(early, deadlines(early))
    assert regional_gap(late, deadlines(late))


def test_holidays_are_those_of_the_official_lists():
    assert len([day for day in holidays() if day.year == 2026]) == 8
    madrid = {day for day in holidays("ES-MD") if day.year == 2026} - set(holidays())
    assert sorted(f"{day:%m-%d}" for day in madrid) == ["04-02", "05-02", "11-02", "12-07"]


@pytest.mark.parametrize("told", ["Cataluña", "cataluna", "Catalonia", "ES-CT", "ct", "加泰罗尼亚"])
def test_a_place_answers_to_its_names(told):
    assert find_place(told) == "ES-CT"


def test_an_unknown_place_is_refused_with_those_known():
    with pytest.raises(UsageError, match="known are Andalucía, Aragón"):
        find_place("Bavaria")
