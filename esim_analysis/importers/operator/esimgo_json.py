"""eSIM Go: usage callbacks and the bundle list of an eSIM.

The bundle list counts bytes. Callbacks count MB in the older versions and bytes in the
newer one, under the same names: a bundle of 5 TB does not exist, so a larger figure is
bytes. Both take a GB as 1000 MB. The same bundle in a list of both kinds is one counter.
"""

import re
from dataclasses import replace
from typing import Any, Final

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.declared.counters import MOMENT, CounterFormat, read_counters
from esim_analysis.importers.declared.rows import has_keys, json_rows
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.importers.jsons.records import Found
from esim_analysis.model import Choice, Origin

_CALLBACK: Final = frozenset({"iccid", "alertType", "bundle"})
_BUNDLE: Final = frozenset({"name", "assignments"})
_QUANTITIES: Final = frozenset({"initialQuantity", "remainingQuantity"})
_NUMBER: Final = re.compile(r"\d{1,15}(?:\.\d{1,9})?")
_MOST_MB: Final = 5_000_000
_FORMAT: Final = CounterFormat(
    id="esimgo_json",
    columns={
        "moment": MOMENT,
        "line": ("iccid", "^iccid"),
        "bundle": ("bundle.reference", "bundle.name"),
        "total": ("bundle.initialQuantity",),
        "remaining": ("bundle.remainingQuantity",),
        "unlimited": ("bundle.unlimited",),
        "unit": ("unit",),
    },
    unit="cell",
    base=Choice("1000", Origin.DECLARED, sentence("importing.bundle_1_gb_1000_mb")),
    unlimited=frozenset({"0"}),
)


def recognise(file: SourceFile) -> bool:
    """Tell a callback or a list of bundles by its fields."""
    return has_keys(file, _CALLBACK | _QUANTITIES, _BUNDLE | _QUANTITIES)


def read(file: SourceFile, options: ReadOptions) -> Imported:
    """Read the balance of each bundle; the moment stands beside it or in the file's name."""
    rows = json_rows(file, _CALLBACK, _BUNDLE, split=_bundles)
    return read_counters(file, options, rows, _FORMAT)


def _bundles(found: Found) -> Found:
    """Bring callbacks and assignments into one shape, each with its unit."""
    made = replace(found, items=[], outers=[], places=[])
    for item, outer, place in zip(found.items, found.outers, found.places, strict=True):
        for item_place, one, listed in _quantities(item, place):
            made.items.append({**item, "bundle": one, "unit": _unit(one, listed=listed)})
            made.outers.append(outer)
            made.places.append(item_place)
    return made


def _quantities(item: dict[str, Any], place: str) -> list[tuple[str, dict[str, Any], bool]]:
    bundle, assigned = item.get("bundle"), item.get("assignments")
    if isinstance(bundle, dict):
        return [(place, bundle, False)]
    if not isinstance(assigned, list):
        return [(place, {}, True)]
    named = [
        (number, {"name": item.get("name"), "reference": one.get("assignmentReference"), **one})
        for number, one in enumerate(assigned)
        if isinstance(one, dict) and one.get("callTypeGroup", "data") == "data"
    ]
    return [(f"{place}/assignments/{number}", one, True) for number, one in named]


def _unit(bundle: dict[str, Any], *, listed: bool) -> str:
    if listed:
        return "B"
    said = bundle.get("unit")
    if isinstance(said, str):
        return said  # minutes and messages are no volume, and are rejected by name
    initial = bundle.get("initialQuantity")
    if not isinstance(initial, str) or not _NUMBER.fullmatch(initial):
        return ""  # nothing tells the two units apart
    return "B" if "unlimited" in bundle or float(initial) > _MOST_MB else "MB"


IMPORTER = Importer(
    id=_FORMAT.id,
    title="eSIM Go bundles and usage callbacks (JSON)",
    side="operator",
    how="Save eSIM Go's usage callbacks, or the bundle list of your eSIM, each with its moment.",
    known_from="documentation",
    reach=Reach.ACCOUNT,
    rank=112,
    recognise=recognise,
    read=read,
)
