"""Android's own traffic files of a forensic image: `netstats/uid.…`, `xt.…`, `dev.…`, `uid_tag.…`."""

import re
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.importers.phone._netstats_binary import (
    COLLECTION,
    HISTORIES,
    IDENTITIES,
    MAGIC,
    Collection,
    UnknownVersionError,
    read_collection,
)
from esim_analysis.importers.phone._netstats_clock import dump_time
from esim_analysis.importers.phone._netstats_rows import app_of_uid, bucket_rows, device_totals
from esim_analysis.model import Evidence, FileError, PhoneSettings, Source

_TEXT_DUMP: Final = "adb shell dumpsys netstats --full --uid > netstats.txt"
_KNOWN: Final = {
    "collection": str(COLLECTION),
    "identity": f"{IDENTITIES[0]}-{IDENTITIES[-1]}",
    "history": f"{HISTORIES[0]}-{HISTORIES[-1]}",
}
_MOST_BYTES: Final = 64_000_000  # fifteen days of a phone are some megabytes
_SANE: Final = 10**15
_GROUNDS: Final = {0: "background", 1: "foreground"}
_ALL_SETS, _TOTAL = -1, -1
_COPIES: Final = (1001, 1002)  # bytes of a tunnel, kept for debugging
_LONGEST_MS: Final = 31 * 86_400_000
_DEV: Final = re.compile(r"^dev\.\d")


def recognise(file: SourceFile) -> bool:
    """Tell Android's traffic files by their mark."""
    return file.head.startswith(MAGIC)


def read(file: SourceFile, options: ReadOptions) -> Imported:  # noqa: ARG001 - buckets are UTC
    """Read untagged buckets of apps as evidence, those of the device as totals.

    Files of one collection continue each other, and a bucket cut by the change of file is in
    two of them: joined, they are added (`_rotated`).

    Raises
    ------
    FileError
        Of an unknown version, damaged, or without buckets.
    """
    collection = _collection(file)
    rows = _rows(collection)
    usable, told = _usable(rows)
    device = rows["device"] & usable & (_DEV.match(file.name) is None)
    apps = rows[rows["owned"] & usable]
    frame = bucket_rows(apps, file.name)
    bad = rows[told.notna()].assign(reason=told[told.notna()])
    if frame.empty and not rows["device"].any() and not (rows["tag"] != 0).any():
        raise FileError(
            file.name,
            sentence("forensic.no_buckets"),
            sentence("forensic.give_dump", command=_TEXT_DUMP),
        )
    notes = _notes(collection, rows, frame)
    source = Source(
        id=file.name,
        importer=IMPORTER.id,
        sha256=file.sha256,
        rows=int((rows["owned"] | told.notna()).sum()),
        kept=len(frame),
        rejected=len(bad),
        notes=notes,
    )
    rejected = pd.DataFrame(
        {
            "source": file.name,
            "line": (bad["line"] + 1).astype("str"),
            "field": "bucket",
            "reason": bad["reason"],
        }
    ).astype("str")
    evidence = Evidence(
        frame=frame,
        device_totals=device_totals(rows[device], file.name),
        settings=PhoneSettings(platform="android"),
        sources=(source,),
        rejected=rejected,
    )
    return Imported(evidence=evidence, notes=notes)


def _collection(file: SourceFile) -> Collection:
    give_dump = sentence("forensic.give_dump", command=_TEXT_DUMP)
    if file.path.stat().st_size > _MOST_BYTES or len(file.data) > _MOST_BYTES:
        raise FileError(file.name, sentence("forensic.too_large"), give_dump)
    try:
        return read_collection(file.data)
    except UnknownVersionError as problem:
        found = sentence(
            f"forensic.unknown_{problem.part}",
            version=problem.version,
            known=_KNOWN[problem.part],
        )
        raise FileError(file.name, found, give_dump) from None
    except (ValueError, EOFError):
        raise FileError(file.name, sentence("forensic.damaged"), give_dump) from None


def _rows(collection: Collection) -> pd.DataFrame:
    """Return every bucket with what its series says of it, in the order of the file."""
    series = collection.series
    table = pd.DataFrame(
        [(*one.network, one.uid, one.set, one.tag, one.bucket_ms) for one in series],
        columns=[
            *("interface", "sim_plmn", "sim_sub_id", "roaming", "metered"),
            *("uid", "set", "tag", "bucket_ms"),
        ],
    ).astype(
        {
            **dict.fromkeys(("interface", "sim_plmn"), "str"),
            "sim_sub_id": "Int64",
            **dict.fromkeys(("roaming", "metered"), "boolean"),
            **dict.fromkeys(("uid", "set", "tag", "bucket_ms"), "int64"),
        }
    )
    table["app"] = app_of_uid(table["uid"])
    ground = table["set"].map(_GROUNDS).astype("str").fillna("unknown")
    table["ground"] = ground.mask(table["uid"] < 0, "unknown")
    plain = table["tag"] == 0
    total = table["uid"] == _TOTAL
    table["owned"] = plain & ~total & table["set"].isin(list(_GROUNDS))
    table["device"] = plain & total & (table["set"] == _ALL_SETS) & (table["interface"] != "vpn")
    owner = np.repeat(np.arange(len(series)), [len(one.buckets) for one in series])
    # Python's numbers: damage may be larger than any of NumPy's.
    buckets = pd.DataFrame(
        [bucket for one in series for bucket in one.buckets],
        columns=["start_ms", "down", "up"],
        dtype="float64",
    )
    rows = table.take(owner).reset_index(drop=True)
    return pd.concat([rows, buckets], axis=1).assign(dump=0, line=range(len(owner)))


def _usable(rows: pd.DataFrame) -> "tuple[pd.Series[bool], pd.Series]":
    """Mark buckets that can be used, and give the reason of those worth a word that cannot."""
    wanted = rows["owned"] | rows["device"]
    sane = (
        rows[["down", "up"]].apply(lambda one: one.between(0, _SANE)).all(axis=1)
        & rows["bucket_ms"].between(1000, _LONGEST_MS)
        & rows["start_ms"].between(0, 4_102_444_800_000)
    )
    numbers = rows[["start_ms", "down", "up"]].where(sane, 0).astype("int64")
    rows["start"] = numbers["start_ms"] // 1000
    rows["length"] = rows["bucket_ms"].where(sane, 0) // 1000
    rows["down"], rows["up"] = numbers["down"].astype("Int64"), numbers["up"].astype("Int64")
    used = (numbers["down"] + numbers["up"]) > 0
    mine = wanted & sane & used
    moment = dump_time(
        np.zeros(0, np.int64),
        rows.loc[mine, "start"].to_numpy(np.int64),
        rows.loc[mine, "length"].to_numpy(np.int64),
    )
    possible = pd.Series(True, index=rows.index)  # noqa: FBT003 - a value
    if moment is not None:
        possible = pd.Series(
            moment.possible(rows["start"].to_numpy(np.int64), rows["length"].to_numpy(np.int64)),
            index=rows.index,
        )
    strange = (rows["tag"] == 0) & ~wanted & ~rows["set"].isin(_COPIES)
    strange &= (rows["uid"] != _TOTAL) & (rows["interface"] != "vpn")
    reason = pd.Series(pd.NA, index=rows.index, dtype="str")
    reason[strange & used] = sentence("importing.unknown_set")
    reason[wanted & used & ~possible] = sentence("importing.time_moment_dump_makes_impossible")
    reason[wanted & ~sane] = sentence("forensic.bucket_unreadable")
    return mine & possible, reason


def _notes(collection: Collection, rows: pd.DataFrame, frame: pd.DataFrame) -> tuple[str, ...]:
    notes = [sentence("forensic.from_documentation")]
    if len(frame):
        first, last = frame["start_utc"].min(), frame["end_utc"].max()
        notes.append(
            sentence(
                "forensic.buckets",
                count=len(frame),
                first=f"{first:%Y-%m-%d}",
                last=f"{last:%Y-%m-%d}",
            )
        )
    elif (rows["tag"] != 0).any():
        notes.append(sentence("forensic.only_tags"))
    elif rows["device"].any():
        notes.append(sentence("forensic.only_totals"))
    if collection.cut:
        notes.append(sentence("forensic.cut"))
    return tuple(notes)


IMPORTER = Importer(
    id="netstats_files",
    title="Android's own traffic files (uid.*, xt.*; by documentation)",
    side="phone",
    how="From a rooted phone or a forensic image: the folder /data/misc/apexdata/com.android.tethering/"
    "netstats (before Android 13 /data/system/netstats), all of its files together.",
    known_from="documentation",
    reach=Reach.COMPUTER,
    rank=12,
    recognise=recognise,
    read=read,
)
