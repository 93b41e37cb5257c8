"""An unknown table, looked at: its first rows, what each column was taken for, what is open.

A draft of a mapping holds the questions as comments; here they are a list to ask from, and
the answers go back into the draft. Nothing is guessed that the file leaves open.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import ReadOptions
from esim_analysis.importers.mappings import MAPPING_SUFFIX
from esim_analysis.importers.operator import table
from esim_analysis.importers.operator.mapping import draft_mapping
from esim_analysis.importers.tabular.grid import read_grid
from esim_analysis.model import FileError, UsageError, UsageRecords

ROWS: Final = 5
_QUESTION: Final = re.compile(r"# QUESTION: (?P<text>.+)")
_SETTING: Final = re.compile(r"# (?P<key>\w+) = (?P<value>.+)")
_SECTION: Final = re.compile(r"\[(?P<name>\w+)\]")


@dataclass(frozen=True, slots=True)
class Question:
    """One thing the file leaves open.

    Attributes
    ----------
    section, key
        Where its answer stands in the mapping, e.g. `"units", "bytes_total"`.
    text
        The question as the draft asks it.
    proposed
        What the draft would write, as text; `""` where there is no proposal.
    """

    section: str
    key: str
    text: str
    proposed: str


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen of a table.

    Attributes
    ----------
    headings, rows
        As the file writes them; at most `ROWS` rows.
    taken
        `(role, heading)` of each column that was understood.
    draft
        The mapping with its open questions, TOML.
    """

    path: Path
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    taken: tuple[tuple[str, str], ...]
    draft: str
    questions: tuple[Question, ...]

    def answered(self, answers: Mapping[tuple[str, str], str]) -> str:
        """Return the draft with the answers of `(section, key)` in place of their questions."""
        lines, section = [], ""
        for line in self.draft.splitlines():
            if found := _SECTION.fullmatch(line):
                section = found["name"]
            setting = _SETTING.fullmatch(line)
            answer = answers.get((section, setting["key"]), "") if setting else ""
            lines.append(f"{setting['key']} = {_toml(answer)}" if setting and answer else line)
        return "\n".join(lines) + "\n"

    def read(self, mapping: str) -> UsageRecords:
        """Read the whole file under a mapping.

        Raises
        ------
        FileError
            Something is still open, or an answer does not fit; the sentence says what.
        """
        file = SourceFile(self.path, self.path.name)
        name = self.path.name + MAPPING_SUFFIX
        options = ReadOptions(mappings={name: tomllib.loads(mapping)})
        usage = table.IMPORTER.read(file, options).usage
        if usage is None:
            raise FileError(
                file.name,
                sentence("importing.no_usage_records"),
                sentence("importing.choose_other_columns"),
            )
        return usage

    def save(self, mapping: str) -> Path:
        """Write a mapping beside the table; it is found again by its headings.

        Raises
        ------
        UsageError
            A mapping lies there already: one that a person corrected is never written over.
        """
        target = self.path.with_name(self.path.name + MAPPING_SUFFIX)
        try:
            with target.open("x", encoding="utf-8") as stream:
                stream.write(mapping)
        except FileExistsError as problem:
            raise UsageError(
                sentence("importing.exists_correct_or_take_away", name=target.name)
            ) from problem
        return target


def look_at(path: Path) -> Look:
    """Look at a table.

    Raises
    ------
    FileError
        The file holds no table.
    """
    file = SourceFile(path, path.name)
    grid, _ = read_grid(file)
    draft = draft_mapping(file)
    columns = tomllib.loads(draft)["columns"]
    return Look(
        path=path,
        headings=tuple(heading.name for heading in grid.headings),
        rows=tuple(tuple(row) for row in grid.body.head(ROWS).to_numpy().tolist()),
        taken=tuple(
            (role, name if isinstance(name, str) else " + ".join(name))
            for role, name in columns.items()
        ),
        draft=draft,
        questions=tuple(_questions(draft)),
    )


def _questions(draft: str) -> list[Question]:
    found, section, asked = [], "", ""
    for line in draft.splitlines():
        if head := _SECTION.fullmatch(line):
            section = head["name"]
        elif question := _QUESTION.fullmatch(line):
            asked = question["text"]
        elif asked and (setting := _SETTING.fullmatch(line)):
            proposed = setting["value"].strip('"')
            found.append(Question(section, setting["key"], asked, proposed))
            asked = ""
    return found


def _toml(answer: str) -> str:
    """Return an answer as a TOML value; whole numbers stay numbers."""
    if answer.isdigit():
        return answer
    quoted = answer.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{"".join(sign for sign in quoted if sign.isprintable())}"'
