"""An iPhone's counters by app, from a computer backup: `DataUsage.sqlite`, `netusage.sqlite`."""

from typing import Final

import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.importers.phone._backups import difference_backups
from esim_analysis.importers.phone._data_usage_rows import Counters, is_data_usage, read_counters
from esim_analysis.importers.phone._sqlite_copy import MAGIC, MAX_BYTES, WAL, open_copy
from esim_analysis.model import Evidence, FileError, PhoneSettings, Source

__all__ = ["IMPORTER", "difference_backups"]

# The name a backup gives this file, whatever the phone.
_IN_BACKUP: Final = "0d609c54856a9bb2d56729df1d68f2958a88426b"
_COMPANIONS: Final = (WAL, "-shm")
_CONTENTS: Final = (b"BackupKeyBag", b"IsEncrypted")  # of a backup's Manifest.plist
_SIGNS: Final = (b"ZLIVEUSAGE", b"ZPROCESS")
_HOW: Final = sentence("importing.back_iphone_up_computer_without", in_backup=_IN_BACKUP)
_CONFIDENCE: Final = 0.9


def recognise(file: SourceFile) -> bool:
    """Tell the database by its tables, its companion files by the database beside them.

    An encrypted copy shows nothing but the name a backup gives the file.
    """
    if file.head.startswith(MAGIC):
        return _holds_counters(file)
    if _database_of(file) is not None:
        return True
    return all(sign in file.head for sign in _CONTENTS) or file.path.name == _IN_BACKUP


def read(file: SourceFile, options: ReadOptions) -> Imported:  # noqa: ARG001 - times are UTC
    """Read each app's counter since it was first seen, and the phone's totals beside them.

    One backup says how much, never when: its rows are `snapshot` and do not count
    toward a total. `difference_backups` makes intervals of two.

    Raises
    ------
    FileError
        The backup is encrypted, the database is damaged, or holds no bytes.
    """
    if _database_of(file) is not None:
        return Imported()  # read together with its database
    if not file.head.startswith(MAGIC):
        raise _not_readable(file)
    with open_copy(file) as database:
        counters = read_counters(database)
    if counters.apps.empty:
        raise FileError(
            file.name,
            sentence("importing.iphone_data_usage_database_without"),
            sentence("importing.make_new_backup_phone_was"),
        )
    notes = _notes(counters)
    source = Source(
        id=file.name,
        importer=IMPORTER.id,
        sha256=file.sha256,
        rows=counters.rows,
        kept=len(counters.apps),
        rejected=len(counters.rejected),
        notes=notes,
    )
    evidence = Evidence(
        frame=_rows(counters.apps, file.name),
        device_totals=_totals(counters.totals, file.name),
        settings=PhoneSettings(platform="ios"),
        sources=(source,),
        rejected=counters.rejected.assign(source=file.name)[["source", "line", "field", "reason"]],
    )
    return Imported(evidence=evidence, notes=notes)


def _holds_counters(file: SourceFile) -> bool:
    # A young database may keep its tables only in the log beside it.
    log = file.path.with_name(file.path.name + WAL)
    if file.path.stat().st_size > MAX_BYTES:
        return False
    named = all(sign in file.data for sign in _SIGNS)
    if not named and not log.is_file():
        return False
    try:
        with open_copy(file) as database:
            return is_data_usage(database)
    except FileError:
        return named


def _database_of(file: SourceFile) -> SourceFile | None:
    """Return the database a `-wal` or `-shm` file belongs to, when it is one of these."""
    name = file.path.name
    ending = next((ending for ending in _COMPANIONS if name.endswith(ending)), None)
    if ending is None:
        return None
    path = file.path.with_name(name.removesuffix(ending))
    if not path.is_file():
        return None
    database = SourceFile(path, path.name)
    return database if database.head.startswith(MAGIC) and _holds_counters(database) else None


def _not_readable(file: SourceFile) -> FileError:
    if file.path.name == _IN_BACKUP:
        return FileError(
            file.name,
            sentence("importing.file_encrypted_backup"),
            sentence("importing.make_backup_without_encryption_finder"),
        )
    return FileError(
        file.name,
        sentence("importing.contents_list_iphone_backup_not"),
        sentence("importing.give_file_0d_backup_must", in_backup=_IN_BACKUP),
    )


def _rows(apps: pd.DataFrame, source: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "line": "",
            "sim_plmn": "",
            "start_utc": apps["start_utc"],
            "end_utc": apps["end_utc"],
            "time_kind": "snapshot",
            "app": apps["app"],
            "app_label": apps["app_label"],
            "bytes_up": apps["up"],
            "bytes_down": apps["down"],
            "ground": "unknown",
            "interface": apps["interface"],
            "counts_toward_total": False,
            "confidence": _CONFIDENCE,
            "source": source,
            "source_row": "ZLIVEUSAGE " + apps["row"],
        }
    )


def _totals(totals: pd.DataFrame, source: str) -> pd.DataFrame:
    """Return columns of `model.DEVICE_TOTALS`; the phone's total tells no direction."""
    both = totals[["down", "up"]].fillna(0).sum(axis=1).astype("Int64")
    return pd.DataFrame(
        {
            "sim_plmn": "",
            "interface": totals["interface"],
            "start_utc": totals["start_utc"],
            "end_utc": totals["end_utc"],
            "bytes_down": both,
            "source": source,
        }
    )


def _notes(counters: Counters) -> tuple[str, ...]:
    apps = counters.apps
    first, last = apps["start_utc"].min(), apps["end_utc"].max()
    notes = [(sentence("importing.counters_between_utc_each_since", first=first, last=last))]
    mobile = apps["interface"] == "cellular"
    used = int(apps.loc[mobile, ["down", "up"]].fillna(0).to_numpy("int64").sum())
    total = counters.totals[counters.totals["interface"] == "cellular"]
    if len(total):
        own = int(total[["down", "up"]].fillna(0).to_numpy("int64").sum())
        notes.append(sentence("importing.phone_own_mobile_total_bytes", own=own, used=used))
    return tuple(notes)


IMPORTER = Importer(
    id="ios_data_usage",
    title="iPhone data-usage database of a backup",
    side="phone",
    how=_HOW,
    known_from="documentation",
    reach=Reach.COMPUTER,
    rank=24,
    recognise=recognise,
    read=read,
)
