"""The calendar file: RFC 5545 to the octet."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from esim_analysis.report.pack.ics import Event, calendar, folded

EVENT = Event(
    "a1-complain@esim-analysis", date(2026, 12, 31), "最迟投诉; now, at \\ last", "one\ntwo"
)


def lines(text):
    return text.split("\r\n")


def unfolded(text):
    return text.replace("\r\n ", "")


def test_an_all_day_event_ends_on_the_next_day_and_escapes_its_text():
    text = calendar([EVENT], name="Deadlines", stamp=date(2026, 11, 3))
    assert "\n" not in text.replace("\r\n", "")
    assert text.endswith("END:VCALENDAR\r\n")
    told = lines(unfolded(text))
    assert "DTSTART;VALUE=DATE:20261231" in told
    assert "DTEND;VALUE=DATE:20270101" in told
    assert "DTSTAMP:20261103T000000Z" in told
    assert r"SUMMARY:最迟投诉\; now\, at \\ last" in told
    assert r"DESCRIPTION:one\ntwo" in told
    assert told.count("BEGIN:VEVENT") == told.count("END:VEVENT") == 1


@given(st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=400))
def test_folded_lines_have_at_most_75_octets_and_unfold_to_themselves(text):
    parts = folded(text).split("\r\n")
    assert all(len(part.encode()) <= 75 for part in parts)
    assert all(part.startswith(" ") for part in parts[1:])
    assert parts[0] + "".join(part[1:] for part in parts[1:]) == text
