"""From paths to usage records and evidence; a bad file is named and the rest goes on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from esim_analysis.importers.combining import combine_evidence
from esim_analysis.importers.files import SourceFile, number_names
from esim_analysis.importers.importer import Imported, ReadOptions
from esim_analysis.importers.mappings import (
    MAPPING_SUFFIX,
    answers_of,
    as_answered,
    read_mappings,
)
from esim_analysis.importers.operator.mapping import draft_mapping
from esim_analysis.importers.parts import HISTORY_NAME
from esim_analysis.importers.readings import parse_balance, usage_from_snapshots
from esim_analysis.importers.readings.listed import leave_out_listed
from esim_analysis.importers.registry import importer_for
from esim_analysis.importers.repeats import count_once
from esim_analysis.model import (
    Evidence,
    FileError,
    NothingUsableError,
    QuestionError,
    Source,
    UsageError,
    UsageRecords,
    merge,
)
from esim_analysis.model.line_table import line_table, match_lines, no_line_table
from esim_analysis.model.lines import bare_ids
from esim_analysis.model.steps import step

Outcome = tuple[SourceFile, Imported | FileError]


@dataclass(frozen=True, slots=True)
class Reading:
    """What all files of a case hold together; `problems` are those that could not be read.

    `lines` is what the user knows of each SIM, as `model.line_table`.
    """

    usage: UsageRecords
    evidence: Evidence
    problems: tuple[FileError, ...]
    lines: pd.DataFrame = field(default_factory=no_line_table)


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
    data, tomls = _open(paths)
    mappings, misfits = read_mappings(tomls)
    options = ReadOptions(timezone=timezone, mappings=mappings)
    outcomes = _ask_again(_read_all(data, options), options)
    good = [(file, made) for file, made in outcomes if isinstance(made, Imported)]
    problems = (*misfits, *(made for _, made in outcomes if isinstance(made, FileError)))
    parts = [made for _, made in good]
    if balances:
        zone = timezone or _declared_zone(parts)
        parts.append(Imported(snapshots=parse_balance("\n".join(balances), timezone=zone)))
    if not parts:
        raise NothingUsableError(_why(problems))
    usage = _usage(parts)
    reading = put_together(good, usage, problems=problems, typed=parts[len(good) :])
    if usage.frame.empty and reading.evidence.frame.empty:
        raise NothingUsableError(_why(problems) if problems else _nothing_yet(usage, parts))
    return reading


def put_together(
    good: Sequence[tuple[SourceFile, Imported]],
    usage: UsageRecords,
    *,
    problems: Sequence[FileError],
    typed: Sequence[Imported] = (),
) -> Reading:
    """Join usage with what else the files hold: evidence, and what is known of each SIM.

    Parameters
    ----------
    good
        Files that were read. Those whose usage is in `usage` may be left out.
    typed
        What was typed, and is in no file.
    """
    parts = [*(made for _, made in good), *typed]
    evidence = combine_evidence(parts)
    spoken = {source.id for source in (*usage.sources, *evidence.sources)}
    silent = tuple(_source(file, made) for file, made in good if file.name not in spoken)
    evidence = replace(evidence, sources=(*evidence.sources, *silent))
    lines = _lines(parts)
    _, alone = match_lines(lines, usage.raw_lines)
    evidence = replace(evidence, sources=_with_alone(evidence.sources, len(alone)))
    return Reading(usage=usage, evidence=evidence, problems=tuple(problems), lines=lines)


def _lines(parts: Iterable[Imported]) -> pd.DataFrame:
    """Return all lists of SIMs as one; a SIM in two lists keeps what the first says."""
    told = [part.lines for part in parts if part.lines is not None]
    if not told:
        return no_line_table()
    together = line_table(pd.concat(told, ignore_index=True).fillna(""))
    return together[~bare_ids(together["line"]).duplicated()].reset_index(drop=True)


def _with_alone(sources: Sequence[Source], alone: int) -> tuple[Source, ...]:
    """Say beside a list of SIMs how many of them no export here is about."""
    if not alone:
        return tuple(sources)
    note = f"{alone} SIMs of this list have no usage here."
    return tuple(
        replace(source, notes=(*source.notes, note)) if source.importer == "line_table" else source
        for source in sources
    )


def _source(file: SourceFile, made: Imported) -> Source:
    """Name a file that has no rows of its own, such as names for uids."""
    return Source(file.name, importer_for(file).id, file.sha256, notes=made.notes)


def _declared_zone(parts: Iterable[Imported]) -> str | None:
    """Return the zone a listing of the phone declares: typed balances share its clock."""
    zones = [part.evidence.phone_zone for part in parts if part.evidence is not None]
    return next((zone for zone in zones if zone), None)


def originals(paths: Sequence[Path]) -> dict[str, bytes]:
    """Return the files of a case as they lie on disk, by the names they have in it."""
    files, _ = _open(paths)
    return {file.name: file.path.read_bytes() for file in files}


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
    if path.is_dir():
        raise UsageError(f"{path}: a folder; name one table in it")
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
    if not snapshots:
        return count_once(merge(records))
    told = leave_out_listed(usage_from_snapshots(snapshots), merge(records))
    return count_once(merge([*records, told]))


def _read_all(data: Sequence[SourceFile], options: ReadOptions) -> list[Outcome]:
    outcomes = []
    for number, file in enumerate(data, start=1):
        step("reading", file=file.name, number=number, count=len(data))
        outcomes.append(_read_one(file, options))
    return outcomes


def _read_one(file: SourceFile, options: ReadOptions) -> Outcome:
    try:
        return file, importer_for(file).read(file, options)
    except FileError as problem:
        return file, problem
    except OSError as problem:
        return file, FileError(file.name, f"cannot be read: {problem.strerror}", "check the file")


def _ask_again(outcomes: list[Outcome], options: ReadOptions) -> list[Outcome]:
    """Read files with an open question once more, with what the settled ones answer."""
    if not any(isinstance(made, QuestionError) for _, made in outcomes):
        return outcomes
    settled = [f for f, made in outcomes if isinstance(made, Imported) and _is_table(f, made)]
    answers = answers_of(settled)
    informed = replace(options, mappings={**options.mappings, **answers})
    return [
        _read_informed(file, made, informed) if isinstance(made, QuestionError) else (file, made)
        for file, made in outcomes
    ]


def _read_informed(file: SourceFile, question: FileError, options: ReadOptions) -> Outcome:
    _, made = _read_one(file, options)
    return (file, as_answered(made)) if isinstance(made, Imported) else (file, question)


def _is_table(file: SourceFile, made: Imported) -> bool:
    return made.usage is not None and importer_for(file).id == "table"


def _open(paths: Sequence[Path]) -> tuple[list[SourceFile], list[Path]]:
    """Return the files to read, each under a name of its own, and the mappings among or beside."""
    found = list(dict.fromkeys(file for path in paths for file in _expand(Path(path))))
    data = [path for path in found if path.suffix != ".toml" or _lists_lines(path)]
    beside = [path.with_name(path.name + MAPPING_SUFFIX) for path in data]
    tomls = [path for path in found if path.suffix == ".toml" and path not in data]
    tomls += [path for path in beside if path.is_file()]
    files = [SourceFile(*pair) for pair in zip(data, number_names(data), strict=True)]
    return _without_copies(files), list(dict.fromkeys(tomls))


def _lists_lines(path: Path) -> bool:
    """Tell a TOML list of SIMs, which is read like an export, from a mapping."""
    try:
        return b"[[lines]]" in SourceFile(path, path.name).head
    except (OSError, FileError):
        return False  # reading it will say what is wrong


def _expand(path: Path) -> list[Path]:
    if path.is_dir():
        inside = sorted(p for p in path.rglob("*") if p.is_file())
        hidden = [any(part.startswith(".") for part in p.relative_to(path).parts) for p in inside]
        return [
            p
            for p, skip in zip(inside, hidden, strict=True)
            if not skip and not p.name.startswith(HISTORY_NAME)
        ]
    if path.is_file():
        return [path]
    raise UsageError(f"{path}: no such file or folder")


def _without_copies(files: list[SourceFile]) -> list[SourceFile]:
    """Leave out files that are, byte for byte, another file of the case."""
    first: dict[str, SourceFile] = {}
    for file in files:
        first.setdefault(_fingerprint(file), file)
    return list(first.values())


def _fingerprint(file: SourceFile) -> str:
    try:
        return file.sha256
    except OSError:
        return str(file.path)  # reading it will say what is wrong


def _nothing_yet(usage: UsageRecords, parts: Sequence[Imported]) -> str:
    """Say what is missing when files were read but hold no use at all."""
    if len(usage.rejected):
        first = usage.rejected.iloc[0]
        return f"{first['source']}, {first['line']}: {first['reason']}"
    if sum(len(part.snapshots.frame) for part in parts if part.snapshots is not None) > 1:
        return (
            "the balance did not fall between these readings (a top-up or a new cycle?): "
            "give two readings with none in between"
        )
    if any(part.snapshots is not None or part.app_readings is not None for part in parts):
        return "one reading of a counter is a start: take a second one later and give both"
    return "the files name apps or settings, but none says how much data was used"


def _why(problems: Sequence[FileError]) -> str:
    if not problems:
        return "no export or phone artefact was given, or the folder is empty"
    return "\n".join(str(problem) for problem in problems)
