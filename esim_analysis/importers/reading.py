"""From paths to usage records and evidence; a bad file is named and the rest goes on."""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pandas as pd

from esim_analysis.importers.combining import combine_evidence
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, ReadOptions
from esim_analysis.importers.operator.mapping import draft_mapping
from esim_analysis.importers.readings import parse_balance, usage_from_snapshots
from esim_analysis.importers.registry import importer_for
from esim_analysis.model import (
    Evidence,
    FileError,
    NothingUsableError,
    Source,
    UsageError,
    UsageRecords,
    merge,
)

MAPPING_SUFFIX: Final = ".mapping.toml"


@dataclass(frozen=True, slots=True)
class Reading:
    """What all files of a case hold together; `problems` are those that could not be read."""

    usage: UsageRecords
    evidence: Evidence
    problems: tuple[FileError, ...]


def read(
    paths: Sequence[Path], *, timezone: str | None = None, balances: Sequence[str] = ()
) -> Reading:
    """Read files and folders, whatever their formats, into one bill and one evidence.

    Parameters
    ----------
    paths
        Files, or folders whose files are all tried.
    timezone
        Zone of local times in files that do not state theirs.
    balances
        Typed readings, such as `"2026-11-02 09:00, 4.2 GB left"`.

    Raises
    ------
    NothingUsableError
        Not one file or reading could be used; says why for each.
    UsageError
        A path does not exist, or a typed balance cannot be understood.
    """
    files, mappings = _open(paths)
    options = ReadOptions(timezone=timezone, mappings=mappings)
    outcomes = [_read_one(file, options) for file in files]
    good = [(file, made) for file, made in outcomes if isinstance(made, Imported)]
    problems = tuple(made for _, made in outcomes if isinstance(made, FileError))
    parts = [made for _, made in good]
    if balances:
        zone = timezone or _declared_zone(parts)
        parts.append(Imported(snapshots=parse_balance("\n".join(balances), timezone=zone)))
    if not parts:
        raise NothingUsableError(_why(problems))
    usage, evidence = _usage(parts), combine_evidence(parts)
    if usage.frame.empty and evidence.frame.empty:
        raise NothingUsableError(_why(problems) if problems else _nothing_yet(usage, parts))
    spoken = {source.id for source in (*usage.sources, *evidence.sources)}
    silent = tuple(_source(file, made) for file, made in good if file.name not in spoken)
    evidence = replace(evidence, sources=(*evidence.sources, *silent))
    return Reading(usage=usage, evidence=evidence, problems=problems)


def _source(file: SourceFile, made: Imported) -> Source:
    """Name a file that has no rows of its own, such as names for uids."""
    return Source(file.name, importer_for(file).id, file.sha256, notes=made.notes)


def _declared_zone(parts: Iterable[Imported]) -> str | None:
    """Return the zone a listing of the phone declares: typed balances share its clock."""
    zones = [part.evidence.phone_zone for part in parts if part.evidence is not None]
    return next((zone for zone in zones if zone), None)


def draft(path: Path, output: Path | None = None) -> Path:
    """Write a commented mapping for an unknown table beside it; return its path.

    Raises
    ------
    UsageError
        The table does not exist, or the mapping already does: a mapping a person
        corrected is never written over.
    FileError
        The file is no table.
    """
    (found,) = _expand(path)
    target = output or found.with_name(found.name + MAPPING_SUFFIX)
    text = draft_mapping(SourceFile(found, found.name))
    try:
        with target.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError as problem:
        raise UsageError(f"{target.name} exists; correct it, or name another with -o") from problem
    return target


def _usage(parts: Iterable[Imported]) -> UsageRecords:
    parts = list(parts)
    records = [part.usage for part in parts if part.usage is not None]
    snapshots = [part.snapshots for part in parts if part.snapshots is not None]
    return merge([*records, usage_from_snapshots(snapshots)] if snapshots else records)


def _read_one(file: SourceFile, options: ReadOptions) -> tuple[SourceFile, Imported | FileError]:
    try:
        return file, importer_for(file).read(file, options)
    except FileError as problem:
        return file, problem
    except OSError as problem:
        return file, FileError(file.name, f"cannot be read: {problem.strerror}", "check the file")


def _open(paths: Sequence[Path]) -> tuple[list[SourceFile], dict[str, dict[str, Any]]]:
    found = [file for path in paths for file in _expand(Path(path))]
    beside = [path.with_name(path.name + MAPPING_SUFFIX) for path in found]
    candidates = [path for path in [*found, *beside] if path.suffix == ".toml" and path.is_file()]
    mappings = {path.name: _toml(path) for path in candidates}
    names = pd.Series([path.name for path in found if path.suffix != ".toml"], dtype="str")
    copy = names.groupby(names).cumcount()
    numbered = names.where(copy == 0, names + " (" + (copy + 1).astype("str") + ")")
    data = [path for path in found if path.suffix != ".toml"]
    files = [SourceFile(path, name) for path, name in zip(data, numbered, strict=True)]
    return _without_copies(files), mappings


def _expand(path: Path) -> list[Path]:
    if path.is_dir():
        inside = sorted(p for p in path.rglob("*") if p.is_file())
        hidden = [any(part.startswith(".") for part in p.relative_to(path).parts) for p in inside]
        return [p for p, skip in zip(inside, hidden, strict=True) if not skip]
    if path.is_file():
        return [path]
    raise UsageError(f"{path}: no such file or folder")


def _without_copies(files: list[SourceFile]) -> list[SourceFile]:
    """Leave out files that are, byte for byte, another file of the case."""
    first: dict[str, SourceFile] = {}
    for file in files:
        first.setdefault(file.sha256, file)
    return list(first.values())


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise UsageError(f"{path.name}: not valid TOML: {problem}") from problem


def _nothing_yet(usage: UsageRecords, parts: Sequence[Imported]) -> str:
    """Say what is missing when files were read but hold no use at all."""
    if len(usage.rejected):
        first = usage.rejected.iloc[0]
        return f"{first['source']}, {first['line']}: {first['reason']}"
    if any(part.snapshots is not None or part.app_readings is not None for part in parts):
        return "one reading of a counter is a start: take a second one later and give both"
    return "the files name apps or settings, but none says how much data was used"


def _why(problems: Sequence[FileError]) -> str:
    if not problems:
        return "no files were given, or the folder is empty"
    return "\n".join(str(problem) for problem in problems)
