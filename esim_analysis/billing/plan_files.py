"""Plan files: TOML to plans and back, and the examples that ship."""

from datetime import date, timedelta
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import tomlkit
from pydantic import BaseModel

from esim_analysis.model.config import read_config, suggestion
from esim_analysis.model.errors import FileError, UsageError
from esim_analysis.model.plan import Plan, PlanFile

STALE_AFTER: Final = timedelta(days=180)
_LAST: Final = ("after",)  # a table of its own must follow the plain keys


def read_plans(text: str, name: str) -> tuple[Plan, ...]:
    """Read every plan of a file.

    Raises
    ------
    FileError
        The text is no plan file; one sentence with line, field, what was found and
        what was expected.
    """
    plans = read_config(text, name, PlanFile).plans
    ids = [plan.id for plan in plans]
    for plan_id in ids:
        if ids.count(plan_id) > 1:
            raise FileError(name, f"two plans have the id {plan_id!r}", "rename one of them")
    return plans


def read_plan(text: str, name: str, plan_id: str = "") -> Plan:
    """Read one plan: the named one, or the only one of the file.

    Raises
    ------
    FileError
        As `read_plans`; or the id is not in the file, or is needed to choose.
    """
    plans = {plan.id: plan for plan in read_plans(text, name)}
    if not plan_id and len(plans) == 1:
        return next(iter(plans.values()))
    if not plan_id:
        raise FileError(name, f"it holds {len(plans)} plans", f"name one: {', '.join(plans)}")
    if plan_id not in plans:
        found = f"no plan has the id {plan_id!r}"
        raise FileError(name, found, suggestion(plan_id, list(plans)))
    return plans[plan_id]


def find_plan(told: str | Path) -> Plan:
    """Return the plan a user names: `plan.toml`, `plan.toml#id`, or the id of an example.

    Raises
    ------
    UsageError
        There is no such file and no such example.
    FileError
        As `read_plan`.
    """
    name, _, plan_id = str(told).partition("#")
    path = Path(name)
    if path.is_file():
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as problem:
            step = "save it as UTF-8 text"
            raise FileError(path.name, "a plan file that cannot be read", step) from problem
        return read_plan(text, path.name, plan_id)
    examples = {plan.id: plan for plan in example_plans()}
    if name in examples:
        return examples[name]
    close = get_close_matches(name, list(examples), n=1)
    step = f"did you mean {close[0]!r}?" if close else "'esim-analysis plan list' shows examples"
    raise UsageError(f"--plan: no file and no example plan is called {name!r}; {step}")


def write_plan(plan: Plan) -> str:
    """Return a plan as TOML that reads back equal; what is left at its default is left out."""
    document = tomlkit.document()
    document.add("schema", tomlkit.item(1))
    table = tomlkit.table()
    told = _told(plan)
    for key, value in told.items():
        if key not in _LAST:
            table.add(key, _item(value))
    if "after" in told:
        after = tomlkit.table()
        for zone, steps in told["after"].items():
            after.add(zone, _item(steps))
        table.add("after", after)
    tables = tomlkit.aot()
    tables.append(table)
    document.add("plans", tables)
    return tomlkit.dumps(document)


@cache
def example_plans() -> tuple[Plan, ...]:
    """Return the plans that ship: dated, sourced, none of them verified."""
    text = files(__package__).joinpath("data", "examples.toml").read_text(encoding="utf-8")
    return read_plans(text, "examples.toml")


def is_stale(plan: Plan, *, today: date) -> bool:
    """Say whether the terms are so old that a screen greys them."""
    return today - plan.as_of > STALE_AFTER


def _told(part: BaseModel) -> dict[str, Any]:
    """Return the fields that differ from their default, by the names of the file."""
    return {
        name: getattr(part, name)
        for name, info in type(part).model_fields.items()
        if info.is_required() or getattr(part, name) != info.get_default(call_default_factory=True)
    }


def _item(value: Any) -> Any:  # noqa: ANN401 - any value of TOML
    if isinstance(value, BaseModel):
        table = tomlkit.inline_table()
        table.update({key: _item(part) for key, part in _told(value).items()})
        return table
    if isinstance(value, Decimal):
        # tomlkit refuses Decimal; its text keeps every digit.
        return tomlkit.value(f"{value:f}" if "." in f"{value:f}" else f"{value:f}.0")
    if isinstance(value, tuple):
        array = tomlkit.array()
        array.extend([_item(part) for part in value])
        return array.multiline(any(isinstance(part, BaseModel) for part in value))
    return tomlkit.item(value)
