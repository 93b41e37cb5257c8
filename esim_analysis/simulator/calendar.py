"""Days and wall-clock times of a life, in epoch seconds."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from esim_analysis.simulator.flows import Seconds

MINUTE = 60
HOUR = 60 * MINUTE
EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)
WEEKDAYS = (0, 1, 2, 3, 4)
WEEKEND = (5, 6)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The local days `first` to `last` (both included, ISO text) of one IANA zone."""

    first: str
    last: str
    zone: str

    def days(
        self,
        *,
        weekdays: tuple[int, ...] = EVERY_DAY,
        only: tuple[str, ...] = (),
        without: tuple[str, ...] = (),
    ) -> pd.DatetimeIndex:
        """Return the days on these weekdays (0 is Monday), or `only` these, `without` those."""
        days = pd.date_range(self.first, self.last, freq="D", unit="s")
        keep = days.isin(pd.DatetimeIndex(only)) if only else days.day_of_week.isin(weekdays)
        return days[keep & ~days.isin(pd.DatetimeIndex(without))]

    def seconds(self, days: pd.DatetimeIndex, clock: str) -> Seconds:
        """Return when `clock` ("HH:MM") strikes on local `days`; a repeated hour gives the first."""
        hours, minutes = clock.split(":")
        wall = days + pd.Timedelta(hours=int(hours), minutes=int(minutes))
        local = wall.tz_localize(
            self.zone, ambiguous=np.ones(len(wall), bool), nonexistent="shift_forward"
        )
        return to_seconds(local)

    def midnights(self) -> Seconds:
        """Return the first instants of all days and of the day after the last."""
        days = pd.date_range(self.first, periods=len(self.days()) + 1, freq="D", unit="s")
        return self.seconds(days, "00:00")

    def wall(self, seconds: Seconds) -> pd.DatetimeIndex:
        """Return local wall-clock times without zone."""
        return (
            pd.DatetimeIndex(seconds.astype("datetime64[s]"))
            .tz_localize("UTC")
            .tz_convert(self.zone)
            .tz_localize(None)
        )


def to_seconds(instants: pd.DatetimeIndex) -> Seconds:
    """Return epoch seconds of instants with a zone."""
    return instants.tz_convert("UTC").tz_localize(None).as_unit("s").asi8.astype(np.int64)


def instant(text: str, zone: str) -> int:
    """Return the epoch second of local wall-clock `text`, such as `2026-11-01 09:30`."""
    return int(pd.Timestamp(text, tz=zone).timestamp())
