"""Telnyx wireless records in their three shapes: API record, detail record, report.

The API record names the unit of every value; the detail record counts MB; the report's
data columns name no unit, so only those of its rows are read that do. How many bytes a
MB has is not documented.
"""

from dataclasses import replace
from typing import Any, Final

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
from esim_analysis.importers.jsons.records import Found
from esim_analysis.model import Choice, Origin

_DATA: Final = frozenset({"uplink_data", "downlink_data"})
_RECORD: Final = _DATA | {"created_at"}
_REPORT: Final = frozenset({"sim_card_id", "start_time", "stop_time", "radio_access_technology"})
_DIRECTIONS: Final = ("uplink_data", "downlink_data")
_FORMAT: Final = UsageFormat(
    id="telnyx",
    columns={
        "start": ("start_time", "created_at"),
        "end": ("stop_time", "closed_at"),
        "seconds": ("duration_seconds",),
        "up": ("uplink_data.amount", "uplink_data", "uplink"),
        "up_unit": ("uplink_data.unit", "uplink_unit", "data_unit"),
        "down": ("downlink_data.amount", "downlink_data", "downlink"),
        "down_unit": ("downlink_data.unit", "downlink_unit", "data_unit"),
        "record_id": ("id",),
        "line": ("imsi", "sim_card_id"),
        "mcc": ("mobile_country_code", "mcc"),
        "mnc": ("mobile_network_code", "mnc"),
        "rat": ("radio_access_technology",),
        "charge": ("cost.amount", "data_cost"),
        "currency": ("cost.currency", "currency"),
    },
    time_quality="session",
    unit=Choice("cell", Origin.DECLARED, sentence("importing.values_name_their_units_detail")),
    base=Choice("1000", Origin.ASSUMED, sentence("importing.provider_does_not_say_how_many")),
)


def recognise(file: SourceFile) -> bool:
    """Tell a record by its two directions, a report by its headings."""
    return has_keys(file, _RECORD) or has_headings(file, _REPORT | _DATA)


def read(file: SourceFile, options: ReadOptions) -> Imported:
    """Read sessions of one of the three shapes."""
    if has_headings(file, _REPORT | _DATA):
        rows = table_rows(file)
    else:
        rows = json_rows(file, _DATA, split=_in_megabytes)
    return read_usage(file, options, rows, _FORMAT)


def _in_megabytes(found: Found) -> Found:
    """Write the unit that detail records leave to their documentation beside their values."""
    return replace(found, items=[_with_unit(item) for item in found.items])


def _with_unit(item: dict[str, Any]) -> dict[str, Any]:
    bare = {name for name in _DIRECTIONS if isinstance(item.get(name), str)}
    named = {name: {"amount": item[name], "unit": "MB"} for name in bare}
    return item | named


IMPORTER = Importer(
    id=_FORMAT.id,
    title="Telnyx wireless detail records (JSON, CSV)",
    side="operator",
    how="In the Telnyx portal ask for a wireless detail record report, or save the API's answer.",
    known_from="documentation",
    reach=Reach.ACCOUNT,
    rank=170,
    recognise=recognise,
    read=read,
)
