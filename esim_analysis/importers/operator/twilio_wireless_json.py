"""Twilio Programmable Wireless usage: bytes of a period; home and roaming are parts of it.

`data.total` is home, national and international roaming together: it is taken, its parts
are not. `billed` counts billing units, no money. Data sessions of the same product hold
packets and no bytes, and are refused by name.
"""

from typing import Final

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.declared.rows import has_keys, json_rows
from esim_analysis.importers.declared.usage import UsageFormat, read_usage
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.model import FileError

_KEYS: Final = frozenset({"period", "data", "commands"})
_SESSION: Final = frozenset({"packets_uploaded", "packets_downloaded", "radio_link"})
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
    """Tell usage records by period, data and commands, data sessions by their packets."""
    return has_keys(file, _KEYS | {"sim_sid"}, _SESSION)


def read(file: SourceFile, options: ReadOptions) -> Imported:
    """Read one bucket a row.

    Raises
    ------
    FileError
        Data sessions, which count packets and no bytes, or nothing that can be read.
    """
    if has_keys(file, _SESSION):
        raise FileError(
            file.name,
            sentence("importing.twilio_data_sessions_count_packets"),
            sentence("importing.save_answer_usage_records_same"),
        )
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
