"""Say when something happened as a person would: nights, days, hours, in three languages."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Final

import pandas as pd
from babel.dates import format_date

from esim_analysis.i18n import Words
from esim_analysis.model import Window

_NIGHT_FROM: Final = 22  # local hours between which a phone usually lies on a table
_NIGHT_UNTIL: Final = 6
_NAMED_DAYS: Final = 6  # more days than this are counted, not listed
_DAY: Final = pd.Timedelta(days=1)
_COMPARABLE: Final = pd.Timedelta(hours=8)  # longer windows have no common time of day


def when(windows: Sequence[Window], words: Words) -> str:
    """Write windows as `on three nights (13, 14, 21 Oct, about 02:10–02:58)`."""
    days = sorted({_local(window.start_utc, words).date() for window in windows})
    unit = "nights" if all(_at_night(window, words) for window in windows) else "days"
    told = _list_days(days, words)
    hours = _hours(windows, words)
    return words.say(
        f"verdict.on_{unit}",
        count=len(days),
        number=_small_number(len(days), words),
        when=words.say("verdict.days_and_hours", days=told, hours=hours) if hours else told,
    )


def span(window: Window, words: Words) -> str:
    """Write one window: `Wed 14 Oct, 02:10–02:58`, with both days where it has two."""
    start, end = _local(window.start_utc, words), _local(window.end_utc, words)
    first = f"{words.day(start.date())}, {words.clock(window.start_utc)}"
    last = words.clock(window.end_utc)
    return (
        f"{first}–{last}"
        if start.date() == end.date()
        else (f"{first} – {words.day(end.date())}, {last}")
    )


def period(first: pd.Timestamp, last: pd.Timestamp, words: Words) -> str:
    """Write the days from `first` to `last`: `1–31 Oct`, `28 Sep – 3 Nov`."""
    start, end = _local(first, words).date(), _local(last, words).date()
    if start == end:
        return _list_days([start], words)
    if start.replace(day=1) == end.replace(day=1):
        return _month_days(f"{start.day}–{end.day}", start, words)
    return f"{_list_days([start], words)} – {_list_days([end], words)}"


def short_day(day: str, words: Words) -> str:
    """Write a calendar day in the least room: `14 Oct`."""
    return _list_days([date.fromisoformat(day)], words)


def _list_days(days: Sequence[date], words: Words) -> str:
    if len(days) > _NAMED_DAYS:
        return f"{_list_days(days[:1], words)} – {_list_days(days[-1:], words)}"
    joint = words.say("verdict.list_joint")
    months = [list(part) for _, part in groupby(days, key=lambda each: (each.year, each.month))]
    return joint.join(
        _month_days(joint.join(str(each.day) for each in month), month[0], words)
        for month in months
    )


def _month_days(days: str, month: date, words: Words) -> str:
    name = format_date(month, "MMM", locale=words.lang)
    return words.say("verdict.month_days", days=days, month=name)


def _hours(windows: Sequence[Window], words: Words) -> str:
    starts = [_local(window.start_utc, words) for window in windows]
    ends = [_local(window.end_utc, words) for window in windows]
    longest = max(window.end_utc - window.start_utc for window in windows)
    if len(windows) == 1 and longest < _DAY:
        return f"{words.clock(windows[0].start_utc)}–{words.clock(windows[0].end_utc)}"
    if longest > _COMPARABLE:
        return ""
    # Counted from noon, so that a night is one stretch and not two ends of a day.
    first = min(_since_noon(start) for start in starts)
    last = max(_since_noon(end) for end in ends)
    if last <= first or last - first > _COMPARABLE:
        return ""
    return words.say("verdict.about_hours", start=_clock(first), end=_clock(last))


def _since_noon(local: pd.Timestamp) -> pd.Timedelta:
    noon = local.normalize() + pd.Timedelta(hours=12)
    return local - (noon if local >= noon else noon - pd.Timedelta(days=1))


def _clock(since_noon: pd.Timedelta) -> str:
    minutes = (int(since_noon.total_seconds()) // 60 + 12 * 60) % (24 * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _at_night(window: Window, words: Words) -> bool:
    start = _local(window.start_utc, words)
    return start.hour >= _NIGHT_FROM or start.hour < _NIGHT_UNTIL


def _small_number(count: int, words: Words) -> str:
    names = words.say("verdict.small_numbers").split()
    return names[count - 1] if count <= len(names) else words.number(count)


def _local(instant: pd.Timestamp, words: Words) -> pd.Timestamp:
    """Return wall-clock time, without zone: differences are those of the clock on the wall."""
    return instant.tz_convert(words.zone).tz_localize(None)
