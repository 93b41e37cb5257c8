"""Provenance: which file, read by what, with which rows left out."""

from dataclasses import dataclass, field
from typing import Final

import pandas as pd

from esim_analysis.model.frames import TEXT, Schema, empty

REJECTED: Final[Schema] = {"source": TEXT, "line": TEXT, "field": TEXT, "reason": TEXT}


@dataclass(frozen=True, slots=True)
class Source:
    """One file that was read.

    `id` is unique inside a case (the file's name, numbered when two share it);
    `notes` are sentences for the screen; `duplicates` counts rows that said
    again what an earlier row said.
    """

    id: str
    importer: str
    sha256: str
    rows: int = 0
    kept: int = 0
    duplicates: int = 0
    rejected: int = 0
    notes: tuple[str, ...] = field(default=())


def no_rejected() -> pd.DataFrame:
    """Return the empty frame of rejected rows: `source, line, field, reason`."""
    return empty(REJECTED)
