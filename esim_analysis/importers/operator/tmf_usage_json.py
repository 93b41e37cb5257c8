"""Usage in the shape of TM Forum's API 635: a list of named characteristics a record.

The text `None` means unknown. The unit of the volume is not written; values are whole kB of
1024 bytes in the one public example, which is assumed and said.
"""

from dataclasses import replace
from typing import Final

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.declared.rows import has_keys, json_rows
from esim_analysis.importers.declared.usage import UTC_ASSUMED, UsageFormat, read_usage
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.importers.jsons.records import Found
from esim_analysis.model import Choice, Origin

_LIST: Final = "usageCharacteristic"
_KEYS: Final = frozenset({"usageType", "ratedProductUsage", _LIST})
_UNKNOWN: Final = "None"
_FORMAT: Final = UsageFormat(
    id="tmf_usage_json",
    columns={
        "start": ("rated.ratingDate",),
        "seconds": ("named.ElapseDuration",),
        "total": ("named.TotalFlux",),
        "session_id": ("named.ChrgId",),
        "line": ("named.ChrgPartyNumb",),
        "charge": ("rated.taxIncludedRatingAmount.value",),
        "currency": ("rated.taxIncludedRatingAmount.unit",),
    },
    time_quality="session",
    unit=Choice("KB", Origin.ASSUMED, sentence("importing.record_names_no_unit_public")),
    base=Choice("1024", Origin.ASSUMED, sentence("importing.values_public_example_multiples_1024")),
    zone=UTC_ASSUMED,
)


def recognise(file: SourceFile) -> bool:
    """Tell a record by its kind, its rating and its list of characteristics."""
    return has_keys(file, _KEYS)


def read(file: SourceFile, options: ReadOptions) -> Imported:
    """Read one record a row; the time of rating is the only one there is."""
    return read_usage(file, options, json_rows(file, _KEYS, split=_named), _FORMAT)


def _named(found: Found) -> Found:
    """Put the characteristics under their names, and the first rating under one of its own."""
    items = []
    for item in found.items:
        listed = item[_LIST] if isinstance(item.get(_LIST), list) else []
        named = {
            str(one.get("name")): one.get("value")
            for one in listed
            if isinstance(one, dict) and one.get("value") != _UNKNOWN
        }
        rated = item.get("ratedProductUsage")
        first = next((one for one in rated if isinstance(one, dict)), {}) if rated else {}
        items.append({**item, "named": named, "rated": first})
    return replace(found, items=items)


IMPORTER = Importer(
    id=_FORMAT.id,
    title="Usage records in the shape of TMF635 (JSON)",
    side="operator",
    how="Save the usage answer of the operator's app or interface as JSON.",
    known_from="documentation",
    reach=Reach.ACCOUNT,
    rank=230,
    recognise=recognise,
    read=read,
)
