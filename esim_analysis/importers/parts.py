"""From paths to what each file holds; a bad file is named and the rest goes on."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from types import MappingProxyType

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, ReadOptions, Said, attempt
from esim_analysis.importers.mappings import (
    answers_of,
    as_answered,
    read_mappings,
)
from esim_analysis.importers.paths import data_and_mappings, fingerprint
from esim_analysis.importers.readings import parse_balance
from esim_analysis.importers.readings.typed import TYPED_NAME
from esim_analysis.importers.registry import importer_for
from esim_analysis.model import FileError, QuestionError
from esim_analysis.model.steps import step


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
    data, tomls = data_and_mappings(paths)
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
