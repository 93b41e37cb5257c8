"""What an importer is: one file, one declaration, one function."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd

from esim_analysis.importers.files import SourceFile
from esim_analysis.model import Evidence, PhoneSettings, Snapshots, UsageRecords


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the user said about how to read.

    `timezone` is the zone of local times in files that do not state theirs;
    `mappings` are the mapping files at hand, by the name they were read from.
    """

    timezone: str | None = None
    mappings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


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
    notes
        Sentences for the screen.
    """

    usage: UsageRecords | None = None
    snapshots: Snapshots | None = None
    app_readings: pd.DataFrame | None = None
    evidence: Evidence | None = None
    packages: pd.DataFrame | None = None
    settings: PhoneSettings | None = None
    notes: tuple[str, ...] = ()


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
    rank
        Order of trial and of `esim-analysis formats`; low first. Formats that
        recognise anything (a plain table) come last.
    recognise
        True when the content, never the name, is of this format. Must be quick
        and must not raise.
    read
        Reads the whole file. Raises `FileError` (or `QuestionError`) when
        nothing of it can be used; rows that cannot be read go to `rejected`.
    """

    id: str
    title: str
    side: Literal["operator", "phone"]
    how: str
    known_from: Literal["real files", "documentation"]
    rank: int
    recognise: Callable[[SourceFile], bool]
    read: Callable[[SourceFile, ReadOptions], Imported]
