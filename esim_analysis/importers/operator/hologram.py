"""Hologram's data sessions, JSON or CSV: bytes in total, closed sessions only.

`timestamp` is the end. Times are bare; the provider speaks of UTC, which is assumed.
"""

from typing import Final

from esim_analysis.importers.declared.rows import (
    has_headings,
    has_keys,
    json_rows,
    table_rows,
)
from esim_analysis.importers.declared.usage import UTC_ASSUMED, UsageFormat, read_usage
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions

_KEYS: Final = frozenset({"linkid", "session_begin", "timestamp", "bytes"})
_FORMAT: Final = UsageFormat(
    id="hologram",
    columns={
        "start": ("session_begin",),
        "end": ("timestamp",),
        "total": ("bytes",),
        "record_id": ("record_id",),
        "line": ("linkid",),
        "network": ("network_name",),
    },
    time_quality="session",
    zone=UTC_ASSUMED,
)


def recognise(file: SourceFile) -> bool:
    """Tell a session by its link, begin, end and bytes."""
    return has_keys(file, _KEYS) or has_headings(file, _KEYS)


def read(file: SourceFile, options: ReadOptions) -> Imported:
    """Read sessions; those without a byte are kept, they show a device that calls for nothing."""
    rows = table_rows(file) if has_headings(file, _KEYS) else json_rows(file, _KEYS)
    return read_usage(file, options, rows, _FORMAT)


IMPORTER = Importer(
    id=_FORMAT.id,
    title="Hologram data sessions (JSON, CSV)",
    side="operator",
    how="In the Hologram dashboard open Usage and export it as JSON.",
    known_from="documentation",
    reach=Reach.ACCOUNT,
    rank=160,
    recognise=recognise,
    read=read,
)
