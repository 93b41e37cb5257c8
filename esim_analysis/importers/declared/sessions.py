"""Data sessions that no volume is told of: when and on which network a SIM was online.

They bill nothing and no byte is made up for them. Beside usage records of the same SIM that
do not say where data flowed, they do: data flow in data sessions only.
"""

from dataclasses import replace
from typing import Final

import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.declared.rows import Rows
from esim_analysis.importers.declared.usage import (
    NO_BASE,
    UsageFormat,
    damaged,
    fields_of,
    nothing_read,
    source_of,
    times_of,
    whereabouts,
)
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, ReadOptions
from esim_analysis.importers.tabular.lines import hash_lines
from esim_analysis.importers.tabular.sieve import Sieve
from esim_analysis.model import Choice, Decision, Origin, UsageRecords
from esim_analysis.model.frames import TEXT, UTC_TIME, Schema, conform, empty

SESSIONS: Final[Schema] = {
    "line": TEXT,
    "record_id": TEXT,
    "start_utc": UTC_TIME,
    "end_utc": UTC_TIME,
    "plmn": TEXT,
    "network": TEXT,
    "country": TEXT,
    "rat": TEXT,
    "source": TEXT,
    "source_row": TEXT,
}
_PLACE: Final = ("plmn", "network", "country", "rat")
_LOCALE: Final = Choice("1234.5 Y-M-D", Origin.DECLARED, sentence("importing.format_fixed"))
_UNIT: Final = Choice("B", Origin.DECLARED, sentence("importing.sessions_name_no_volume"))


def read_sessions(
    file: SourceFile, options: ReadOptions, rows: Rows, declared: UsageFormat
) -> Imported:
    """Turn the rows of a file into `Imported.sessions`; its usage has no row.

    A session without an end lasted a moment that is known and no longer.

    Raises
    ------
    FileError
        Not one row can be used.
    """
    sieve = Sieve(rows.places)
    text = fields_of(rows, declared)
    lines, raw_lines = hash_lines(text["line"])
    times, zone = times_of(text, declared, options, lines, sieve)
    frame = pd.concat([times[["start_utc", "end_utc"]], whereabouts(text)[list(_PLACE)]], axis=1)
    frame = frame.assign(line=lines, record_id=text["record_id"].fillna(""), source=file.name)
    frame = conform(frame.assign(source_row=rows.places)[sieve.kept], SESSIONS, what="sessions")
    rejected = pd.concat([sieve.rejected(file.name), damaged(rows, file.name)], ignore_index=True)
    if frame.empty:
        raise nothing_read(file.name, rejected)
    kept = _once(frame)
    counts = {
        "kept": len(kept),
        "duplicates": len(frame) - len(kept),
        "rejected": len(rejected),
    }
    source = source_of(file, declared.id, rows, counts, notes=(_said(kept), *rows.notes))
    used = set(kept["line"])
    usage = UsageRecords(
        frame=UsageRecords.none().frame,
        decisions={file.name: Decision(unit=_UNIT, base=NO_BASE, locale=_LOCALE, zone=zone)},
        sources=(source,),
        rejected=rejected,
        raw_lines={line: raw for line, raw in raw_lines.items() if line in used},
    )
    return Imported(usage=usage, sessions=kept)


def placed_by_sessions(usage: UsageRecords, sessions: pd.DataFrame) -> UsageRecords:
    """Say where data were used, when all sessions of a record's time were in one place.

    Only records that name neither network nor country gain one; a note of their file
    counts them. Records in whose time sessions differ stay as they are.
    """
    frame = usage.frame
    bare = frame[frame[["plmn", "network", "country"]].isna().all(axis=1)].reset_index()
    if sessions.empty or bare.empty:
        return usage
    where = _overlapping(bare[["index", "line", "start_utc", "end_utc"]], sessions)
    if where.empty:
        return usage
    found = where.set_index("index")
    told = frame.copy()
    for name in _PLACE:
        told[name] = told[name].fillna(found[name].reindex(told.index)).astype("str")
    counts = frame["source"].loc[found.index].value_counts()
    sources = tuple(
        replace(
            one,
            notes=(
                *one.notes,
                sentence("importing.records_placed_by_sessions", count=int(counts[one.id])),
            ),
        )
        if one.id in counts
        else one
        for one in usage.sources
    )
    return replace(usage, frame=told, sources=sources)


def no_sessions() -> pd.DataFrame:
    """Return the empty frame of sessions."""
    return empty(SESSIONS)


def _once(frame: pd.DataFrame) -> pd.DataFrame:
    """Drop sessions said before: by their id, else by all they say."""
    content = [name for name in SESSIONS if name != "source_row"]
    named = frame["record_id"] != ""
    again = (named & frame.duplicated(["line", "record_id"], keep="last")) | (
        ~named & frame.duplicated(content)
    )
    ordered = frame[~again].sort_values(
        ["line", "start_utc", "end_utc", "record_id"], kind="stable"
    )
    return ordered.reset_index(drop=True)


def _said(frame: pd.DataFrame) -> str:
    places = sorted({*frame["country"].dropna()} or {*frame["network"].dropna()})
    return sentence(
        "importing.sessions_without_volume",
        count=len(frame),
        first=frame["start_utc"].min(),
        last=frame["end_utc"].max(),
        hours=(frame["end_utc"] - frame["start_utc"]).dt.total_seconds().sum() / 3600,
        places=", ".join(places) or "?",
    )


def _overlapping(records: pd.DataFrame, sessions: pd.DataFrame) -> pd.DataFrame:
    """Return `index` and place of records whose sessions are all of one network or country."""
    import duckdb  # noqa: PLC0415 - dear, and most files name no session without a volume

    names = ", ".join(
        f"CASE WHEN count({name}) = count(*) AND min({name}) = max({name}) THEN min({name}) END AS {name}"
        for name in _PLACE
    )
    with duckdb.connect() as base:
        base.register("records", records)
        base.register("sessions", sessions[["line", "start_utc", "end_utc", *_PLACE]])
        found: pd.DataFrame = base.sql(
            f"SELECT index, {names} FROM records r JOIN sessions s ON r.line = s.line "  # noqa: S608 - names are our own
            "AND s.start_utc < r.end_utc AND (s.end_utc > r.start_utc OR s.start_utc >= r.start_utc) "
            "WHERE r.line <> '' GROUP BY index ORDER BY index"
        ).df()
    return found[found[["plmn", "network", "country"]].notna().any(axis=1)]
