"""From paths to what each file holds; a bad file is named and the rest goes on."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from types import MappingProxyType
from typing import Final

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.files import SourceFile, number_names
from esim_analysis.importers.importer import Imported, Importer, ReadOptions, Said, attempt
from esim_analysis.importers.mappings import (
    MAPPING_SUFFIX,
    answers_of,
    as_answered,
    read_mappings,
)
from esim_analysis.importers.readings import parse_balance
from esim_analysis.importers.readings.typed import TYPED_NAME
from esim_analysis.importers.registry import importer_for
from esim_analysis.model import FileError, QuestionError, UsageError
from esim_analysis.model.steps import step

HISTORY_NAME: Final = "esim-history.duckdb"  # may lie among the exports, and is none


@dataclass(frozen=True, slots=True)
class Part:
    """What one file holds, and which file it is.

    Attributes
    ----------
    name
        Its id inside the case: the `source` of its rows.
    file_name
        Its name on the disk; two files of a case may share it.
    importer
        The format it was read as; `""` for typed readings, which are no file.
    modified
        When the file was last written, seconds of the epoch; 0 for typed readings.
    said
        What was declared when it was read.
    """

    name: str
    file_name: str
    sha256: str
    importer: str
    modified: float
    imported: Imported
    said: Said = field(default_factory=Said)


Outcome = tuple[SourceFile, Part | FileError]


def read_parts(
    paths: Sequence[Path],
    *,
    timezone: str | None = None,
    balances: Sequence[str] = (),
    known: Mapping[str, Said] = MappingProxyType({}),
) -> tuple[tuple[Part, ...], tuple[FileError, ...]]:
    """Read files and folders, each by itself.

    Parameters
    ----------
    paths
        Files, or folders whose files are all tried.
    timezone
        Zone of local times in files that do not state theirs.
    balances
        Typed readings, such as `"2026-11-02 09:00, 4.2 GB left"`.
    known
        SHA-256 of files read before, and what was declared then. Unless something else is
        declared now they are not read again; they still answer what a new file with the
        same headings leaves open.

    Returns
    -------
    (parts, problems)
        What could be read, in the order of the paths, and why the rest could not.

    Raises
    ------
    UsageError
        A path does not exist, or a typed balance cannot be understood.
    """
    data, tomls = _open(paths)
    mappings, misfits = read_mappings(tomls)
    options = ReadOptions(timezone=timezone, mappings=mappings)
    old = [file for file in data if _is_known(fingerprint(file), known, options.said)]
    new = [file for file in data if file not in old]
    outcomes = _ask_again(_read_all(new, options), old, options)
    parts = [made for _, made in outcomes if isinstance(made, Part)]
    if balances:
        parts.append(_typed(balances, timezone or _declared_zone(parts)))
    problems = (*misfits, *(made for _, made in outcomes if isinstance(made, FileError)))
    return tuple(parts), problems


def expand(path: Path) -> list[Path]:
    """Return the file, or the files of the folder whose names do not begin with a dot.

    Raises
    ------
    UsageError
        There is no such file or folder.
    """
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
    raise UsageError(sentence("importing.no_such_file_folder", path=path))


def files_of(paths: Sequence[Path]) -> list[SourceFile]:
    """Return the files of a case that hold data, each under the name it has in it."""
    return _open(paths)[0]


def fingerprint(file: SourceFile) -> str:
    """Return the SHA-256 of a file, or its path where it cannot be read."""
    try:
        return file.sha256
    except OSError:
        return str(file.path)  # reading it will say what is wrong


def _is_known(sha256: str, known: Mapping[str, Said], said: Said) -> bool:
    return sha256 in known and said.agrees_with(known[sha256])


def _typed(balances: Sequence[str], zone: str | None) -> Part:
    text = "\n".join(balances)
    told = hashlib.sha256(f"{zone}\n{text}".encode()).hexdigest()
    return Part(
        TYPED_NAME,
        TYPED_NAME,
        told,
        "",
        0.0,
        Imported(snapshots=parse_balance(text, timezone=zone)),
        Said(zone or ""),
    )


def _declared_zone(parts: Iterable[Part]) -> str | None:
    """Return the zone a listing of the phone declares: typed balances share its clock."""
    evidence = [part.imported.evidence for part in parts]
    return next((told.phone_zone for told in evidence if told and told.phone_zone), None)


def _read_all(data: Sequence[SourceFile], options: ReadOptions) -> list[Outcome]:
    """Read files in their order; neighbours of one format together, where it can do that."""
    outcomes: dict[SourceFile, Part | FileError] = {}
    known = ((file, attempt(file, partial(importer_for, file))) for file in _told(data))
    for importer, run in groupby(known, key=itemgetter(1)):
        files = (file for file, _ in run)
        if isinstance(importer, FileError):
            outcomes |= dict.fromkeys(files, importer)
        elif importer.read_many is not None:
            made = importer.read_many(files, options)
            outcomes |= {file: _part(file, importer, one, options) for file, one in made}
        else:
            outcomes |= {file: _read(file, importer, options) for file in files}
    return [(file, outcomes[file]) for file in data]


def _told(data: Sequence[SourceFile]) -> Iterator[SourceFile]:
    """Say of each file that it is being read, when its turn comes."""
    for number, file in enumerate(data, start=1):
        step("reading", file=file.name, number=number, count=len(data))
        yield file


def read_one(file: SourceFile, options: ReadOptions) -> Outcome:
    """Return a file with what it holds, or with why it cannot be read."""
    importer = attempt(file, partial(importer_for, file))
    if isinstance(importer, FileError):
        return file, importer
    return file, _read(file, importer, options)


def _read(file: SourceFile, importer: Importer, options: ReadOptions) -> Part | FileError:
    made = attempt(file, partial(importer.read, file, options))
    return _part(file, importer, made, options)


def _part(
    file: SourceFile, importer: Importer, made: Imported | FileError, options: ReadOptions
) -> Part | FileError:
    if isinstance(made, FileError):
        return made
    names = (file.name, file.path.name, file.sha256, importer.id)
    return attempt(file, lambda: Part(*names, file.path.stat().st_mtime, made, options.said))


def _ask_again(
    outcomes: list[Outcome], old: Sequence[SourceFile], options: ReadOptions
) -> list[Outcome]:
    """Read files with an open question once more, with what the settled ones answer.

    The phone's clock is that of its other artefacts. A bill's zone is none: it is the operator's.
    """
    if not any(isinstance(made, QuestionError) for _, made in outcomes):
        return outcomes
    settled = [file for file, made in outcomes if isinstance(made, Part) and _is_table(made)]
    settled += [file for file in old if importer_for(file).id == "table"]
    informed = replace(options, mappings={**options.mappings, **answers_of(settled)})
    zone = options.timezone or _declared_zone(
        made for _, made in outcomes if isinstance(made, Part)
    )
    of_phone = replace(informed, timezone=zone)
    return [
        _read_informed(
            file, made, of_phone if importer_for(file).side == "phone" else informed, options.said
        )
        if isinstance(made, QuestionError)
        else (file, made)
        for file, made in outcomes
    ]


def _read_informed(
    file: SourceFile, question: FileError, options: ReadOptions, said: Said
) -> Outcome:
    _, made = read_one(file, options)
    if not isinstance(made, Part):
        return file, question
    answered = as_answered(made.imported)
    if options.timezone and options.timezone != said.timezone:
        note = sentence("screen.zone_of_another", zone=options.timezone)
        answered = replace(answered, notes=(*answered.notes, note))
    return file, replace(made, imported=answered, said=said)


def _is_table(part: Part) -> bool:
    return part.imported.usage is not None and part.importer == "table"


def _open(paths: Sequence[Path]) -> tuple[list[SourceFile], list[Path]]:
    """Return the files to read, each under a name of its own, and the mappings among or beside."""
    found = list(dict.fromkeys(file for path in paths for file in expand(Path(path))))
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


def _without_copies(files: list[SourceFile]) -> list[SourceFile]:
    """Leave out files that are, byte for byte, another file of the case."""
    first: dict[str, SourceFile] = {}
    for file in files:
        first.setdefault(fingerprint(file), file)
    return list(first.values())
