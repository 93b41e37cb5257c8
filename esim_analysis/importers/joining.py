"""What files hold, read now or remembered, as one bill and one evidence."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.combining import combine_evidence
from esim_analysis.importers.declared.sessions import placed_by_sessions
from esim_analysis.importers.importer import Imported
from esim_analysis.importers.parts import Part
from esim_analysis.importers.readings import usage_from_snapshots
from esim_analysis.importers.readings.listed import leave_out_listed
from esim_analysis.importers.repeats import count_once
from esim_analysis.model import (
    Evidence,
    FileError,
    NothingUsableError,
    Source,
    UsageRecords,
    merge,
)
from esim_analysis.model.line_table import line_table, match_lines, no_line_table
from esim_analysis.model.lines import bare_ids


@dataclass(frozen=True, slots=True)
class Reading:
    """What all files of a case hold together; `problems` are those that could not be read.

    `lines` is what the user knows of each SIM, as `model.line_table`.
    """

    usage: UsageRecords
    evidence: Evidence
    problems: tuple[FileError, ...]
    lines: pd.DataFrame = field(default_factory=no_line_table)


def join(parts: Sequence[Part], problems: Sequence[FileError] = ()) -> Reading:
    """Join what each file holds into one bill and one evidence.

    Raises
    ------
    NothingUsableError
        No part says anything; the message gives the problem of each file.
    """
    if not parts:
        raise NothingUsableError(_why(problems), problems=problems)
    made = [part.imported for part in parts]
    usage = _usage(made)
    reading = put_together(parts, usage, problems=problems)
    if usage.frame.empty and reading.evidence.frame.empty:
        told = _why(problems) if problems else _nothing_yet(usage, made)
        raise NothingUsableError(told, problems=problems)
    return reading


def put_together(
    parts: Sequence[Part], usage: UsageRecords, *, problems: Sequence[FileError] = ()
) -> Reading:
    """Join usage with what else the files hold: evidence, and what is known of each SIM.

    Parameters
    ----------
    parts
        What the files hold. Those whose usage is in `usage` may be left out.
    """
    made = [part.imported for part in parts]
    evidence = combine_evidence(made)
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
    note = sentence("importing.sims_list_have_no_usage", alone=alone)
    return tuple(
        replace(source, notes=(*source.notes, note)) if source.importer == "line_table" else source
        for source in sources
    )


def _usage(parts: Iterable[Imported]) -> UsageRecords:
    parts = list(parts)
    records = [part.usage for part in parts if part.usage is not None]
    sessions = [part.sessions for part in parts if part.sessions is not None]
    usage = _counted(parts, records)
    return placed_by_sessions(usage, pd.concat(sessions)) if sessions else usage


def _counted(parts: Sequence[Imported], records: list[UsageRecords]) -> UsageRecords:
    snapshots = [part.snapshots for part in parts if part.snapshots is not None]
    if not snapshots:
        return count_once(merge(records))
    told = leave_out_listed(usage_from_snapshots(snapshots), merge(records))
    return count_once(merge([*records, told]))


def _nothing_yet(usage: UsageRecords, parts: Sequence[Imported]) -> str:
    """Say what is missing when files were read but hold no use at all."""
    if any(part.sessions is not None for part in parts):
        return sentence("importing.sessions_alone_hold_no_use")
    if len(usage.rejected):
        first = usage.rejected.iloc[0]
        return sentence(
            "importing.source_line_reason",
            source=first["source"],
            line=first["line"],
            reason=first["reason"],
        )
    if sum(len(part.snapshots.frame) for part in parts if part.snapshots is not None) > 1:
        return sentence("importing.balance_did_not_fall_between")
    if any(part.snapshots is not None or part.app_readings is not None for part in parts):
        return sentence("importing.one_reading_counter_start_take")
    return sentence("importing.files_name_apps_settings_but")


def _why(problems: Sequence[FileError]) -> str:
    if not problems:
        return sentence("importing.no_export_phone_artefact_was")
    return "\n".join(str(problem) for problem in problems)
