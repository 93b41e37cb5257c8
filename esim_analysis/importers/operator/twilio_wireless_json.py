"""Twilio Programmable Wireless usage: bytes of a period; home and roaming are parts of it.

`data.total` is home, national and international roaming together: it is taken, its parts
are not. `billed` counts billing units, no money. Data sessions of the same product are a format
of their own.
"""

from typing import Final

from esim_analysis.importers.declared.rows import has_keys, json_rows
from esim_analysis.importers.declared.usage import UsageFormat, read_usage
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions

_KEYS: Final = frozenset({"period", "data", "commands"})
_FORMAT: Final = UsageFormat(
    id="twilio_wireless_json",
    columns={
        "start": ("period.start",),
        "end": ("period.end",),
        "total": ("data.total",),
        "up": ("data.upload",),
        "down": ("data.download",),
        "line": ("sim_sid",),
    },
    time_quality="bucket",
)


def recognise(file: SourceFile) -> bool:
    """Tell usage records by period, data and commands."""
    return has_keys(file, _KEYS | {"sim_sid"})


def read(file: SourceFile, options: ReadOptions) -> Imported:
    """Read one bucket a row."""
    return read_usage(file, options, json_rows(file, _KEYS), _FORMAT)


IMPORTER = Importer(
    id=_FORMAT.id,
    title="Twilio Programmable Wireless usage records (JSON)",
    side="operator",
    how="Save the answer of Twilio's Wireless UsageRecords for your SIM, all pages of it.",
    known_from="documentation",
    reach=Reach.ACCOUNT,
    rank=212,
    recognise=recognise,
    read=read,
)
