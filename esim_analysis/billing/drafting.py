"""A plan from a few answers: what `plan new` and the form in a notebook ask."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

import tomlkit

from esim_analysis.billing.plan_files import find_plan, read_plan, write_plan
from esim_analysis.model.errors import UsageError
from esim_analysis.model.plan import Plan


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a plan, and an answer of the form that is understood."""

    ask: str
    example: str


QUESTIONS: Final[dict[str, Question]] = {
    "name": Question("Name of the plan", "My plan"),
    "allowance": Question("Data included in one cycle (10GB, 500MB, unlimited)", "10GB"),
    "price": Question("Price of one cycle with its currency", "10.00 EUR"),
    "cycle": Question("Cycle ('month 1', or '28 days from 2026-10-05')", "month 1"),
    "country": Question("Country of the operator, two letters", "ES"),
    "after": Question("Beyond the allowance ('6.00 per GB', '64 kbps', 'stops')", "stops"),
}
_PRICE: Final = re.compile(r"(\d+(?:[.,]\d+)?)\s*([A-Za-z]{3}|€|\$|¥|£)?")
_SIGNS: Final = {"€": "EUR", "$": "USD", "¥": "CNY", "£": "GBP"}
_MONTH: Final = re.compile(r"month\s*(\d{1,2})?")
_DAYS: Final = re.compile(r"(\d{1,4})\s*days?(?:\s+from\s+(\d{4}-\d\d-\d\d))?")
_PER_GB: Final = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:€|eur|[a-z]{3})?\s*(?:per|/)\s*(gb|mb)")
_SPEED: Final = re.compile(r"(\d+)\s*kbps")
_FILE: Final = "answers"


def draft(answers: Mapping[str, str], *, today: date, like: str | None = None) -> Plan:
    """Return the plan that answers describe.

    Parameters
    ----------
    answers
        Answers to `QUESTIONS`, by their names; what is not answered is as in the
        example a question shows, or as in the plan `like`.
    like
        A plan to begin with, as `find_plan` takes it.

    Raises
    ------
    UsageError
        An answer cannot be understood; says which form is.
    FileError
        The answers do not fit together.
    """
    begun = _of_plan(like) if like else _empty(today)
    given = dict(answers) if like else {n: q.example for n, q in QUESTIONS.items()} | dict(answers)
    parts: dict[str, Any] = {}
    readers = {
        "name": _name,
        "allowance": _allowance,
        "price": _price,
        "cycle": _cycle,
        "country": _country,
        "after": _after,
    }
    for question, answer in given.items():
        parts |= readers[question](answer.strip())
    text = tomlkit.dumps({"schema": 1, "plans": [begun | parts]})
    return read_plan(text, _FILE)


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


def _of_plan(like: str) -> dict[str, Any]:
    told: dict[str, Any] = tomlkit.parse(write_plan(find_plan(like))).unwrap()["plans"][0]
    return told | {"id": "own", "source": f"own copy of {told['id']}", "fictitious": False}


def _empty(today: date) -> dict[str, Any]:
    return {
        "id": "own",
        "provider": "",
        "kind": "monthly",
        "as_of": today,
        "source": "typed by its owner",
    }


def _name(answer: str) -> dict[str, Any]:
    return {"name": answer}


def _allowance(answer: str) -> dict[str, Any]:
    size = answer.replace(",", ".").replace(" ", "")
    return {"allowances": [{"id": "data", "bytes": size}]}


def _price(answer: str) -> dict[str, Any]:
    found = _PRICE.fullmatch(answer)
    if not found or not found[2]:
        raise _unclear("price", answer)
    currency = _SIGNS.get(found[2], found[2].upper())
    return {"price": _amount(found[1]), "currency": currency}


def _cycle(answer: str) -> dict[str, Any]:
    month, days = _MONTH.fullmatch(answer.lower()), _DAYS.fullmatch(answer.lower())
    if month:
        return {"period": {"calendar_month_day": int(month[1] or 1)}}
    if not days:
        raise _unclear("cycle", answer)
    period: dict[str, Any] = {"days": int(days[1])}
    if days[2]:
        period |= {"starts": "anchor", "anchor": _day(days[2], answer)}
    return {"period": period}


def _country(answer: str) -> dict[str, Any]:
    if not re.fullmatch(r"[A-Za-z]{2}", answer):
        raise _unclear("country", answer)
    zones = [{"id": "home", "countries": [answer.upper()]}, {"id": "eea", "group": "EU_RLAH"}]
    return {"zones": zones}


def _after(answer: str) -> dict[str, Any]:
    bare = answer.lower().strip()
    price, speed = _PER_GB.fullmatch(bare), _SPEED.fullmatch(bare)
    if bare in {"stops", "stop", ""}:
        return {"after": {}}
    if speed:
        step: dict[str, Any] = {"throttle_kbps": int(speed[1])}
    elif price:
        step = {f"per_{price[2]}": _amount(price[1])}
    else:
        raise _unclear("after", answer)
    return {"after": {"home": [step], "eea": [step]}}


def _amount(text: str) -> Any:  # noqa: ANN401 - a TOML number that keeps its digits
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation as problem:
        raise _unclear("price", text) from problem
    return tomlkit.value(f"{number:f}" if "." in f"{number:f}" else f"{number:f}.0")


def _day(text: str, answer: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise _unclear("cycle", answer) from problem


def _unclear(question: str, answer: str) -> UsageError:
    asked = QUESTIONS[question]
    return UsageError(f"{asked.ask}: {answer!r} is not understood; write it like {asked.example!r}")
