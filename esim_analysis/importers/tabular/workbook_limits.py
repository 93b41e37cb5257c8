"""A workbook is weighed before it is read.

Five kilobytes are enough to end the process: readers hold a sheet as one rectangle, so that two
cells far apart ask for half a terabyte, and a sheet of one letter unpacks to a thousand times
its size. Every member is unpacked here once, in steps and under one budget, and the rectangle is
measured before anything is laid out.
"""

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from xml.parsers import expat

from esim_analysis.i18n.sentences import sentence
from esim_analysis.model import FileError

MAX_FILE: Final = 100_000_000  # bytes, packed
MAX_UNPACKED: Final = 250_000_000  # bytes of all members: some 400,000 rows of fourteen columns
MAX_RATIO: Final = 100  # of unpacked to packed; sheets pack about 10 to 1, the dullest 40 to 1
FREE_UNPACKED: Final = 20_000_000  # below this the ratio does not matter
FREE_CELLS: Final = 1_000_000  # a rectangle of this size is laid out whatever it holds
MAX_EMPTY: Final = 8  # of the rectangle to the cells that are in it
MAX_MEMBERS: Final = 5_000
_STEP: Final = 1 << 20
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})(\d{1,7})")


@lru_cache(maxsize=1)  # every importer that looks at the file asks again
def weigh_workbook(data: bytes, name: str) -> None:
    """Refuse a workbook that takes more than a machine should give.

    Old `.xls` files are bounded by their own format; `.xlsb` cannot be measured
    without reading it, and is refused.

    Raises
    ------
    FileError
        A limit of this module is passed, or the archive is damaged.
    """
    if len(data) > MAX_FILE:
        raise _refusal(name, sentence("importing.more_than_mb", megabytes=MAX_FILE // 10**6))
    if not data.startswith(b"PK"):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _weigh(archive, name, packed=len(data))
    except (zipfile.BadZipFile, expat.ExpatError, NotImplementedError, EOFError) as problem:
        what = sentence("importing.archive_document_not_workbook_damaged")
        raise FileError(name, what, sentence("importing.export_usage_csv_excel")) from problem
    except (RuntimeError, OSError, ValueError) as problem:
        raise FileError(
            name,
            sentence("importing.workbook_locked_by_password_damaged"),
            sentence("importing.save_without_csv"),
        ) from problem


def _weigh(archive: zipfile.ZipFile, name: str, *, packed: int) -> None:
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise _refusal(name, sentence("importing.more_than_parts", max_members=MAX_MEMBERS))
    for member in members:
        if member.filename.startswith("xl/worksheets/") and member.filename.endswith(".bin"):
            raise FileError(
                name, sentence("importing.xlsb_workbook"), sentence("importing.save_xlsx_csv")
            )
    most = min(MAX_UNPACKED, max(FREE_UNPACKED, MAX_RATIO * packed))
    unpacked = 0
    for member in members:
        sheet = _Rectangle()
        parser = _parser(sheet, member.filename)
        with archive.open(member) as stream:
            while part := stream.read(_STEP):
                unpacked += len(part)
                if unpacked > most:
                    raise _refusal(
                        name, sentence("importing.unpacks_more_than_mb", megabytes=most // 10**6)
                    )
                if parser is not None:
                    parser.Parse(part, False)  # noqa: FBT003 - positional in expat
                    sheet.check(name)


def _refusal(name: str, what: str) -> FileError:
    return FileError(
        name,
        sentence("importing.workbook", what=what),
        sentence("importing.export_fewer_months_at_time"),
    )


@dataclass(slots=True)
class _Rectangle:
    """What a sheet asks for: rows and columns up to the last cell, and the cells there are."""

    row: int = 0
    column: int = 0
    height: int = 0
    width: int = 0
    cells: int = 0
    repeat: int = 1  # of the row an ODS sheet is in

    def place(self, row: int, column: int) -> None:
        """Note a cell that holds something."""
        self.cells += 1
        self.height = max(self.height, row)
        self.width = max(self.width, column)

    def check(self, name: str) -> None:
        """Refuse a rectangle that is large and mostly empty."""
        asked = self.height * self.width
        if asked > max(FREE_CELLS, MAX_EMPTY * self.cells):
            raise _refusal(name, sentence("importing.sheet_mostly_empty_cells", asked=asked))


def _xlsx(sheet: _Rectangle, tag: str, told: Mapping[str, str]) -> None:
    if tag == "row":
        sheet.row = int(told.get("r", sheet.row + 1))
        sheet.column = 0
    elif tag == "c":
        place = _REFERENCE.fullmatch(told.get("r", ""))
        sheet.column = _number(place[1]) if place else sheet.column + 1
        sheet.place(int(place[2]) if place else sheet.row, sheet.column)


def _ods(sheet: _Rectangle, tag: str, told: Mapping[str, str]) -> None:
    if tag == "table":
        sheet.row = 0
    elif tag == "table-row":
        sheet.repeat = _repeated(told, "rows")
        sheet.row += sheet.repeat
        sheet.column = 0
    elif tag == "table-cell":
        sheet.column += _repeated(told, "columns")
        if any(name.endswith(":value-type") for name in told):
            sheet.place(sheet.row, sheet.column)


def _repeated(told: Mapping[str, str], what: str) -> int:
    return int(told.get(f"table:number-{what}-repeated", 1))


def _number(letters: str) -> int:
    """Return the number of a column: `A` is 1, `XFD` is 16384."""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number


def _parser(sheet: _Rectangle, member: str) -> expat.XMLParserType | None:
    """Return what measures a member as it is unpacked, None for what holds no cells."""
    in_sheet = member.startswith("xl/worksheets/") and member.endswith(".xml")
    if not in_sheet and member != "content.xml":
        return None
    cell = _xlsx if in_sheet else _ods
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda tag, told: cell(sheet, tag.rsplit(":", 1)[-1], told)
    parser.EntityDeclHandler = _no_entities
    return parser


def _no_entities(*_: object) -> None:
    # None is ever needed, and one could grow without end.
    raise ValueError("an entity is declared")
