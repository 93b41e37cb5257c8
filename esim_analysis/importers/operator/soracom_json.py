"""Soracom Air statistics: bytes of five minutes, a day or a month, nested by speed class.

The answer names the moment a period begins (`unixtime`, UTC) and not how long it is: the
shortest step between two moments of a line is taken as the length, a day where there is
only one. A speed class is a row of its own.
"""

from dataclasses import replace
from typing import Final

import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.declared.rows import Rows, has_keys, json_rows
from esim_analysis.importers.declared.usage import UsageFormat, read_usage
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.importers.jsons.records import Found
from esim_analysis.importers.tabular.sieve import Sieve

_MAP: Final = "dataTrafficStatsMap"
_KEYS: Final = frozenset({"unixtime", _MAP})
_DAY: Final = pd.Timedelta(days=1)
_LENGTHS: Final = (pd.Timedelta(minutes=5), _DAY)


def recognise(file: SourceFile) -> bool:
    """Tell a record by its map of speed classes."""
    return has_keys(file, _KEYS)


def read(file: SourceFile, options: ReadOptions) -> Imported:
    """Read one row a period and speed class."""
    return read_usage(file, options, json_rows(file, _KEYS, split=_by_class), _FORMAT)


def _by_class(found: Found) -> Found:
    """Make a record of each speed class; one without any used nothing in that period."""
    made = replace(found, items=[], outers=[], places=[])
    for item, outer, place in zip(found.items, found.outers, found.places, strict=True):
        classes = item.get(_MAP)
        classes = classes if isinstance(classes, dict) else {"": None}
        idle = {"": {"uploadByteSizeTotal": "0", "downloadByteSizeTotal": "0"}}
        for name, counts in (classes or idle).items():
            made.items.append({**item, "class": name, "counts": counts})
            made.outers.append(outer)
            made.places.append(f"{place}/{_MAP}/{name}")
    return made


def _lengths(
    frame: pd.DataFrame,
    rows: Rows,  # noqa: ARG001 - the shape of a check
    sieve: Sieve,
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Give each period the length that the steps between periods show."""
    moments = frame.loc[sieve.kept, ["line", "start_utc"]].drop_duplicates()
    steps = moments.sort_values(["line", "start_utc"]).groupby("line")["start_utc"].diff()
    shortest = steps.min()
    length = max(
        (one for one in _LENGTHS if pd.isna(shortest) or one <= shortest), default=_LENGTHS[0]
    )
    said = sentence(
        "importing.each_row_taken_long_after",
        length=sentence("importing.5_minutes" if length < _DAY else "importing.a_day"),
    )
    return frame.assign(end_utc=frame["start_utc"] + length), (said,)


_FORMAT: Final = UsageFormat(
    id="soracom_json",
    columns={
        "start": ("unixtime",),
        "up": ("counts.uploadByteSizeTotal",),
        "down": ("counts.downloadByteSizeTotal",),
        "line": ("imsi", "simId", "^imsi", "^simId"),
    },
    time_quality="bucket",
    group=("class",),
    check=_lengths,
)
IMPORTER = Importer(
    id=_FORMAT.id,
    title="Soracom Air data usage (JSON)",
    side="operator",
    how="Save the answer of `soracom stats air get --period minutes` (or day) for your SIM.",
    known_from="documentation",
    reach=Reach.ACCOUNT,
    rank=220,
    recognise=recognise,
    read=read,
)
