"""A plan from a few answers: what `plan new` and the form in a notebook ask."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

import tomlkit

from esim_analysis.billing.answers import QUESTIONS, read_answer
from esim_analysis.billing.plan_files import read_plan, write_plan
from esim_analysis.model.errors import UsageError
from esim_analysis.model.plan import Plan

__all__ = ["QUESTIONS", "draft", "revised", "save"]

_FILE: Final = "answers"


def draft(answers: Mapping[str, str], *, today: date) -> Plan:
    """Return the plan that answers describe.

    Parameters
    ----------
    answers
        Answers to `QUESTIONS`, by their names; what is not answered is as in the
        example of the question.

    Raises
    ------
    UsageError
        An answer cannot be understood; says which form is.
    FileError
        The answers do not fit together.
    """
    begun = {
        "id": "own",
        "kind": "monthly",
        "as_of": today,
        "source": "typed by its owner",
    }
    return _answered(begun, QUESTIONS | dict(answers))


def revised(plan: Plan, answers: Mapping[str, str]) -> Plan:
    """Return a plan of one's own that differs from another by some answers and nothing else.

    Raises
    ------
    UsageError, FileError
        As `draft`.
    """
    told: dict[str, Any] = tomlkit.parse(write_plan(plan)).unwrap()["plans"][0]
    if plan.id != "own":
        told |= {"id": "own", "source": f"own copy of {plan.id}"}
        told.pop("fictitious", None)
    return _answered(told, answers)


def save(plan: Plan, path: Path) -> Path:
    """Write a plan as TOML; never over a file that exists.

    Raises
    ------
    UsageError
        The file exists.
    """
    try:
        with path.open("x", encoding="utf-8") as stream:
            stream.write(write_plan(plan))
    except FileExistsError as problem:
        raise UsageError(f"{path.name} exists; name another with -o") from problem
    return path


def _answered(told: dict[str, Any], answers: Mapping[str, str]) -> Plan:
    """Read answers in the order of the questions: later ones build on earlier ones."""
    for question in QUESTIONS:
        if question in answers:
            told |= read_answer(question, answers[question], told)
    return read_plan(tomlkit.dumps({"schema": 1, "plans": [told]}), _FILE)
