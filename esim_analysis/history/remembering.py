"""What a file holds, put into the history and taken out again, without the ids of its lines."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import duckdb
import pandas as pd
from pydantic import TypeAdapter

from esim_analysis.history.frames import KINDS, get, put
from esim_analysis.importers.files import number_labels
from esim_analysis.importers.importer import Imported
from esim_analysis.importers.parts import Part
from esim_analysis.importers.readings.typed import TypedSnapshots
from esim_analysis.model import Decision, Evidence, PhoneSettings, Snapshots, Source, UsageRecords

_DIGEST_BYTES = 8


@dataclass(frozen=True, slots=True)
class Told:
    """What a file says beside its rows, as it is written to the history (JSON).

    `name` is the one its rows give as their source; `holds` names the members of `Imported` it has, so that an export without a
    usable row is not taken for a file that is none.
    """

    name: str
    holds: frozenset[str]
    notes: tuple[str, ...] = ()
    decisions: dict[str, Decision] = field(default_factory=dict)
    usage_sources: tuple[Source, ...] = ()
    snapshot_notes: tuple[str, ...] = ()
    typed_source: Source | None = None
    typed_decision: Decision | None = None
    evidence_sources: tuple[Source, ...] = ()
    evidence_settings: PhoneSettings = field(default_factory=PhoneSettings)
    labels: dict[str, str] = field(default_factory=dict)
    phone_zone: str = ""
    settings: PhoneSettings | None = None


_JSON = TypeAdapter(Told)
_MEMBERS = (
    "usage", "snapshots", "app_readings", "evidence", "packages", "settings", "sessions",
    "screen",
)  # fmt: skip


def pseudonym(line: str, key: str) -> str:
    """Return the name of a line in one history; `""` stays: the source names none."""
    if not line:
        return ""
    made = hashlib.blake2b(line.encode(), key=bytes.fromhex(key), digest_size=_DIGEST_BYTES)
    return f"{made.hexdigest()}h"  # no digit at the end: never the ending of an id


def remember_part(connection: duckdb.DuckDBPyConnection, file: int, part: Part, *, key: str) -> str:
    """Write the rows of a file; return what it says beside them."""
    for kind, frame in _frames(part.imported).items():
        if len(frame):
            put(connection, kind, file, _hidden(frame, key) if "line" in KINDS[kind] else frame)
    return _JSON.dump_json(_told(part)).decode()


def recall_parts(
    connection: duckdb.DuckDBPyConnection, *, until: int, only: Collection[str] | None = None
) -> list[Part]:
    """Return what all files up to a look hold, or those of some SHA-256, as they were read, under names of their own.

    Their order and their names do not depend on the order in which they came.
    """
    rows = connection.execute(
        "SELECT file, name, sha256, importer, as_of, told FROM files WHERE look <= ? "
        "ORDER BY name, sha256",
        [until],
    ).fetchall()
    rows = [row for row in rows if only is None or row[2] in only]
    files = [int(row[0]) for row in rows]
    frames = {kind: get(connection, kind, files=files) for kind in KINDS}
    parts = []
    for row, label in zip(rows, number_labels([str(row[1]) for row in rows]), strict=True):
        file, name, sha256, importer, end, told = row
        of_file = {kind: each[file] for kind, each in frames.items() if file in each}
        made = _imported(_JSON.validate_json(told), of_file, label)
        parts.append(Part(label, name, sha256, importer, end, made))
    return _newest_settings(parts)


def _newest_settings(parts: list[Part]) -> list[Part]:
    """Leave the phone's settings to the file that speaks latest of them."""
    told = [part for part in parts if part.imported.settings is not None]
    newest = max(told, key=lambda part: (part.modified, part.sha256), default=None)
    return [
        part if part is newest else replace(part, imported=replace(part.imported, settings=None))
        for part in parts
    ]


def as_of(part: Part) -> float | None:
    """Return the last instant a file speaks of, seconds of the epoch; None where none."""
    made = part.imported
    times = [
        *(() if made.usage is None else (made.usage.frame["end_utc"].max(),)),
        *(() if made.snapshots is None else (made.snapshots.frame["t_utc"].max(),)),
        *(() if made.app_readings is None else (made.app_readings["t_utc"].max(),)),
        *(() if made.evidence is None else (made.evidence.frame["end_utc"].max(),)),
        *(() if made.screen is None else (made.screen["end_utc"].max(),)),
    ]
    known = [time.timestamp() for time in times if not pd.isna(time)]
    return max(known, default=None)


def _frames(made: Imported) -> dict[str, pd.DataFrame]:
    frames: dict[str, pd.DataFrame] = {}
    if made.usage is not None:
        frames |= {"usage": made.usage.frame, "usage_rejected": made.usage.rejected}
    if made.snapshots is not None:
        frames |= {"snapshots": made.snapshots.frame, "snapshots_rejected": made.snapshots.rejected}
    if made.app_readings is not None:
        frames["app_readings"] = made.app_readings
    if made.evidence is not None:
        seen = made.evidence
        frames |= {"evidence": seen.frame, "evidence_rejected": seen.rejected}
        frames["device_totals"] = seen.device_totals
    if made.packages is not None:
        frames["packages"] = made.packages
    if made.sessions is not None:
        frames["sessions"] = made.sessions
    if made.screen is not None:
        frames["screen"] = made.screen
    return frames


def _hidden(frame: pd.DataFrame, key: str) -> pd.DataFrame:
    if "reason" in frame:
        return frame  # of rejected rows `line` is the number of the row
    lines = frame["line"].dropna().unique()
    names = {line: pseudonym(line, key) for line in lines}
    return frame.assign(line=frame["line"].map(names).astype("str"))


def _told(part: Part) -> Told:
    made = part.imported
    usage, snapshots, evidence = made.usage, made.snapshots, made.evidence
    typed = snapshots if isinstance(snapshots, TypedSnapshots) else None
    return Told(
        name=part.name,
        holds=frozenset(name for name in _MEMBERS if getattr(made, name) is not None),
        notes=made.notes,
        decisions=dict(usage.decisions) if usage else {},
        usage_sources=usage.sources if usage else (),
        snapshot_notes=snapshots.notes if snapshots else (),
        typed_source=typed.source if typed else None,
        typed_decision=typed.decision if typed else None,
        evidence_sources=evidence.sources if evidence else (),
        evidence_settings=evidence.settings if evidence else PhoneSettings(),
        labels=dict(evidence.labels) if evidence else {},
        phone_zone=evidence.phone_zone if evidence else "",
        settings=made.settings,
    )


def _imported(told: Told, frames: Mapping[str, pd.DataFrame], name: str) -> Imported:
    """Put a file together again, its rows under the name it has now."""
    renamed = {told.name: name}
    frames = {kind: _renamed(frame, renamed) for kind, frame in frames.items()}
    return Imported(
        usage=_usage(told, frames, renamed) if "usage" in told.holds else None,
        snapshots=_snapshots(told, frames, renamed) if "snapshots" in told.holds else None,
        app_readings=_frame(frames, "app_readings") if "app_readings" in told.holds else None,
        evidence=_evidence(told, frames, renamed) if "evidence" in told.holds else None,
        packages=_frame(frames, "packages") if "packages" in told.holds else None,
        settings=told.settings,
        sessions=_frame(frames, "sessions") if "sessions" in told.holds else None,
        screen=_frame(frames, "screen") if "screen" in told.holds else None,
        notes=told.notes,
    )


def _usage(
    told: Told, frames: Mapping[str, pd.DataFrame], renamed: Mapping[str, str]
) -> UsageRecords:
    return UsageRecords(
        _frame(frames, "usage"),
        decisions={renamed.get(name, name): each for name, each in told.decisions.items()},
        sources=_sources(told.usage_sources, renamed),
        rejected=_frame(frames, "usage_rejected"),
    )


def _snapshots(
    told: Told, frames: Mapping[str, pd.DataFrame], renamed: Mapping[str, str]
) -> Snapshots:
    frame, rejected = _frame(frames, "snapshots"), _frame(frames, "snapshots_rejected")
    if told.typed_decision is None and told.typed_source is None:
        return Snapshots(frame, told.snapshot_notes, rejected)
    source = told.typed_source
    return TypedSnapshots(
        frame,
        told.snapshot_notes,
        rejected,
        source=None if source is None else _sources((source,), renamed)[0],
        decision=told.typed_decision,
    )


def _evidence(
    told: Told, frames: Mapping[str, pd.DataFrame], renamed: Mapping[str, str]
) -> Evidence:
    return Evidence(
        _frame(frames, "evidence"),
        device_totals=_frame(frames, "device_totals"),
        settings=told.evidence_settings,
        labels=told.labels,
        phone_zone=told.phone_zone,
        sources=_sources(told.evidence_sources, renamed),
        rejected=_frame(frames, "evidence_rejected"),
    )


def _frame(frames: Mapping[str, pd.DataFrame], kind: str) -> pd.DataFrame:
    none = pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in KINDS[kind].items()})
    return frames.get(kind, none)


def _sources(sources: Sequence[Source], renamed: Mapping[str, str]) -> tuple[Source, ...]:
    return tuple(replace(source, id=renamed.get(source.id, source.id)) for source in sources)


def _renamed(frame: pd.DataFrame, renamed: Mapping[str, str]) -> pd.DataFrame:
    if "source" not in frame:
        return frame
    names = frame["source"].map(lambda name: renamed.get(name, name), na_action="ignore")
    return frame.assign(source=names.astype("str"))
