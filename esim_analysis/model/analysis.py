"""One analysed case, as every screen and file sees it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from esim_analysis.model.attributions import Attribution, Coverage
from esim_analysis.model.decisions import Decision
from esim_analysis.model.errors import FileError
from esim_analysis.model.evidence import Evidence
from esim_analysis.model.findings import Finding
from esim_analysis.model.knowledge import NO_KNOWLEDGE, Knowledge
from esim_analysis.model.line_table import no_line_table
from esim_analysis.model.records import UsageRecords


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything a report, a table or a widget may show; nothing left to compute but sums.

    `usage.frame["line"]` holds `line-1`, `line-2`, … (or the raw ids when the
    user asked to keep them). `problems` are files that could not be used;
    `not_answered` maps a rule id to the key of the sentence that says what it
    would need. `lines` is what the user knows of each line (`model.line_table`,
    `line` as in `usage.frame`): for the user's own screens, never for a shared file.
    `overruled` is how a file was first read, by source id, where the phone's evidence
    made us read it otherwise. `knowledge` are tables the user brought.
    """

    usage: UsageRecords
    evidence: Evidence
    attribution: Attribution
    coverage: Coverage
    findings: tuple[Finding, ...]
    problems: tuple[FileError, ...] = ()
    not_answered: tuple[tuple[str, str], ...] = ()
    lines: pd.DataFrame = field(default_factory=no_line_table)
    overruled: Mapping[str, Decision] = field(default_factory=dict)
    knowledge: Knowledge = NO_KNOWLEDGE

    @property
    def zone(self) -> str:
        """IANA name of the zone days and moments are told in."""
        return self.attribution.zone.value

    def with_usage(self, usage: UsageRecords) -> "Analysis":
        """Return the same case with other volumes, for a what-if; its division stays."""
        return replace(self, usage=usage)

    def label(self, app: str) -> str:
        """Return the name of an app as people know it, else its id."""
        return self.evidence.labels.get(app) or app

    def line_name(self, line: str) -> str:
        """Return the nickname of a line as its owner gave it, else the line itself."""
        told = self.lines.loc[self.lines["line"] == line, "nickname"]
        return str(told.iloc[0]) if len(told) and told.iloc[0] else line
