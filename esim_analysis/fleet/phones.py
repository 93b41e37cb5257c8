"""What the phones of many lines saw: usual dumps in one pass, anything else phone by phone."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import pandas as pd

from esim_analysis.importers.combining import combine_evidence
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import ReadOptions
from esim_analysis.importers.parts import Part, read_one
from esim_analysis.importers.phone.netstats import IMPORTER as NETSTATS
from esim_analysis.importers.phone.netstats import read_simple
from esim_analysis.importers.registry import importer_for
from esim_analysis.model import Evidence, FileError

Phones: TypeAlias = Mapping[str, Sequence[SourceFile]]


def evidence_of_lines(phones: Phones, options: ReadOptions) -> tuple[Evidence, list[FileError]]:
    """Read the artefacts of many lines, each phone as if it were alone.

    Parameters
    ----------
    phones
        Line -> the files of its phone.

    Returns
    -------
    (evidence, problems)
        Rows carry their line; why a file could not be read, in the order of lines. What a
        phone says of itself (its limit, what it restricts) is nobody's here: it would be that
        of its neighbours, too.
    """
    together, usual = _usual(phones)
    problems = []
    frames = [together]
    for line in [line for line in phones if line not in usual]:
        phone, failed = evidence_of(phones[line], options)
        frames.append(phone.frame.assign(line=line))
        problems += failed
    filled = [frame for frame in frames if len(frame)]
    if not filled:
        return Evidence.none(), problems
    rows = pd.concat(filled, ignore_index=True)
    # Equal rows of two phones stand in the order of their lines.
    place = rows["line"].map({line: number for number, line in enumerate(phones)})
    return Evidence(rows.take(place.to_numpy().argsort(kind="stable"))), problems


def _usual(phones: Phones) -> tuple[pd.DataFrame, set[str]]:
    """Read lines whose phone gave one simple dump; return their rows, and which they are."""
    lines = [line for line, files in phones.items() if len(files) == 1 and _is_dump(files[0])]
    frame, file, left = read_simple([phones[line][0] for line in lines])
    names = pd.Series(lines, dtype="str")
    told = frame.assign(line=names.array.take(file)) if len(frame) else frame
    return told, {line for number, line in enumerate(lines) if number not in left}


def _is_dump(file: SourceFile) -> bool:
    try:
        return importer_for(file).id == NETSTATS.id
    except (FileError, OSError):
        return False  # reading it says what is wrong


def evidence_of(
    files: Sequence[SourceFile], options: ReadOptions
) -> tuple[Evidence, list[FileError]]:
    """Read the artefacts of one phone."""
    made = [read_one(file, options)[1] for file in files]
    parts = [one.imported for one in made if isinstance(one, Part)]
    return combine_evidence(parts), [one for one in made if isinstance(one, FileError)]
