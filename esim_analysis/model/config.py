"""Configuration in TOML: read here and nowhere else; errors name file, line, field and remedy."""

import re
import tomllib
from collections.abc import Sequence
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, Final, TypeVar, get_args

import tomlkit
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from esim_analysis.model.errors import FileError

Config = TypeVar("Config", bound=BaseModel)
Path = tuple[str | int, ...]

_AT: Final = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)")
_MARK: Final = "\N{SYMBOL FOR RECORD SEPARATOR}here"


def read_config(text: str, name: str, model: type[Config]) -> Config:
    """Read TOML `text` of the file `name` as `model`; decimals become `Decimal`, never float.

    Raises
    ------
    FileError
        The text is no TOML, or does not fit the model. One sentence with the line,
        the field, what was found and what was expected; the first problem only.
    """
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as problem:
        raise _no_toml(str(problem), text, name) from None
    try:
        return model.model_validate(data)
    except ValidationError as problem:
        raise _misfit(problem.errors(), text, name, model) from None


def refusal(found: str, next_step: str, *, at: Sequence[str | int] = ()) -> PydanticCustomError:
    """Return the error a validator raises: what was found, the next step, and the field below.

    Parameters
    ----------
    at
        Path from the validated model to the field to blame.
    """
    context = {"found": found, "next_step": next_step, "at": "\0".join(map(str, at))}
    return PydanticCustomError("refused", "{found}", context)


def suggestion(word: str, known: Sequence[str]) -> str:
    """Return `write 'x' instead` for the closest known word, else the list of them."""
    close = get_close_matches(word, known, n=1)
    return f"write {close[0]!r} instead" if close else f"use one of {', '.join(known)}"


def _no_toml(problem: str, text: str, name: str) -> FileError:
    at = _AT.search(problem)
    last = str(len(text.splitlines()) or 1)
    line = at.group(1) or last if at else last
    what = _AT.sub("", problem)
    found = f"this is not TOML: {what[:1].lower()}{what[1:]}"
    step = "check quotes, brackets and '=' on that line, or in the line before it"
    return FileError(name, found, step, place=f"line {line}")


def _misfit(
    errors: Sequence[ErrorDetails], text: str, name: str, model: type[BaseModel]
) -> FileError:
    # A field with a typo is missing under its right name: the typo is what to put right.
    unknown = (each for each in errors if each["type"] == "extra_forbidden")
    error = next(unknown, errors[0])
    context = error.get("ctx", {})
    below = [part for part in str(context.get("at", "")).split("\0") if part]
    steps: list[str | int] = [int(part) if part.isdigit() else part for part in below]
    path, line = _locate((*error["loc"], *steps), text)
    found, step = _explain(error, context, model)
    if len(errors) > 1:
        found += f" (and {len(errors) - 1} more to put right)"
    field = ".".join(str(part + 1) if isinstance(part, int) else part for part in path)
    return FileError(name, found, step, place=f"line {line}, {field}" if field else "")


def _explain(
    error: ErrorDetails, context: dict[str, Any], model: type[BaseModel]
) -> tuple[str, str]:
    field = str(error["loc"][-1]) if error["loc"] else ""
    if error["type"] == "refused":
        return str(context["found"]), str(context["next_step"])
    if error["type"] == "extra_forbidden":
        return f"unknown field {field!r}", suggestion(field, sorted(_fields(model)))
    if error["type"] == "missing":
        return f"the field {field!r} is missing", f"add {field} = … here"
    expected = error["msg"].removeprefix("Input should be ")
    return f"{field} = {_plain(error['input'])} does not fit", f"give {expected} here"


def _plain(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def _fields(model: type[BaseModel]) -> set[str]:
    """Return the field names of a model and of all models inside it."""
    found = set(model.model_fields)
    kinds: list[Any] = [info.annotation for info in model.model_fields.values()]
    while kinds:
        kind = kinds.pop()
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            found |= _fields(kind)
        kinds.extend(get_args(kind))
    return found


def _locate(path: Path, text: str) -> tuple[Path, int]:
    """Return the longest part of a path that stands in the text, and its line.

    The value is replaced by a mark in a parse that keeps the layout: the line of
    the mark is the line of the value, however the file is written.
    """
    for length in range(len(path), 0, -1):
        document: Any = tomlkit.parse(text)
        holder = document
        try:
            for part in path[: length - 1]:
                holder = holder[part]
            value: Any = holder[path[length - 1]]
            if isinstance(value, tomlkit.items.Table):
                value[next(iter(value))] = _MARK  # a table stands where its first key does
            else:
                holder[path[length - 1]] = _MARK
        except (KeyError, IndexError, TypeError, ValueError, StopIteration):
            continue
        written = tomlkit.dumps(document)
        if _MARK in written:
            return path[:length], written[: written.index(_MARK)].count("\n") + 1
    return path, 1
