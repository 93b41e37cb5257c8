"""Claro's sheet of data traffic (Latin America): when a line was online, and no volume at all.

Times are `YYYYMMDDhhmmss` on the local clock. Cells are not read.
"""

from typing import Final

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.declared.rows import has_headings, has_sheet, sheet_rows, table_rows
from esim_analysis.importers.declared.sessions import read_sessions
from esim_analysis.importers.declared.usage import UsageFormat
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.model import Choice, Origin

_HEADINGS: Final = frozenset({"numero", "fecha_trafico", "tipo_cdr", "celda_decimal"})
_FORMAT: Final = UsageFormat(
    id="claro_sessions_csv",
    columns={"start": ("fecha_trafico",), "line": ("numero",)},
    time_quality="session",
    zone=Choice(
        "America/Bogota", Origin.ASSUMED, sentence("importing.sheet_known_from_colombia_timezone")
    ),
)


def recognise(file: SourceFile) -> bool:
    """Tell the sheet by four of its headings."""
    return has_headings(file, _HEADINGS) or has_sheet(file, _HEADINGS)


def read(file: SourceFile, options: ReadOptions) -> Imported:
    """Read when the line was online."""
    rows = table_rows(file) if file.is_text else sheet_rows(file, _HEADINGS)
    return read_sessions(file, options, rows, _FORMAT)


IMPORTER = Importer(
    id=_FORMAT.id,
    title="Claro data traffic (CSV or XLSX, Latin America; times, no bytes)",
    side="operator",
    how="Ask Claro for the detail of data traffic of your line, and for the bytes beside it.",
    known_from="documentation",
    reach=Reach.CUSTOMER,
    rank=131,
    recognise=recognise,
    read=read,
)
