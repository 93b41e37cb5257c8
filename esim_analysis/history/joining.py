"""Parts of files, read now or remembered, as one reading."""

from collections.abc import Sequence
from dataclasses import replace

from esim_analysis.importers.combining import combine_evidence
from esim_analysis.importers.parts import Part
from esim_analysis.importers.reading import (
    Reading,
    _lines,
    _nothing_yet,
    _usage,
    _why,
    _with_alone,
)
from esim_analysis.model import FileError, NothingUsableError, Source
from esim_analysis.model.line_table import match_lines


def put_together(parts: Sequence[Part], problems: tuple[FileError, ...] = ()) -> Reading:
    """Join what each file holds into one bill and one evidence.

    Raises
    ------
    NothingUsableError
        No part says anything; the message gives the problem of each file.
    """
    if not parts:
        raise NothingUsableError(_why(problems))
    made = [part.imported for part in parts]
    usage, evidence = _usage(made), combine_evidence(made)
    if usage.frame.empty and evidence.frame.empty:
        raise NothingUsableError(_why(problems) if problems else _nothing_yet(usage, made))
    spoken = {source.id for source in (*usage.sources, *evidence.sources)}
    silent = tuple(
        # A file that has no rows of its own, such as names for uids.
        Source(part.name, part.importer, part.sha256, notes=part.imported.notes)
        for part in parts
        if part.importer and part.name not in spoken
    )
    evidence = replace(evidence, sources=(*evidence.sources, *silent))
    lines = _lines(made)
    _, alone = match_lines(lines, usage.raw_lines)
    evidence = replace(evidence, sources=_with_alone(evidence.sources, len(alone)))
    return Reading(usage=usage, evidence=evidence, problems=problems, lines=lines)
