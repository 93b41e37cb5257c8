"""Habits: what an app does on which days at which hours, and the flows that follow."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from esim_analysis.simulator.calendar import EVERY_DAY, MINUTE, Calendar
from esim_analysis.simulator.dice import Dice

FOREGROUND = "foreground"
BACKGROUND = "background"


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """Something an app does again and again.

    Attributes
    ----------
    app
        Package or bundle id; `tethering`, `removed`, `system` as in the tables.
    times
        Local wall-clock times "HH:MM" at which it begins.
    minutes, kilobytes
        Least and most of one occurrence; a kilobyte is 1000 bytes, both directions.
    up_percent
        Share of the bytes that is sent.
    chance_percent
        How often an occurrence takes place.
    early_or_late
        Minutes by which the beginning strays, either way.
    dates
        If given, only these days instead of `weekdays`.
    event
        Name under which the truth lists it; empty for everyday life.
    """

    app: str
    ground: str
    times: tuple[str, ...]
    minutes: tuple[int, int]
    kilobytes: tuple[int, int]
    up_percent: int = 8
    chance_percent: int = 100
    early_or_late: int = 10
    weekdays: tuple[int, ...] = EVERY_DAY
    dates: tuple[str, ...] = ()
    event: str = ""


def live(habits: tuple[Habit, ...], calendar: Calendar, *, seed: int, until: int) -> pd.DataFrame:
    """Return the flows of a life, in order of time.

    Parameters
    ----------
    until
        Epoch second at which the observation ends; later flows are left out and
        running ones end there.

    Returns
    -------
    pandas.DataFrame
        `start, end, app, ground, event, down, up`; seconds and bytes.
    """
    occurred = [_occur(habit, calendar, seed) for habit in habits]
    flows: pd.DataFrame = pd.concat(occurred, ignore_index=True)
    begun = calendar.midnights()[0]
    flows = flows[(flows["start"] >= begun) & (flows["start"] < until)]
    flows = flows.assign(end=flows["end"].clip(upper=until))
    return flows.sort_values(["start", "app", "ground", "event"], kind="stable", ignore_index=True)


def _occur(habit: Habit, calendar: Calendar, seed: int) -> pd.DataFrame:
    days = calendar.days(weekdays=habit.weekdays, only=habit.dates)
    planned = np.concatenate([calendar.seconds(days, clock) for clock in habit.times])
    name = "/".join((habit.app, habit.ground, habit.event, *habit.times))
    dice, count = Dice(seed, name), len(planned)
    stray = habit.early_or_late * MINUTE
    start = planned + dice.between(-stray, stray, count)
    length = dice.between(habit.minutes[0] * MINUTE, habit.minutes[1] * MINUTE, count)
    volume = dice.between(habit.kilobytes[0] * 1000, habit.kilobytes[1] * 1000, count)
    takes_place = dice.between(1, 100, count) <= habit.chance_percent
    up = volume * habit.up_percent // 100
    flows = {"start": start, "end": start + length, "app": habit.app, "ground": habit.ground}
    flows |= {"event": habit.event, "down": volume - up, "up": up}
    return pd.DataFrame(flows)[takes_place]
