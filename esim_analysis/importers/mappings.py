"""Mapping files of a case, and what settled tables answer for others with the same headings."""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.files import SourceFile, number_names
from esim_analysis.importers.importer import Imported
from esim_analysis.importers.operator.mapping import draft_mapping
from esim_analysis.importers.tabular.profile import validate
from esim_analysis.model import Choice, FileError, Origin

MAPPING_SUFFIX: Final = ".mapping.toml"

Mappings = dict[str, dict[str, Any]]


def read_mappings(paths: Sequence[Path]) -> tuple[Mappings, tuple[FileError, ...]]:
    """Read TOML files as mappings, by their names; those that are none are named as problems."""
    mappings, problems = {}, []
    for path, name in zip(paths, number_names(paths), strict=True):
        try:
            mappings[name] = _read(path, name)
        except FileError as problem:
            problems.append(problem)
    return mappings, tuple(problems)


def answers_of(tables: Iterable[SourceFile]) -> Mappings:
    """Return what settled tables say of dates and numbers, for tables with the same headings.

    One week of an export may leave open what another settles (is 03/04 in March or in
    April?); both come from one writer. Tables that contradict each other answer nothing.
    """
    answers: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    names: dict[tuple[str, ...], str] = {}
    for table in tables:
        known = _answer(table)
        headings = tuple(known["match"]["header_contains"])
        names.setdefault(headings, table.name)
        if known not in answers.setdefault(headings, []):
            answers[headings].append(known)
    return {names[key]: found[0] for key, found in answers.items() if len(found) == 1}


def as_answered(made: Imported) -> Imported:
    """Say of a table read with such an answer where its dates and numbers were settled."""
    if made.usage is None:
        return made
    decisions = {
        name: replace(
            decision,
            locale=Choice(
                decision.locale.value,
                Origin.DEDUCED,
                sentence("importing.another_file_these_headings_settles"),
            ),
        )
        for name, decision in made.usage.decisions.items()
    }
    return replace(made, usage=replace(made.usage, decisions=decisions))


def _read(path: Path, name: str) -> dict[str, Any]:
    try:
        # Windows' own editor begins a file with a byte-order mark.
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise FileError(
            name,
            sentence("importing.not_valid_toml", problem=str(problem)),
            sentence("importing.correct_save_utf_8"),
        ) from problem
    except OSError as problem:
        raise FileError(
            name,
            sentence("importing.cannot_read", strerror=problem.strerror),
            sentence("importing.check_file"),
        ) from problem
    if "match" not in data:
        raise FileError(
            name,
            sentence("importing.toml_file_no_mapping_has"),
            sentence("importing.leave_out_draft_mapping_esim"),
        )
    validate(data, name)
    return data


def _answer(table: SourceFile) -> dict[str, Any]:
    draft = tomllib.loads(draft_mapping(table))
    order = {key: value for key, value in draft["time"].items() if key == "order"}
    return {"match": draft["match"], "numbers": draft["numbers"], "time": order}
