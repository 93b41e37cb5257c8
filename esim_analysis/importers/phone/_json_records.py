"""JSON objects of a text: one a line, or in one array, whole or cut."""

import json
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from esim_analysis.i18n.sentences import sentence

_DECODER: Final = json.JSONDecoder()
_SEPARATORS: Final = " \t\n,[]\ufeff"


@dataclass(frozen=True, slots=True)
class Records:
    """The objects of a text.

    Attributes
    ----------
    items, places
        The objects, and the line each begins on (numbered from 1).
    rejected
        `line, field, reason`: what is not an object.
    cut
        True when the text ends inside an object.
    """

    items: list[dict[str, Any]]
    places: list[str]
    rejected: pd.DataFrame
    cut: bool


def read_records(text: str) -> Records:
    """Return every object of `text`; nothing is raised, whatever it holds."""
    lines = text.split("\n")
    filled = [number for number, line in enumerate(lines) if line.strip()]
    try:
        # A report as it comes from the phone: all its lines at once.
        items = json.loads("[" + ",".join(lines[number] for number in filled) + "]")
    except (ValueError, RecursionError):
        return _one_by_one(text)
    if len(items) != len(filled) or not all(isinstance(item, dict) for item in items):
        return _one_by_one(text)
    return Records(items, [str(number + 1) for number in filled], _rejected([]), cut=False)


def _one_by_one(text: str) -> Records:
    """Read object by object; where one cannot be read, go on with the next line."""
    items: list[dict[str, Any]] = []
    places: list[str] = []
    bad: list[int] = []
    cut = False
    at, line, counted = 0, 1, 0
    while (at := _skip(text, at)) < len(text):
        line, counted = line + text.count("\n", counted, at), at
        try:
            item, after = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            item, after = None, _line_end(text, at)
            cut = after == len(text)
        if isinstance(item, dict):
            items.append(item)
            places.append(str(line))
        else:
            bad.append(line)
        at = after
    return Records(items, places, _rejected(bad), cut=cut)


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _SEPARATORS:
        at += 1
    return at


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _rejected(lines: list[int]) -> pd.DataFrame:
    numbers = pd.Series(lines, dtype="int64").drop_duplicates().astype("str")
    reason = sentence("importing.line_not_whole_json_object")
    return pd.DataFrame({"line": numbers, "field": "line", "reason": reason}).astype("str")
