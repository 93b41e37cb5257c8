"""Data Streamer records of emnify and of 1NCE's first platform: parts of sessions, in MB.

A session that stays open is billed in parts, every 45 seconds or 15 minutes; they stay
rows of their own. The unit is not documented: volumes have six decimals, which are
whole bytes at 10⁶. `traffic_type` 5 is data; messages are kept without bytes. `tx` is
taken as sent by the device.
"""

from typing import Final

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.declared.rows import has_keys, json_rows
from esim_analysis.importers.declared.usage import UsageFormat, read_usage
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.model import Choice, Origin

_KEYS: Final = frozenset({"start_timestamp", "end_timestamp", "volume", "traffic_type"})
_FORMAT: Final = UsageFormat(
    id="emnify_json",
    columns={
        "start": ("start_timestamp",),
        "end": ("end_timestamp",),
        "total": ("volume.total",),
        "up": ("volume.tx",),
        "down": ("volume.rx",),
        "record_id": ("id",),
        "line": ("sim.iccid", "imsi"),
        "mcc": ("operator.country.mcc",),
        "mnc": ("operator.mnc",),
        "network": ("operator.name",),
        "country": ("operator.country.name",),
        "charge": ("cost",),
        "currency": ("currency.code",),
        "service": ("traffic_type.id",),
    },
    time_quality="partial",
    unit=Choice("MB", Origin.DEDUCED, sentence("importing.provider_does_not_say_six")),
    base=Choice("1000", Origin.ASSUMED, sentence("importing.provider_does_not_say")),
    services={"5": "data", "6": "sms"},
)


def recognise(file: SourceFile) -> bool:
    """Tell a record by its two times, its nested volume and its kind of traffic."""
    return has_keys(file, _KEYS)


def read(file: SourceFile, options: ReadOptions) -> Imported:
    """Read parts of sessions from one answer, a batch of webhooks, or one record a line."""
    return read_usage(file, options, json_rows(file, _KEYS), _FORMAT)


IMPORTER = Importer(
    id=_FORMAT.id,
    title="emnify and 1NCE session records (JSON)",
    side="operator",
    how="Let the Data Streamer of emnify or 1NCE write its usage records to a file.",
    known_from="documentation",
    reach=Reach.ACCOUNT,
    rank=150,
    recognise=recognise,
    read=read,
)
