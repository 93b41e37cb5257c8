"""Onomondo's usage of SIMs: bytes at a moment, in UTC.

The provider does not say since when the bytes of a record count, so a record is a moment that is
known and no stretch of time. At most a thousand records come at once.
"""

from typing import Final

import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.declared.rows import Rows, has_keys, json_rows
from esim_analysis.importers.declared.usage import UsageFormat, read_usage
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.importers.tabular.sieve import Sieve

_KEYS: Final = frozenset({"sim_id", "bytes", "timestamp"})
_AT_ONCE: Final = 1000


def recognise(file: SourceFile) -> bool:
    """Tell a record by its SIM, bytes and time, in a list called usage."""
    return has_keys(file, _KEYS | {"usage"})


def read(file: SourceFile, options: ReadOptions) -> Imported:
    """Read one moment a record."""
    return read_usage(file, options, json_rows(file, _KEYS), _FORMAT)


def _said(
    frame: pd.DataFrame,
    rows: Rows,
    sieve: Sieve,  # noqa: ARG001 - the shape of a check
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Say that records name no beginning, and where more of them may be."""
    notes = [sentence("importing.records_say_not_since_when")]
    if len(rows.places) and len(rows.places) % _AT_ONCE == 0:
        notes.append(sentence("importing.answer_full_more_may_follow", count=_AT_ONCE))
    return frame, tuple(notes)


_FORMAT: Final = UsageFormat(
    id="onomondo_json",
    columns={
        "start": ("timestamp",),
        "end": ("timestamp",),
        "total": ("bytes",),
        "line": ("sim_id",),
    },
    time_quality="partial",
    check=_said,
)
IMPORTER = Importer(
    id=_FORMAT.id,
    title="Onomondo usage (JSON)",
    side="operator",
    how="Save the answer of Onomondo's interface 'usage' for your SIM, all pages of it.",
    known_from="documentation",
    reach=Reach.ACCOUNT,
    rank=245,
    recognise=recognise,
    read=read,
)
