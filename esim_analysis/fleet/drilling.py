"""From a fleet to the case of one SIM, out of the records its bucket holds."""

import json
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from esim_analysis.case import Case
from esim_analysis.fleet.fetching import fetched
from esim_analysis.fleet.inputs import Inputs, find_inputs
from esim_analysis.importers.ingest import load, records_of
from esim_analysis.importers.ingest.bucketing import bucket_of
from esim_analysis.importers.joining import put_together
from esim_analysis.importers.knowledge import read_knowledge
from esim_analysis.importers.parts import Part, read_one
from esim_analysis.model import FileError, UsageError
from esim_analysis.model.line_table import match_lines
from esim_analysis.model.lines import number_lines


def case_of(  # noqa: PLR0913 - where the fleet is, which line, and how its case is opened
    folder: Path,
    paths: Sequence[str | Path],
    line: str,
    *,
    lang: str,
    timezone: str | None,
    knowledge: Sequence[str | Path] = (),
) -> Case:
    """Build the case of one line.

    Raises
    ------
    UsageError
        The fleet's working files are gone.
    """
    work = folder / "work"
    roots = sorted((work / "buckets").glob("*"))
    if not roots:
        raise UsageError(f"{folder}: its working files are gone; run the fleet again")
    buckets = int(roots[-1].name)
    ingested = [path.parent for path in sorted((work / "ingested").rglob("ingested.json"))]
    files = [(load(one), roots[-1] / one.relative_to(work / "ingested")) for one in ingested]
    usage = records_of(files, bucket_of(line, buckets), lines=[line])
    inputs = find_inputs([fetched(str(p), work / "fetched") for p in paths], timezone=timezone)
    alone = json.loads((folder / "fleet.json").read_text(encoding="utf-8"))["lines"] == 1
    parts, problems = _others(inputs, dict(usage.raw_lines), alone=alone)
    reading = put_together(parts, usage, problems=(*inputs.problems, *problems))
    named = number_lines(reading.usage)
    lines, _ = match_lines(reading.lines, named.raw_lines)
    return Case(
        type(reading)(
            usage=named, evidence=reading.evidence, problems=reading.problems, lines=lines
        ),
        timezone=timezone,
        lang=lang,
        knowledge=read_knowledge(knowledge),
    )


def _others(
    inputs: Inputs, raw: dict[str, str], *, alone: bool
) -> tuple[list[Part], list[FileError]]:
    """Read what is no usage: the phone of this line, and the lists of SIMs."""
    by_name = inputs.lines.set_index("nickname")["line"].to_dict()
    told = pd.DataFrame(
        {
            "line": [by_name.get(name, name) for name in inputs.artefacts],
            "name": list(inputs.artefacts),
        },
        dtype="str",
    )
    mine, _ = match_lines(told, raw)
    files = [file for name in mine["name"] for file in inputs.artefacts[name]]
    files += [*(inputs.loose if alone else ()), *inputs.tables]
    ordered = sorted(files, key=lambda file: str(file.path))
    made = [made for _, made in (read_one(file, inputs.options) for file in ordered)]
    return (
        [one for one in made if isinstance(one, Part)],
        [one for one in made if isinstance(one, FileError)],
    )
