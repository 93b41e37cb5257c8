"""Twilio Programmable Wireless data sessions: times and networks, packets and no bytes.

A packet may hold one byte or 1,500: no volume is made of them. A session that is still
open ends where it was last updated.
"""

from typing import Final

from esim_analysis.importers.declared.rows import has_keys, json_rows
from esim_analysis.importers.declared.sessions import read_sessions
from esim_analysis.importers.declared.usage import UsageFormat
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions

_KEYS: Final = frozenset({"packets_uploaded", "packets_downloaded", "radio_link"})
_FORMAT: Final = UsageFormat(
    id="twilio_sessions_json",
    columns={
        "start": ("start",),
        "end": ("end", "last_updated"),
        "record_id": ("sid",),
        "line": ("sim_sid",),
        "mcc": ("operator_mcc",),
        "mnc": ("operator_mnc",),
        "network": ("operator_name",),
        "country": ("operator_country",),
        "rat": ("radio_link",),
    },
    time_quality="session",
)


def recognise(file: SourceFile) -> bool:
    """Tell data sessions by their packets and their radio link."""
    return has_keys(file, _KEYS)


def read(file: SourceFile, options: ReadOptions) -> Imported:
    """Read when and where the SIM was online."""
    return read_sessions(file, options, json_rows(file, _KEYS), _FORMAT)


IMPORTER = Importer(
    id=_FORMAT.id,
    title="Twilio Programmable Wireless data sessions (JSON; times and networks, no bytes)",
    side="operator",
    how="Save the answer of Twilio's Wireless DataSessions for your SIM, beside its UsageRecords.",
    known_from="documentation",
    reach=Reach.ACCOUNT,
    rank=214,
    recognise=recognise,
    read=read,
)
