"""Windows' own usage table of a laptop behind the hotspot: `SRUDB.dat`, by the extra [forensic].

From documentation: no real file was at hand. The ESE database is read by dissect.database.
"""

from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from typing import Any, Final

import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.importers.phone._srum_rows import FIELDS, PROGRAM, names_of, srum_rows
from esim_analysis.model import Evidence, FileError, PhoneSettings, Source

USAGE_TABLE: Final = "{973F5D5C-1D90-4944-BE8E-24B94231A174}"
_IDS: Final = "SruDbIdMapTable"
_ID_FIELDS: Final = ("IdType", "IdIndex", "IdBlob")
_MAGIC: Final = b"\xef\xcd\xab\x89"  # of every ESE database, from its fifth byte
_AT: Final = 4
_LIBRARY: Final = "dissect.database"
_EXTRA: Final = 'pip install "esim-analysis[forensic]"'
_MOST_ROWS: Final = 3_000_000  # sixty days of a busy machine have a tenth of it
_SHOWN: Final = 3  # programs a note names


def recognise(file: SourceFile) -> bool:
    """Tell an ESE database by its mark; which one it is, only its tables say."""
    return file.head[_AT : _AT + len(_MAGIC)] == _MAGIC


def read(file: SourceFile, options: ReadOptions) -> Imported:  # noqa: ARG001 - times are UTC
    """Read the hours of each program of the laptop.

    Raises
    ------
    FileError
        The extra is not installed, the database is damaged, or it is not SRUM.
    """
    if find_spec("dissect") is None or find_spec(_LIBRARY) is None:
        raise FileError(
            file.name, sentence("srum.needs_extra"), sentence("srum.install", command=_EXTRA)
        )
    usage, ids = _tables(file)
    frame, bad = srum_rows(usage, names_of(ids), file.name)
    if frame.empty:
        raise FileError(file.name, sentence("srum.nothing_in_it"), sentence("srum.copy_again"))
    notes = _notes(frame)
    rejected = bad.assign(source=file.name, reason=sentence("srum.row_unreadable"))
    source = Source(
        id=file.name,
        importer=IMPORTER.id,
        sha256=file.sha256,
        rows=len(frame) + len(bad),
        kept=len(frame),
        rejected=len(bad),
        notes=notes,
    )
    evidence = Evidence(
        frame=frame,
        settings=PhoneSettings(),
        sources=(source,),
        rejected=rejected[["source", "line", "field", "reason"]].astype("str"),
    )
    return Imported(evidence=evidence, notes=notes)


_Rows = list[dict[str, Any]]


def _tables(file: SourceFile) -> tuple[_Rows, _Rows]:
    """Return the rows of the two tables; whatever the library trips over is damage of the file."""
    ese = import_module(f"{_LIBRARY}.ese")
    with file.path.open("rb") as stream:
        try:
            database = ese.ESE(stream)
            usage, ids = _table(database, USAGE_TABLE), _table(database, _IDS)
            if usage is not None and ids is not None:
                return _rows(usage, FIELDS), _rows(ids, _ID_FIELDS)
        except Exception as problem:  # noqa: BLE001 - a parser of hostile bytes may raise anything
            raise FileError(
                file.name,
                sentence("srum.damaged", problem=type(problem).__name__),
                sentence("srum.copy_again"),
            ) from None
    raise FileError(file.name, sentence("srum.other_database"), sentence("srum.copy_again"))


def _table(database: Any, name: str) -> Any:  # noqa: ANN401 - objects of the library
    try:
        return database.table(name)
    except KeyError:
        return None


def _rows(table: Any, fields: tuple[str, ...]) -> _Rows:  # noqa: ANN401 - as above
    return [
        {name: record.get(name) for name in fields}
        for record in islice(table.records(), _MOST_ROWS)
    ]


def _notes(frame: pd.DataFrame) -> tuple[str, ...]:
    volume = (frame["bytes_up"] + frame["bytes_down"]).groupby(frame["app"]).sum()
    volume = volume[volume.index.str.startswith(PROGRAM)]
    leading = volume.sort_values(ascending=False, kind="stable").head(_SHOWN)
    told = ", ".join(f"{str(app).removeprefix(PROGRAM)} {size / 1e6:.0f} MB"
                     for app, size in leading.items())  # fmt: skip
    first, last = frame["start_utc"].min(), frame["end_utc"].max()
    notes = [
        sentence("srum.from_documentation"),
        sentence("srum.hours", first=f"{first:%Y-%m-%d %H:%M}", last=f"{last:%Y-%m-%d %H:%M}"),
    ]
    if told:
        notes.append(sentence("srum.leading", programs=told))
    if (frame["interface"] != "cellular").any():
        notes.append(sentence("srum.which_wifi"))
    return tuple(notes)


IMPORTER = Importer(
    id="srum",
    title="Windows network usage of a laptop (SRUM; by documentation)",
    side="phone",
    how="On the laptop behind the hotspot, as administrator: copy C:\\Windows\\System32\\sru\\SRUDB.dat "
    'from a shadow copy or after a restart; reading it takes `pip install "esim-analysis[forensic]"`.',
    known_from="documentation",
    reach=Reach.NETWORK,
    rank=75,
    recognise=recognise,
    read=read,
)
