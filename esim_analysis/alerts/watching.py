"""Watching a folder: a new file is read once, judged, and what it says is sent once."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import pandas as pd

from esim_analysis import leakage
from esim_analysis.alerts.delivery import CONSOLE, Send, deliver
from esim_analysis.alerts.firing import KEY, fire
from esim_analysis.alerts.ledger import Ledger, Message
from esim_analysis.alerts.rules import Alerts, Quiet
from esim_analysis.alerts.watched import watched
from esim_analysis.alerts.wording import Speaker
from esim_analysis.billing import account, find_plan
from esim_analysis.case import analyse
from esim_analysis.history import FILE_NAME, History
from esim_analysis.i18n import Words
from esim_analysis.importers.knowledge import read_knowledge
from esim_analysis.importers.parts import Part, read_parts
from esim_analysis.importers.paths import expand
from esim_analysis.model import Analysis, FileError
from esim_analysis.model.lines import number_lines

POLL: Final = 5.0  # seconds; a few stats of files
Stamp = tuple[int, int]  # size, and when it was written

Judge = Callable[[History, int, Alerts], tuple[pd.DataFrame, Analysis | None]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one look brought; `looks` is 0 where no file was new.

    `waiting` is what could not be sent yet, each with its problem; `problems` are files
    that could not be read.
    """

    looks: int
    fired: pd.DataFrame
    sent: int
    waiting: tuple[Message, ...]
    problems: tuple[FileError, ...]
    words: Words


def look(
    paths: Sequence[Path],
    history: History,
    alerts: Alerts,
    send: Send,
    *,
    now: datetime | None = None,
) -> Outcome:
    """Read new files, judge what is known if it is new, and send what is due.

    Each of the three is one transaction or a message at a time: whenever a run is killed,
    the next one goes on where it was, and nothing is counted or told twice.
    """
    timezone = alerts.timezone or None
    parts, problems = read_parts(paths, timezone=timezone, known=history.known())
    told = take(parts, history, alerts, send, now=now)
    return replace(told, problems=problems)


def take(  # noqa: PLR0913 - the files, what is known, what is wanted, and two things tests replace
    parts: Sequence[Part],
    history: History,
    alerts: Alerts,
    send: Send,
    *,
    now: datetime | None = None,
    judge: Judge | None = None,
) -> Outcome:
    """Do what `look` does with files that are read already."""
    now = now or datetime.now(UTC)
    before = len(history.looks())
    history.remember(parts, now=now)
    ledger = Ledger(history)
    looks = history.looks()
    fired, words = pd.DataFrame(), Words(alerts.lang, alerts.timezone or "UTC")
    if looks and looks[-1].number > ledger.last_look():
        fired, words = _judge(ledger, looks[-1].number, alerts, judge or judged, now)
    sent, waiting = (0, []) if not looks else deliver(ledger, send, words=words, now=now)
    return Outcome(len(looks) - before, fired, sent, tuple(waiting), (), words)


def judged(history: History, look: int, alerts: Alerts) -> tuple[pd.DataFrame, Analysis | None]:
    """Return what rules look at, of all that was known at a look, and its analysis."""
    analysis = analysis_at(history, look, alerts)
    plan = find_plan(alerts.plan) if alerts.plan else None
    told = account(analysis, plan) if plan is not None else None
    return watched(analysis, told), analysis


def analysis_at(history: History, look: int | None, alerts: Alerts) -> Analysis:
    """Return the analysis of all that was known at a look; None: of all there is."""
    reading = history.recall(look=look)
    reading = replace(reading, usage=number_lines(reading.usage))
    plan = find_plan(alerts.plan) if alerts.plan else None
    own = leakage.own_rules(alerts.own_rules) if alerts.own_rules else None
    return analyse(
        reading,
        timezone=alerts.timezone or None,
        lang=alerts.lang,
        plan=plan,
        rules=own,
        knowledge=read_knowledge(alerts.knowledge),
    )


def _judge(
    ledger: Ledger, number: int, alerts: Alerts, judge: Judge, now: datetime
) -> tuple[pd.DataFrame, Words]:
    seen, analysis = judge(ledger.history, number, alerts)
    fired = fire(seen, alerts)
    known = ledger.keys()
    keys = list(map(tuple, fired[KEY].astype("str").to_numpy()))
    new = pd.Series([key not in known for key in keys], index=fired.index, dtype=bool)
    fired = fired[new].reset_index(drop=True)
    begin = _begin(seen, ledger)
    state = pd.Series("told", index=fired.index, dtype="str")
    state = state.mask(fired["t_utc"] < begin, "past") if begin is not None else state
    fired["state"] = state.mask(fired["muted"] != "", "muted")
    zone = analysis.zone if analysis is not None else alerts.timezone or "UTC"
    messages = _messages(fired[fired["state"] == "told"], seen, analysis, alerts, now, zone)
    if not ledger.record(number, seen, fired, messages):
        fired = fired.iloc[:0]  # another run was faster and has told it
    return fired, Words(alerts.lang, zone)


def _begin(seen: pd.DataFrame, ledger: Ledger) -> pd.Timestamp | None:
    """Return the start of the oldest cycle that is still news.

    It is the cycle that ran at the look before; at the first, the last cycle of the data.
    """
    use = seen[seen["kind"] == "use"]
    if use.empty:
        return None
    last = ledger.last_look()
    ends = {each.number: each.as_of for each in ledger.history.looks()}
    then = ends.get(last)
    known = use if then is None else use[use["t_utc"] <= then]
    cycle = (known if len(known) else use)["cycle"].max()
    return pd.Timestamp(use.loc[use["cycle"] == cycle, "t_utc"].min())


def _messages(  # noqa: PLR0913, PLR0917 - what fired, and all its words need
    fired: pd.DataFrame,
    seen: pd.DataFrame,
    analysis: Analysis | None,
    alerts: Alerts,
    now: datetime,
    zone: str,
) -> list[tuple[tuple[str, ...], str, str, str, datetime]]:
    if fired.empty:
        return []
    cycles = seen.loc[seen["kind"] == "use", "cycle"].unique().tolist()
    speaker = Speaker(analysis, alerts, cycles=cycles) if analysis is not None else None
    due = now
    if alerts.quiet:
        due = Quiet.read(alerts.quiet).until(now.astimezone(ZoneInfo(zone))) or now
    told = []
    for row in fired.to_dict("records"):
        key = tuple(str(row[name]) for name in KEY)
        title = speaker.title(row) if speaker else row["rule"]
        whole = speaker.long(row) if speaker else "|".join(key)
        told.append((key, CONSOLE, title, whole, now))
        for channel in alerts.channels:
            short = speaker.short(row) if speaker and channel.form == "short" else whole
            told.append((key, channel.name, "" if channel.form == "short" else title, short, due))
    return told


def dry_run(paths: Sequence[Path], history: History, alerts: Alerts) -> list[tuple[str, str, str]]:
    """Return channel, title and text of exactly what would be sent; nothing is changed."""
    import shutil  # noqa: PLC0415 - only here
    import tempfile  # noqa: PLC0415

    caught: list[tuple[str, str, str]] = []

    def keep(message: Message, text: str) -> str:
        caught.append((message.channel, message.title, text))
        return ""

    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / FILE_NAME
        if history.store.exists:
            with history.store.transaction():  # nobody writes while it is copied
                log = history.store.path.with_name(f"{history.store.path.name}.wal")
                shutil.copy(history.store.path, copy)
                if log.exists():
                    shutil.copy(log, copy.with_name(f"{FILE_NAME}.wal"))
        open_hours = alerts.model_copy(update={"quiet": ""})
        look(paths, History(copy), open_hours, keep)
    return caught


def stable_files(folder: Path, *, but: Sequence[Path] = ()) -> Iterator[list[Path]]:
    """Yield, poll after poll, the files that stand still; each poll is a few stats.

    A file that changed since the poll before, or was written within the last two
    seconds, is still being written: it waits for the next poll.
    """
    seen: dict[Path, Stamp] = {}
    left_out = {path.resolve() for path in but}
    while True:
        now = _stamps(folder, left_out)
        fresh = time.time_ns() - 2_000_000_000
        yield [path for path, stamp in now.items() if seen.get(path) == stamp and stamp[1] < fresh]
        seen = now


def _stamps(folder: Path, left_out: set[Path]) -> dict[Path, Stamp]:
    stamps = {}
    for path in expand(folder):
        try:
            told = path.stat()
        except OSError:
            continue  # taken away between listing and looking
        if path.resolve() not in left_out:
            stamps[path] = (told.st_size, told.st_mtime_ns)
    return stamps
