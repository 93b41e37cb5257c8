"""Verizon ThingSpace: bytes of a device and day, raw and rated.

Raw and rated figures are two accounts of the same data: where a day has both, the raw one
counts, which is there first and is not rounded.
"""

from typing import Final

import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.declared.rows import Rows, has_keys, json_rows
from esim_analysis.importers.declared.usage import UTC_ASSUMED, UsageFormat, read_usage
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.importers.tabular.sieve import Sieve

_KEYS: Final = frozenset({"bytesUsed", "timestamp", "source"})


def recognise(file: SourceFile) -> bool:
    """Tell a record by its bytes, day and source."""
    return has_keys(file, _KEYS | {"smsUsed"})


def read(file: SourceFile, options: ReadOptions) -> Imported:
    """Read one bucket a day."""
    return read_usage(file, options, json_rows(file, _KEYS), _FORMAT)


def _raw_or_rated(
    frame: pd.DataFrame, rows: Rows, sieve: Sieve
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    account = rows.column(["source"]).str.casefold().str.extract("^(raw|rated)")[0]
    sieve.reject(account.isna(), "source", sentence("importing.says_neither_raw_nor_rated"))
    raw = account == "raw"
    has_raw = (raw & sieve.kept).groupby([frame["line"], frame["start_utc"]]).transform("any")
    sieve.reject(has_raw & ~raw, "source", sentence("importing.rated_account_day_whose_raw"))
    return frame, ()


_FORMAT: Final = UsageFormat(
    id="thingspace_json",
    columns={
        "start": ("timestamp",),
        "total": ("bytesUsed",),
        "line": ("^deviceId.id", "^iccid", "^mdn"),
    },
    time_quality="bucket",
    bucket="1D",
    zone=UTC_ASSUMED,
    group=("source", "servicePlan"),
    check=_raw_or_rated,
)
IMPORTER = Importer(
    id=_FORMAT.id,
    title="Verizon ThingSpace device usage (JSON)",
    side="operator",
    how="Save the answer of ThingSpace's 'device usage history' for your device, all pages of it.",
    known_from="documentation",
    reach=Reach.ACCOUNT,
    rank=230,
    recognise=recognise,
    read=read,
)
