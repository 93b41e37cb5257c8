"""T-Mobile US: usage of each line this cycle, MB at 1024, wall clock without a zone.

The totals above the lines are 0 and mean nothing; limits of 9999999 and −1 mean none.
"""

from collections import Counter
from typing import Final

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.declared.counters import MOMENT, CounterFormat, read_counters
from esim_analysis.importers.declared.rows import has_keys, json_rows
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.importers.jsons.records import Found
from esim_analysis.model import Choice, Origin

_LINE: Final = frozenset({"UsedData", "DataGauge"})
_FORMAT: Final = CounterFormat(
    id="tmobile_us_json",
    columns={
        "moment": ("LastKnownDateTime", "^LastKnownDateTime", *MOMENT),
        "line": ("Msisdn", "MSISDN", "PhoneNumber"),
        "bundle": ("at",),
        "used": ("DataGauge.Used", "UsedData"),
        "total": ("UpsellLimit",),
    },
    unit="MB",
    base=Choice("1024", Origin.DECLARED, sentence("importing.3372_8_mb_shown_3")),
    unlimited=frozenset({"9999999", "0"}),
)


def recognise(file: SourceFile) -> bool:
    """Tell the answer by its list of lines with gauges."""
    return has_keys(file, _LINE | {"LinesUsage"})


def read(file: SourceFile, options: ReadOptions) -> Imported:
    """Read what each line used; its moment is when the operator last knew."""
    return read_counters(file, options, json_rows(file, _LINE, split=_numbered), _FORMAT)


def _numbered(found: Found) -> Found:
    """Name each line by its place in its list: the answer may leave its number out.

    The length of the list is part of the name: in one with a line more or less nobody
    knows which is which.
    """
    lists = [place.rsplit("/", 1)[0] for place in found.places]
    length = Counter(lists)
    for item, place, within in zip(found.items, found.places, lists, strict=True):
        item["at"] = f"{place.rsplit('/', 1)[-1]} of {length[within]}"
    return found


IMPORTER = Importer(
    id=_FORMAT.id,
    title="T-Mobile US usage of each line (JSON)",
    side="operator",
    how="Save the usage answer of T-Mobile's website at two moments.",
    known_from="documentation",
    reach=Reach.CUSTOMER,
    rank=120,
    recognise=recognise,
    read=read,
)
