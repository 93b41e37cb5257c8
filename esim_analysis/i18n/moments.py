"""When the windows of a finding were: the hours and the days, or the largest of scattered ones."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from esim_analysis.i18n.words import Words
from esim_analysis.model import Finding, Window

_Ns: TypeAlias = npt.NDArray[np.int64]

_LISTED_DAYS: Final = 5  # more are told as first and last
_MOSTLY: Final = 0.5
_MINUTE: Final = 60 * 10**9
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR
_SAME: Final = 2 * _HOUR  # windows that start and end this close are one habit


@dataclass(frozen=True, slots=True)
class Spans:
    """Windows as nanoseconds since 1970 on the clock of a zone; numbers, as they are thousands."""

    start: _Ns
    length: _Ns

    @classmethod
    def of(cls, findings: Sequence[Finding], zone: str) -> list[Self]:
        """Return the windows of each finding; all are put on the clock at once."""
        windows = [window for finding in findings for window in finding.windows]
        start = np.array([window.start_utc.value for window in windows], np.int64)
        end = np.array([window.end_utc.value for window in windows], np.int64)
        local = pd.DatetimeIndex(start.view("datetime64[ns]"), tz="UTC").tz_convert(zone)
        told, length = local.tz_localize(None).asi8, end - start
        last = np.cumsum([len(finding.windows) for finding in findings])
        return [
            cls(told[begin:stop], length[begin:stop])
            for begin, stop in itertools.pairwise([0, *last.tolist()])
        ]

    def days(self) -> list[str]:
        """Return the days on which windows begin."""
        days = np.unique(self.start // _DAY).astype("datetime64[D]")
        return [str(day) for day in days]

    def hours(self) -> tuple[str, str] | None:
        """Return the clock hours that hold every window, when these are few."""
        longest = self.length.max()
        for begin in (0, 12 * _HOUR):  # evenings that pass midnight are whole from noon to noon
            starts = (self.start - begin) % _DAY
            first, last = starts.min(), (starts + self.length).max()
            if last - first <= longest + _SAME:
                return _clock(int(first + begin)), _clock(int(last + begin))
        return None


def when(finding: Finding, words: Words, spans: Spans | None = None) -> str:
    """Say when a finding was; `spans` are its windows where they are known."""
    windows = finding.windows
    spans = spans or Spans.of([finding], words.zone)[0]
    if (spans.length >= _DAY).any():
        return words.say(
            "findings.when_long",
            start=words.moment(finding.start_utc),
            end=words.moment(finding.end_utc),
        )
    if len(windows) == 1:
        key = "when_overnight" if _over_midnight(windows[0], words.zone) else "when_one"
        return words.say(f"findings.{key}", **_hours(windows[0], words))
    hours, days = spans.hours(), _days(finding, spans.days(), words)
    if hours is not None:
        return words.say("findings.when_same", start=hours[0], end=hours[1], days=days)
    largest = max(windows, key=lambda window: (window.bytes, window.start_utc))
    return words.say(
        "findings.when_spread", windows=len(windows), days=days, **_hours(largest, words)
    )


def _over_midnight(window: Window, zone: str) -> bool:
    last = window.end_utc - pd.Timedelta(microseconds=1)
    return bool(last.tz_convert(zone).date() > window.start_utc.tz_convert(zone).date())


def _hours(window: Window, words: Words) -> dict[str, str]:
    return {
        "start": words.clock(window.start_utc),
        "end": words.clock(window.end_utc),
        "day": words.day(window.start_utc.tz_convert(words.zone).date()),
    }


def _clock(since_midnight: int) -> str:
    minutes = since_midnight % _DAY // _MINUTE
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _days(finding: Finding, days: list[str], words: Words) -> str:
    at_night = float(finding.facts.get("at_night", 0)) >= _MOSTLY or finding.rule == "night_drip"
    unit = "nights" if at_night else "days"
    if len(days) > _LISTED_DAYS:
        first, last = words.day(days[0]), words.day(days[-1])
        return words.say(f"findings.{unit}_spanned", count=len(days), first=first, last=last)
    listed = words.say("findings.list_joint").join(words.day(day) for day in days)
    return words.say(f"findings.{unit}_listed", count=len(days), list=listed)
