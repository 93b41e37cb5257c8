"""Fields of records as columns of text."""

from collections.abc import Sequence
from typing import Any, Final

import pandas as pd

from esim_analysis.importers.jsons.records import Found

_LONGEST: Final = 400  # characters; no id, time or number is longer


def text_column(found: Found, paths: Sequence[str]) -> pd.Series:
    """Return the first filled of `paths` for each record, as text; missing where none is.

    A path names fields joined by points; `"^name"` begins in the objects around the
    record, the nearest first.

    >>> text_column(Found(items=[{"a": {"b": " 1 "}}], outers=[{}], places=["/"]), ["a.b"]).tolist()
    ['1']
    """
    steps = [path.split(".") for path in paths]
    pairs = zip(found.items, found.outers, strict=True)
    values = [_first(item, outer, steps) for item, outer in pairs]
    return pd.Series(values, index=pd.Index(found.places, dtype="str"), dtype="str")


def _first(item: dict[str, Any], outer: dict[str, Any], paths: list[list[str]]) -> str | None:
    for steps in paths:
        value = _text(_at(item, outer, steps))
        if value is not None:
            return value
    return None


def _at(item: dict[str, Any], outer: dict[str, Any], steps: list[str]) -> object:
    around = steps[0].startswith("^")
    node: object = outer if around else item
    for step in (steps[0][1:], *steps[1:]) if around else steps:
        node = node.get(step) if isinstance(node, dict) else None
    return node


def _text(value: object) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return None
    stripped = value.strip()
    return stripped if stripped and len(stripped) <= _LONGEST else None
