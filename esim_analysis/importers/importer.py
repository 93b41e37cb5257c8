"""What an importer is: one file, one declaration, one function."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Literal, TypeVar

import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.files import SourceFile
from esim_analysis.model import Evidence, FileError, PhoneSettings, Snapshots, UsageRecords

T = TypeVar("T")


class Reach(IntEnum):
    """Who can get such a file; the order in which formats are listed, most people first.

    An estimate from how each is obtained, not a count of users.
    """

    EVERYONE = 1
    """Anybody, with the phone in the hand."""
    ANY_CUSTOMER = 2
    """Customers of nearly every operator: the bill, or the records of its website."""
    CUSTOMER = 3
    """Customers of one operator, or who install a free app on the phone."""
    COMPUTER = 4
    """Who connects the phone to a computer."""
    ACCOUNT = 5
    """Who holds the account of an eSIM seller's or IoT portal's interface."""
    NETWORK = 6
    """Who runs the router or the laptop behind the hotspot."""
    PARTNER = 7
    """Operators among themselves."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the user said about how to read.

    `timezone` is the zone of local times in files that do not state theirs;
    `mappings` are the mapping files at hand, by the name they were read from.
    """

    timezone: str | None = None
    mappings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def said(self) -> "Said":
        """What was declared, short enough to be remembered beside what was read."""
        told = json.dumps(self.mappings, sort_keys=True, default=str) if self.mappings else ""
        digest = hashlib.sha256(told.encode()).hexdigest() if told else ""
        return Said(self.timezone or "", digest)


@dataclass(frozen=True, slots=True)
class Said:
    """What was declared when a file was read: the zone, the digest of the mappings; "" nothing."""

    timezone: str = ""
    mappings: str = ""

    def agrees_with(self, earlier: "Said") -> bool:
        """Tell whether a file read under `earlier` need not be read again: nothing speaks against it."""
        return self.timezone in ("", earlier.timezone) and self.mappings in ("", earlier.mappings)


@dataclass(frozen=True, slots=True)
class Imported:
    """What one file holds; most files hold one of these.

    Counters (`snapshots`, `app_readings`) and uid names (`packages`) are put
    together with those of other files before they mean anything.

    Attributes
    ----------
    app_readings
        Columns of `model.APP_READINGS`.
    packages
        `uid, package`: names of Android uids.
    lines
        What the user knows of each SIM, as `model.line_table`.
    sessions
        Data sessions that no volume is told of, as `declared.sessions.SESSIONS`.
    screen
        What was on the phone's screen and when, as `model.screen.SCREEN`.
    notes
        Sentences for the screen.
    """

    usage: UsageRecords | None = None
    snapshots: Snapshots | None = None
    app_readings: pd.DataFrame | None = None
    evidence: Evidence | None = None
    packages: pd.DataFrame | None = None
    settings: PhoneSettings | None = None
    lines: pd.DataFrame | None = None
    sessions: pd.DataFrame | None = None
    screen: pd.DataFrame | None = None
    notes: tuple[str, ...] = ()


Outcome = tuple[SourceFile, Imported | FileError]


@dataclass(frozen=True, slots=True)
class Importer:
    """One format.

    Attributes
    ----------
    id
        Name of the module, e.g. `"celitech_csv"`.
    how
        How a user gets such a file, one sentence.
    known_from
        `"real files"` or `"documentation"`: what the format was read off.
    reach
        Who can get such a file; the order of `esim-analysis formats`.
    rank
        Order of trial; low first. Formats that recognise anything (a plain
        table) come last.
    recognise
        True when the content, never the name, is of this format. Must be quick
        and must not raise.
    read
        Reads the whole file. Raises `FileError` (or `QuestionError`) when
        nothing of it can be used; rows that cannot be read go to `rejected`.
    read_many
        Reads several files, to what `read` makes of each, in any order; for formats of
        which a folder holds many small files, and that are quicker together.
    """

    id: str
    title: str
    side: Literal["operator", "phone"]
    how: str
    known_from: Literal["real files", "documentation"]
    reach: Reach
    rank: int
    recognise: Callable[[SourceFile], bool]
    read: Callable[[SourceFile, ReadOptions], Imported]
    read_many: Callable[[Iterable[SourceFile], ReadOptions], list[Outcome]] | None = None


def attempt(file: SourceFile, act: Callable[[], T]) -> T | FileError:
    """Return what `act` makes of a file, or why it cannot be read."""
    try:
        return act()
    except FileError as problem:
        return problem
    except OSError as problem:
        return FileError(
            file.name,
            sentence("importing.cannot_read", strerror=problem.strerror),
            sentence("importing.check_file"),
        )
