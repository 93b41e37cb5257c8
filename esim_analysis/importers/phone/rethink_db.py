"""RethinkDNS's log of connections: `rethink_logs.db`, table ConnectionTracker."""

from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.captures.arrays import MICROS, Ints
from esim_analysis.importers.captures.cells import host_names
from esim_analysis.importers.captures.clock import IMPOSSIBLE, no_dates, possible, utc
from esim_analysis.importers.captures.evidence import evidence_of, packages_of
from esim_analysis.importers.captures.telling import app_notes
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.importers.phone._sqlite_copy import MAGIC, WAL, open_copy, read_table, tables_of
from esim_analysis.model import Evidence, FileError, Source

_TABLE: Final = "ConnectionTracker"
_NUMBERS: Final = (
    *("ID", "UID", "PORT", "PROTOCOL", "ISBLOCKED", "TIMESTAMP"),
    *("DOWNLOADBYTES", "UPLOADBYTES", "DURATION"),
)
_TEXTS: Final = ("APPNAME", "PACKAGENAME", "IPADDRESS", "DNSQUERY", "CONNTYPE")
_COMPANIONS: Final = (WAL, "-shm")
_SANE: Final = 10**15  # no counter and no time reaches this; larger is damage
_MILLI: Final = 1000
_LONGEST: Final = 30 * 86_400  # seconds
_NAMES: Final = {1: "ICMP", 6: "TCP", 17: "UDP", 58: "ICMP"}
_NO_BYTES: Final = sentence("importing.rethinkdns_log_without_byte_counts")
_HOW: Final = sentence("importing.update_rethinkdns_switch_on_configure")


def recognise(file: SourceFile) -> bool:
    """Tell the database by its mark and the name of its table, its companions by the database."""
    if file.head.startswith(MAGIC):
        return _TABLE.encode() in file.head
    return _database_of(file) is not None


def read(file: SourceFile, options: ReadOptions) -> Imported:  # noqa: ARG001 - times are UTC
    """Read connections as flows; blocked ones carried nothing and are only counted.

    Raises
    ------
    FileError
        The database is damaged, or has no bytes or dates to give.
    """
    if _database_of(file) is not None:
        return Imported()  # read together with its database
    with open_copy(file) as database:
        known = tables_of(database).get(_TABLE.upper(), ())
        table = read_table(database, _TABLE, numbers=_NUMBERS, texts=_TEXTS, known=known)
    numbers = _whole(table)
    blocked = (numbers["ISBLOCKED"] == 1).fillna(value=False).astype(bool)
    carried = numbers[["UPLOADBYTES", "DOWNLOADBYTES"]].notna().all(axis=1)
    moment = (numbers["TIMESTAMP"].fillna(0) * _MILLI).to_numpy("int64")
    dated = pd.Series(possible(moment), index=table.index)
    good = ~blocked & carried & dated
    if not good.any():
        undated = (~blocked & carried).any()
        raise no_dates(file.name) if undated else FileError(file.name, _NO_BYTES, _HOW)
    flows = _flows(table[good], numbers[good], moment[good.to_numpy()])
    frame = evidence_of(flows, source=file.name)
    rejected = _rejected(file.name, numbers["ID"], ~blocked & ~good, dated)
    notes = [sentence("importing.connections_rethinkdns", count=len(frame))]
    if blocked.any():
        notes.append(sentence("importing.more_were_blocked_by_carried", count=int(blocked.sum())))
    told = (*notes, *app_notes(frame))
    source = Source(
        id=file.name,
        importer=IMPORTER.id,
        sha256=file.sha256,
        rows=len(table),
        kept=len(frame),
        rejected=len(rejected),
        notes=told,
    )
    evidence = Evidence(frame=frame, sources=(source,), rejected=rejected)
    return Imported(evidence=evidence, packages=packages_of(flows), notes=told)


def _whole(table: pd.DataFrame) -> pd.DataFrame:
    """Return the numeric columns as `Int64`; what is beyond any sense is missing."""
    numbers = table[list(_NUMBERS)]
    numbers = numbers.where(numbers.abs() < _SANE).round().astype("Int64")
    volumes = numbers[["UPLOADBYTES", "DOWNLOADBYTES"]]
    return numbers.assign(**volumes.mask(volumes < 0))


def _database_of(file: SourceFile) -> SourceFile | None:
    """Return the database a `-wal` or `-shm` file belongs to, when it is one of these."""
    name = file.path.name
    ending = next((ending for ending in _COMPANIONS if name.endswith(ending)), None)
    path = file.path.with_name(name.removesuffix(ending)) if ending else None
    if path is None or not path.is_file():
        return None
    database = SourceFile(path, path.name)
    is_one = database.head.startswith(MAGIC) and _TABLE.encode() in database.head
    return database if is_one else None


def _flows(table: pd.DataFrame, numbers: pd.DataFrame, moment: Ints) -> pd.DataFrame:
    texts = {name: table[name].fillna("").str.strip() for name in _TEXTS}
    # Begun at `timeStamp`, lasting `duration` seconds.
    seconds = numbers["DURATION"].fillna(0).clip(0, _LONGEST).to_numpy("int64")
    kind = texts["CONNTYPE"].str.casefold()
    return pd.DataFrame(
        {
            "start_utc": utc(moment).array,
            "end_utc": utc(moment + np.maximum(seconds * MICROS, _MILLI)).array,
            "uid": numbers["UID"].array,
            "package": texts["PACKAGENAME"].array,
            "app_label": texts["APPNAME"].array,
            "bytes_up": numbers["UPLOADBYTES"].array,
            "bytes_down": numbers["DOWNLOADBYTES"].array,
            "metered": kind.map({"metered": True, "unmetered": False}).astype("boolean").array,
            # Several names of one address are listed with commas, the asked one first.
            "remote_host": host_names(texts["DNSQUERY"].str.split(",").str[0]).array,
            "remote_ip": texts["IPADDRESS"].array,
            "remote_port": numbers["PORT"].mask(numbers["PORT"] <= 0).array,
            "protocol": numbers["PROTOCOL"].map(_NAMES).astype("str").fillna("").array,
            "source_row": numbers["ID"].astype("str").array,
        }
    )


def _rejected(name: str, row: pd.Series, bad: pd.Series, dated: pd.Series) -> pd.DataFrame:
    reason = pd.Series(sentence("importing.no_number_bytes"), index=row.index, dtype="str").mask(
        ~dated, IMPOSSIBLE
    )
    field = pd.Series("downloadBytes", index=row.index, dtype="str").mask(~dated, "timeStamp")
    table = pd.DataFrame({"line": "id " + row.astype("str"), "field": field, "reason": reason})
    return table[bad].assign(source=name)[["source", "line", "field", "reason"]]


IMPORTER = Importer(
    id="rethink_db",
    title="RethinkDNS connection log (SQLite)",
    side="phone",
    how="RethinkDNS: rethink_logs.db from the app's data (root or a full backup), with the file "
    "rethink_logs.db-wal beside it.",
    known_from="documentation",
    reach=Reach.CUSTOMER,
    rank=68,
    recognise=recognise,
    read=read,
)
