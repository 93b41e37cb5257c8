"""What was on the screen: `adb shell dumpsys usagestats`.

One line an event, e.g. `time="2026-10-03 19:18:20" type=ACTIVITY_RESUMED package=com.x class=…`,
device-local without offset (plain epoch milliseconds in the compact form). "Last 24 hour events"
comes first; older phones repeat events below the statistics of each interval, so equal lines are
one event. Android 9 and older say MOVE_TO_FOREGROUND and MOVE_TO_BACKGROUND. Newer phones list
the log's files at the end, each by its epoch and by the local clock
(`1790978400000="2026-10-03 00:00:00" (size=48120)`): what the phone's clock is from UTC.
"""

import re
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.importers.phone._lines import Lines, Places, clean, extract, head_of, matching
from esim_analysis.model import FileError, QuestionError
from esim_analysis.model.frames import conform
from esim_analysis.model.screen import IN_FRONT, OFF, ON, SCREEN
from esim_analysis.model.zone import check_zone

COMMAND: Final = "adb shell dumpsys usagestats > usagestats.txt"
_SIGNS: Final = ("Last 24 hour events (", "In-memory daily stats")
_EVENT: Final = (
    r'^\s*time="?(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d|\d{12,13})"? +type=(?P<type>\w+) +'
    r"package=(?P<package>[^\s=]+)(?: +class=(?P<class>\S+))?"
)
_LOOKS: Final = r"^\s*time=.* type="
_ENDS: Final = re.compile(r" flags=0x[0-9a-fA-F]+\s*$")
_FILE: Final = r'^\s*(?P<epoch>\d{12,13})="(?P<local>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)" +\(size='
_WRITTEN: Final = "%Y-%m-%d %H:%M:%S"
_OPENS: Final = ("ACTIVITY_RESUMED", "MOVE_TO_FOREGROUND", "CONTINUE_PREVIOUS_DAY")
_CLOSES: Final = (
    *("ACTIVITY_PAUSED", "ACTIVITY_STOPPED", "MOVE_TO_BACKGROUND", "END_OF_DAY"),
    *("ACTIVITY_DESTROYED",),
)
_SCREEN: Final = {
    "SCREEN_INTERACTIVE": ON,
    "SCREEN_NON_INTERACTIVE": OFF,
    "DEVICE_SHUTDOWN": "",  # what follows is not known until the screen speaks again
    "DEVICE_STARTUP": "",
}
_FARTHEST: Final = pd.Timedelta(hours=14)
_QUARTER: Final = pd.Timedelta(minutes=15)
_OTHER: Final = {
    "SCREEN_INTERACTIVE": "SCREEN_NON_INTERACTIVE",
    "SCREEN_NON_INTERACTIVE": "SCREEN_INTERACTIVE",
}
_LONGEST: Final = pd.Timedelta(hours=24)  # the log holds a day; a longer span has lost an event


def recognise(file: SourceFile) -> bool:
    """Tell the log by its headings."""
    head = head_of(file)
    return any(sign in head for sign in _SIGNS)


def read(file: SourceFile, options: ReadOptions) -> Imported:
    """Read when the screen was on, and which app was in front of it.

    The phone's clock is told by the dump's own list of files, else by the zone declared.

    Raises
    ------
    FileError
        No event can be read.
    QuestionError
        Neither the dump nor the user says the phone's zone.
    """
    lines = pa.array(clean(file.text).split("\n"), pa.large_string())
    places = _whole(lines, matching(lines, _EVENT))
    if not len(places):
        raise FileError(
            file.name,
            sentence("screen.no_events"),
            sentence("importing.connect_phone_computer_usb_debugging_run", command=COMMAND),
        )
    events = extract(lines, places, _EVENT).fillna("").drop_duplicates(ignore_index=True)
    epoch = events["time"].str.fullmatch(r"\d+")
    known = _offsets(lines)
    if not epoch.all() and known.empty and not options.timezone:
        raise QuestionError(file.name, sentence("screen.no_zone"), sentence("screen.say_zone"))
    zone = check_zone(options.timezone) if options.timezone else ""
    events["at"] = _utc(events["time"], epoch, known, zone)
    lost = len(matching(lines, _LOOKS)) - len(places) + int(events["at"].isna().sum())
    events = events.dropna(subset="at").sort_values("at", kind="stable", ignore_index=True)
    screen = conform(_spans(events).assign(source=file.name), SCREEN, what="screen")
    notes = [sentence("screen.read", apps=int(screen["app"].ne("").sum()), events=len(events))]
    notes += [sentence("screen.not_read", count=lost)] if lost else []
    return Imported(screen=screen, notes=tuple(notes))


def _whole(lines: Lines, places: Places) -> Places:
    """Leave out the last line of a text that was cut inside it: its app may lack its end."""
    last = len(lines) - 1
    cut = len(places) > 0 and places[-1] == last and not _ENDS.search(str(lines[last]))
    return places[:-1] if cut else places


def _offsets(lines: Lines) -> pd.DataFrame:
    """Return `local, ahead` (µs, in order): local times the dump lists, and how far they are from UTC."""
    told = extract(lines, matching(lines, _FILE), _FILE)
    local = pd.to_datetime(told["local"], format=_WRITTEN, errors="coerce").dt.as_unit("us")
    epoch = pd.to_numeric(told["epoch"], errors="coerce").astype("float64")
    stamp = pd.to_datetime(epoch, unit="ms", errors="coerce").dt.floor("s").dt.as_unit("us")
    known = pd.DataFrame({"local": local, "ahead": local - stamp}).dropna()
    # Clocks are quarters of an hour apart; anything else is no clock.
    whole = known["ahead"].dt.round(_QUARTER) == known["ahead"]
    clocks: pd.DataFrame = known[known["ahead"].abs().le(_FARTHEST) & whole]
    return clocks.drop_duplicates().sort_values("local", ignore_index=True)


def _utc(times: pd.Series, epoch: pd.Series, known: pd.DataFrame, zone: str) -> pd.Series:
    """Return UTC times; one that the dump's offsets and the zone leave open is missing."""
    local = pd.to_datetime(times.where(~epoch), format=_WRITTEN, errors="coerce").dt.as_unit("us")
    told = (local - _ahead(local, known)).dt.tz_localize("UTC")
    if zone:
        placed = local.dt.tz_localize(zone, ambiguous="NaT", nonexistent="NaT")
        told = told.fillna(placed.dt.tz_convert("UTC"))
    stamp = pd.to_numeric(times.where(epoch), errors="coerce").astype("float64")
    counted = pd.to_datetime(stamp, unit="ms", utc=True, errors="coerce").dt.as_unit("us")
    return told.fillna(counted)


def _ahead(local: pd.Series, known: pd.DataFrame) -> pd.Series:
    """Return how far each local time is from UTC: missing between two files that differ."""
    if known.empty:
        return pd.Series(pd.NaT, index=local.index, dtype="timedelta64[us]")
    place = np.searchsorted(known["local"].to_numpy(), local.to_numpy(), side="right")
    last = len(known) - 1
    before = known["ahead"].take(np.clip(place - 1, 0, last)).set_axis(local.index)
    after = known["ahead"].take(np.clip(place, 0, last)).set_axis(local.index)
    return before.where(before.eq(after))


def _spans(events: pd.DataFrame) -> pd.DataFrame:
    """Return `app, state, start_utc, end_utc` of events in order of time."""
    screen = _with_ends(events)
    state = screen["type"].map(_SCREEN)
    spans = pd.DataFrame(
        {
            "app": "",
            "state": state,
            "start_utc": screen["at"],
            "end_utc": screen["at"].shift(-1),
        }
    )
    spans = spans[state.ne("") & spans["end_utc"].notna()]
    dark = screen.loc[state.ne(ON), "at"]
    together = pd.concat([spans, _in_front(events, dark)], ignore_index=True)
    length = together["end_utc"] - together["start_utc"]
    return together[(length > pd.Timedelta(0)) & (length <= _LONGEST)]


def _with_ends(events: pd.DataFrame) -> pd.DataFrame:
    """Return events of the screen, from the first event of the log to its last.

    The screen speaks when it changes: before its first word it was the other way, and after its
    last it stays so as long as the log goes on.
    """
    screen = events.loc[events["type"].isin(list(_SCREEN)), ["at", "type"]]
    if screen.empty:
        return screen
    other = _OTHER.get(str(screen["type"].iloc[0]))
    begins = events["at"].iloc[:1] if other else events["at"].iloc[:0]
    edges = (
        pd.DataFrame({"at": begins, "type": other or ""}),
        screen,
        pd.DataFrame({"at": events["at"].iloc[-1:], "type": screen["type"].iloc[-1]}),
    )
    return pd.concat([edge for edge in edges if len(edge)], ignore_index=True)


def _in_front(events: pd.DataFrame, dark: pd.Series) -> pd.DataFrame:
    """Return spans of apps: from the moment one comes in front until it leaves, or the screen goes."""
    mine = events[events["type"].isin([*_OPENS, *_CLOSES])].sort_values(
        ["package", "class", "at"], kind="stable"
    )
    same = (mine["package"] == mine["package"].shift(-1)) & (
        mine["class"] == mine["class"].shift(-1)
    )
    until = mine["at"].shift(-1).where(same)
    goes = dark.sort_values().reset_index(drop=True)
    place = np.searchsorted(goes.to_numpy(), mine["at"].to_numpy(), side="right")
    first_dark = goes.reindex(place).set_axis(mine.index)
    end = until.where(until.le(first_dark) | first_dark.isna(), first_dark)
    opens = mine["type"].isin(_OPENS) & end.notna()
    return pd.DataFrame(
        {
            "app": mine.loc[opens, "package"],
            "state": IN_FRONT,
            "start_utc": mine.loc[opens, "at"],
            "end_utc": end[opens],
        }
    )


IMPORTER = Importer(
    id="usagestats",
    title="Android dumpsys usagestats",
    side="phone",
    how=f"With USB debugging on: `{COMMAND}`; says which app was in front in the last day.",
    known_from="documentation",
    reach=Reach.COMPUTER,
    rank=31,
    recognise=recognise,
    read=read,
)
