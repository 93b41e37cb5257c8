"""Movistar's sheet "datos por celda" (Latin America): sessions with both directions in bytes.

Times are `YYYYMMDDhhmmss` on the local clock. Cells, addresses and coordinates are not read.
"""

from typing import Final

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.declared.rows import has_headings, table_rows
from esim_analysis.importers.declared.usage import UsageFormat, read_usage
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.model import Choice, Origin

_HEADINGS: Final = frozenset(
    {"numero_que_navega", "trafico_de_subida", "trafico_de_bajada", "fecha_hora_inicio_sesion"}
)
_FORMAT: Final = UsageFormat(
    id="movistar_cells_csv",
    columns={
        "start": ("fecha_hora_inicio_sesion",),
        "end": ("fecha_hora_fin_sesion",),
        "seconds": ("duracion",),
        "up": ("trafico_de_subida",),
        "down": ("trafico_de_bajada",),
        "line": ("numero_que_navega",),
        "network": ("proveedor",),
        "rat": ("tecnologia",),
    },
    time_quality="session",
    zone=Choice(
        "America/Bogota", Origin.ASSUMED, sentence("importing.sheet_known_from_colombia_timezone")
    ),
)


def recognise(file: SourceFile) -> bool:
    """Tell the sheet by four of its headings."""
    return has_headings(file, _HEADINGS)


def read(file: SourceFile, options: ReadOptions) -> Imported:
    """Read one session a row."""
    return read_usage(file, options, table_rows(file), _FORMAT)


IMPORTER = Importer(
    id=_FORMAT.id,
    title="Movistar data sessions by cell (CSV, Latin America)",
    side="operator",
    how="Ask Movistar for the detail of data sessions of your line ('datos por celda').",
    known_from="documentation",
    reach=Reach.CUSTOMER,
    rank=130,
    recognise=recognise,
    read=read,
)
