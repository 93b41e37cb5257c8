"""Days as a calendar file (RFC 5545): all-day events with a reminder, stable ids, CRLF."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

_FOLD: Final = 75  # octets a line, without its end


@dataclass(frozen=True, slots=True)
class Event:
    """One all-day event; the same `uid` replaces it when the calendar is imported again."""

    uid: str
    day: date
    summary: str
    description: str
    remind_days: int = 3


def calendar(events: Sequence[Event], *, name: str, stamp: date, revision: int = 0) -> str:
    """Return a calendar of all-day events.

    Parameters
    ----------
    stamp
        Stands for the moment of writing, so that the same input gives the same bytes.
    revision
        `SEQUENCE` of every event; higher where more is known.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//esim-analysis//evidence pack//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(name)}",
    ]
    for event in events:
        lines += _event(event, stamp, revision)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines)


def _event(event: Event, stamp: date, revision: int) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{event.uid}",
        f"DTSTAMP:{stamp:%Y%m%d}T000000Z",
        f"SEQUENCE:{revision}",
        f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{event.day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_text(event.summary)}",
        f"DESCRIPTION:{_text(event.description)}",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_text(event.summary)}",
        f"TRIGGER:-P{event.remind_days}D",
        "END:VALARM",
        "END:VEVENT",
    ]


def folded(line: str) -> str:
    r"""Return a content line folded at 75 octets, never inside a character.

    >>> folded("SUMMARY:" + "x" * 80).count("\r\n ")
    1
    """
    parts: list[bytes] = []
    room = b""
    for sign in line:
        octets = sign.encode()
        # A continuation begins with a blank, which counts.
        if len(room) + len(octets) > _FOLD - (1 if parts else 0):
            parts.append(room)
            room = b""
        room += octets
    return b"\r\n ".join([*parts, room]).decode()


def _text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r\n", "\\n").replace("\n", "\\n")
