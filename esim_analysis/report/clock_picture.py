"""The hours of a finding on clocks of 24 hours: one row a day, so that a habit is seen."""

from dataclasses import dataclass
from typing import Final

import pandas as pd
from markupsafe import Markup

from esim_analysis.i18n import Words
from esim_analysis.model import Finding, Window
from esim_analysis.report.svg import Picture

_MOST_DAYS: Final = 10  # more days repeat the same habit
_LONGEST: Final = pd.Timedelta(days=2)  # a window of several days has no hours to show
_DAY: Final = pd.Timedelta(days=1)
_HEAD: Final = 18
_ROW: Final = 40
_FOOT: Final = 24
_NARROWEST: Final = 0.8  # percent: a minute must be seen too


@dataclass(slots=True)
class _Row:
    """One local day: stretches in percent of the day, and the bytes that began in it."""

    stretches: list[tuple[float, float]]
    bytes: int = 0


def clock_picture(finding: Finding, *, number: int, app: str, words: Words) -> Markup | None:
    """Draw a finding's windows; None where they are too long to have hours.

    Parameters
    ----------
    number
        Place of the finding on the page; keeps ids unique.
    app
        Name of the app, safe to show.
    """
    if any(window.end_utc - window.start_utc > _LONGEST for window in finding.windows):
        return None
    days = _rows(finding.windows, words)
    rows = dict(sorted(days.items())[:_MOST_DAYS])
    left_out = len(days) - len(rows)
    picture = Picture(
        f"hours-{number}",
        title=words.say("report.hours_title", app=app),
        description="; ".join(f"{words.day(day)} {words.volume(row.bytes)}"
                              for day, row in rows.items()),
        height=_HEAD + _ROW * len(rows) + 2 + (_FOOT if left_out else 0),
    )  # fmt: skip
    _hours(picture)
    for place, (day, row) in enumerate(rows.items()):
        _day(picture, row, y=_HEAD + _ROW * place, day=words.day(day), words=words)
    if left_out:
        more = words.say("report.hours_more", count=left_out)
        picture.text(0, _HEAD + _ROW * len(rows) + _FOOT - 6, more, look="tick")
    return picture.markup()


def _hours(picture: Picture) -> None:
    for hour, anchor in ((0, "start"), (6, "middle"), (12, "middle"), (18, "middle"), (24, "end")):
        picture.text(hour / 24 * 100, 12, f"{hour:02d}:00", look="tick", anchor=anchor)


def _day(picture: Picture, row: _Row, *, y: int, day: str, words: Words) -> None:
    told = words.volume(row.bytes) if row.bytes else words.say("report.hours_of_eve")
    picture.text(0, y + 16, day, look="label")
    picture.text(100, y + 16, told, look="value" if row.bytes else "tick", anchor="end")
    picture.bar(0, y + 22, 100, 12, look="track")
    for hour in (6, 12, 18):
        picture.line(hour / 24 * 100, y + 22, hour / 24 * 100, y + 34, look="grid")
    for start, end in row.stretches:
        picture.bar(start, y + 22, max(end - start, _NARROWEST), 12, look="app-0", tip=told)


def _rows(windows: tuple[Window, ...], words: Words) -> dict[str, _Row]:
    """Cut windows at local midnights; a window's bytes stand where it begins."""
    rows: dict[str, _Row] = {}
    for window in windows:
        start, end = (
            instant.tz_convert(words.zone).tz_localize(None)
            for instant in (window.start_utc, window.end_utc)
        )
        _row(rows, start).bytes += window.bytes
        while start < end:
            midnight = start.normalize() + _DAY
            _row(rows, start).stretches.append(
                (_percent(start), 100.0 if end >= midnight else _percent(end))
            )
            start = midnight
    return rows


def _row(rows: dict[str, _Row], local: pd.Timestamp) -> _Row:
    return rows.setdefault(f"{local:%Y-%m-%d}", _Row([]))


def _percent(local: pd.Timestamp) -> float:
    return (local - local.normalize()) / _DAY * 100
