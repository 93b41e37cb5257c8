"""1NCE's second platform: the same parts of sessions in flat fields, JSON or CSV, in euro."""

from typing import Final

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.declared.rows import (
    has_headings,
    has_keys,
    json_rows,
    table_rows,
)
from esim_analysis.importers.declared.usage import UsageFormat, read_usage
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.model import Choice, Origin

_KEYS: Final = frozenset({"start_timestamp", "end_timestamp", "volume_total", "traffic_type_id"})
_FORMAT: Final = UsageFormat(
    id="once_json",
    columns={
        "start": ("start_timestamp",),
        "end": ("end_timestamp",),
        "total": ("volume_total",),
        "up": ("volume_tx",),
        "down": ("volume_rx",),
        "record_id": ("id",),
        "session_id": ("ipcan_session_id", "session_id"),
        "line": ("sim_iccid", "iccid", "sim_id"),
        "network": ("operator_name",),
        "rat": ("rat_type",),
        "charge": ("cost",),
        "service": ("traffic_type_id",),
    },
    time_quality="partial",
    unit=Choice("MB", Origin.DEDUCED, sentence("importing.provider_does_not_say_six")),
    base=Choice("1000", Origin.ASSUMED, sentence("importing.provider_does_not_say")),
    services={"5": "data", "6": "sms"},
    implied_currency="EUR",
)


def recognise(file: SourceFile) -> bool:
    """Tell a record or a header by its two times, its flat volume and its kind of traffic."""
    return has_keys(file, _KEYS) or has_headings(file, _KEYS)


def read(file: SourceFile, options: ReadOptions) -> Imported:
    """Read parts of sessions; those of one session share its id and stay separate."""
    rows = table_rows(file) if has_headings(file, _KEYS) else json_rows(file, _KEYS)
    return read_usage(file, options, rows, _FORMAT)


IMPORTER = Importer(
    id=_FORMAT.id,
    title="1NCE session records since platform 2.0 (JSON, CSV)",
    side="operator",
    how="Let 1NCE's Data Streamer write its usage records to a file.",
    known_from="documentation",
    reach=Reach.ACCOUNT,
    rank=152,
    recognise=recognise,
    read=read,
)
