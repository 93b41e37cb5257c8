"""Windows a person can choose: snapped to the hour, told in the zone of the case."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pandas as pd

from esim_analysis.i18n import Words
from esim_analysis.model import Analysis
from esim_analysis.report.moments import span
from esim_analysis.report.names import app_name

_HOUR: Final = "h"
_DAY: Final = pd.Timedelta(days=1)
_FINE: Final = pd.Timedelta(days=4)  # up to here hours are told apart on a screen
_COARSE: Final = pd.Timedelta(days=45)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A half-open window in UTC on whole hours, and the app it was offered for, if any."""

    start_utc: pd.Timestamp
    end_utc: pd.Timestamp
    app: str = ""

    @property
    def shown(self) -> "Chosen":
        """The window a picture shows: a short one stands in the day around it."""
        missing = _DAY - (self.end_utc - self.start_utc)
        if missing <= pd.Timedelta(0):
            return self
        before = (missing / 2).floor(_HOUR)
        return Chosen(self.start_utc - before, self.end_utc + (missing - before), self.app)

    @property
    def step(self) -> pd.Timedelta:
        """Width of a bar that suits the window."""
        length = self.end_utc - self.start_utc
        if length <= _FINE:
            return pd.Timedelta(hours=1)
        return pd.Timedelta(hours=6) if length <= _COARSE else pd.Timedelta(days=1)


def whole_period(analysis: Analysis) -> Chosen | None:
    """Return the window of everything billed, None where nothing was."""
    frame = analysis.usage.frame
    if frame.empty:
        return None
    return Chosen(frame["start_utc"].min().floor(_HOUR), frame["end_utc"].max().ceil(_HOUR))


def offered(analysis: Analysis, words: Words) -> dict[str, Chosen]:
    """Return the whole period and each window of a finding, by what they are called."""
    whole = whole_period(analysis)
    if whole is None:
        return {}
    return {words.say("widgets.whole_period"): whole} | {
        words.say(
            "widgets.finding_window",
            when=span(window, words),
            app=app_name(analysis.evidence.labels, finding.app, words) if finding.app else "?",
        ): Chosen(window.start_utc.floor(_HOUR), window.end_utc.ceil(_HOUR), finding.app)
        for finding in analysis.findings
        for window in finding.windows
    }


def to_local(instant: pd.Timestamp, zone: str) -> datetime:
    """Return the time a clock on the wall shows at a UTC instant."""
    return instant.tz_convert(zone).tz_localize(None).to_pydatetime(warn=False)


def to_utc(local: datetime, zone: str) -> pd.Timestamp:
    """Return the UTC instant of a wall-clock time.

    In an hour that happens twice the first is meant, in one that does not exist
    the first instant after it.
    """
    stamp = pd.Timestamp(local).tz_localize(zone, ambiguous=True, nonexistent="shift_forward")
    return stamp.tz_convert("UTC").as_unit("us")
