"""An Irish bill as a table: `duration` holds seconds of a call, MB of data, a number of messages.

Data stand in one equal row a day, the month's volume divided by its days. `month` is that of the
bill, not of the calendar. Layout of the bill that teaches pandas in a well-known tutorial.
"""

from dataclasses import replace
from typing import Any, Final

import pandas as pd

from esim_analysis.importers.declared.rows import DOCUMENTED, has_headings
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.importers.operator.table import read_table

_ID: Final = "irish_bill_csv"
_HEADINGS: Final = ("date", "duration", "item", "month", "network", "network_type")
_MAPPING: Final[dict[str, Any]] = {
    "match": {"header_contains": list(_HEADINGS)},
    "columns": {"start": "date", "bytes_total": "duration", "service": "item"},
    "units": {"bytes_total": "MB"},
    "time": {"order": "D/M/Y", "timezone": "Europe/Dublin"},
}


def recognise(file: SourceFile) -> bool:
    """Tell the bill by its six headings."""
    return has_headings(file, frozenset(_HEADINGS))


def read(file: SourceFile, options: ReadOptions) -> Imported:
    """Read data, and calls and messages without bytes; a mapping of the user's goes first."""
    mappings = {**options.mappings, _ID: _MAPPING}
    made = read_table(file, replace(options, mappings=mappings), importer=_ID, notes=(DOCUMENTED,))
    if made.usage is None:
        return made
    # The bill names the network that was called, not the one the SIM was on.
    none = pd.Series(pd.NA, index=made.usage.frame.index, dtype="str")
    return replace(made, usage=replace(made.usage, frame=made.usage.frame.assign(network=none)))


IMPORTER = Importer(
    id=_ID,
    title="Irish bill (CSV with one duration for calls, data and messages)",
    side="operator",
    how="Ask your operator for the itemised bill as CSV.",
    known_from="documentation",
    reach=Reach.CUSTOMER,
    rank=132,
    recognise=recognise,
    read=read,
)
