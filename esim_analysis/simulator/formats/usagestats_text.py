"""`dumpsys usagestats` as Android 14 prints it: events of the last day, and the list of its files."""

import numpy as np
import pandas as pd

from esim_analysis.simulator.calendar import HOUR, Calendar
from esim_analysis.simulator.flows import Seconds

_DAY = 24 * HOUR
_LIT = 5  # seconds the screen is on before an app is in front of it, and after


def usagestats_text(in_front: pd.DataFrame, *, at: int, calendar: Calendar) -> str:
    """Print what was in front of the screen in the day before a moment.

    Parameters
    ----------
    in_front
        `app, start, end` in epoch seconds; the app that comes takes the place of the one before.
    at
        When the dump was taken.
    calendar
        Its zone is that of the printed times.
    """
    spans = in_front.sort_values("start", kind="stable", ignore_index=True)
    following = spans["start"].shift(-1).fillna(at).astype("int64")
    spans["end"] = np.minimum(np.minimum(spans["end"], following), at)
    spans = spans[spans["end"] - spans["start"] > 2 * _LIT]
    events = pd.concat([_screen(spans), _activities(spans)], ignore_index=True)
    events = events[(events["at"] >= at - _DAY) & (events["at"] < at)]
    events = events.sort_values("at", kind="stable")
    times = _printed(events["at"].to_numpy(), calendar)
    lines = [
        f'    time="{time}" type={kind} package={package}{more} flags=0x0'
        for time, kind, package, more in zip(
            times, events["type"], events["package"], events["more"], strict=True
        )
    ]
    first, last = _printed(np.array([at - _DAY, at]), calendar)
    head = ["user=0", f'  Last 24 hour events (timeRange="{first} – {last}" )']
    return "\n".join([*head, *lines, *_files(at, calendar), ""])


def _screen(spans: pd.DataFrame) -> pd.DataFrame:
    """Return when the screen goes on and off: it is on while anything is in front."""
    start, end = spans["start"].to_numpy() - _LIT, spans["end"].to_numpy() + _LIT
    lit = np.append(True, start[1:] > end[:-1]) if len(spans) else np.zeros(0, dtype=bool)
    on, off = start[lit], end[np.append(lit[1:], True)] if len(spans) else end
    return pd.DataFrame(
        {
            "at": np.append(on, off),
            "type": ["SCREEN_INTERACTIVE"] * len(on) + ["SCREEN_NON_INTERACTIVE"] * len(off),
            "package": "android",
            "more": "",
        }
    )


def _activities(spans: pd.DataFrame) -> pd.DataFrame:
    resumed = spans.assign(at=spans["start"], type="ACTIVITY_RESUMED")
    paused = spans.assign(at=spans["end"], type="ACTIVITY_PAUSED")
    both = pd.concat([paused, resumed], ignore_index=True).rename(columns={"app": "package"})
    more = " class=" + both["package"] + ".Main instanceId=1"
    return both.assign(more=more)[["at", "type", "package", "more"]]


def _files(at: int, calendar: Calendar) -> list[str]:
    """Return the list of daily files, each with its epoch and its local time."""
    begun = calendar.midnights()
    days = begun[(begun <= at) & (begun > at - 8 * _DAY)]
    named = zip(days, _printed(days, calendar), strict=True)
    return [
        "",
        "UsageStatsDatabase:",
        "  Database Summary:",
        f"    daily stats files: {len(days)}, sorted list of files:",
        *(f'      {day}000="{printed}" (size=48120)' for day, printed in named),
    ]


def _printed(seconds: Seconds, calendar: Calendar) -> list[str]:
    return list(calendar.wall(seconds).strftime("%Y-%m-%d %H:%M:%S"))
