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
        around = steps[0].startswith("^")
        value = text_at(outer if around else item, [steps[0].removeprefix("^"), *steps[1:]])
        if value is not None:
            return value
    return None


def text_at(node: object, steps: Sequence[str]) -> str | None:
    """Return the field at the end of `steps` as text, None where there is none."""
    for step in steps:
        node = node.get(step) if isinstance(node, dict) else None
    return as_text(node)


def as_text(value: object) -> str | None:
    """Return a plain field as text, None for lists, objects and what is empty or endless."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return None
    stripped = value.strip()
    return stripped if stripped and len(stripped) <= _LONGEST else None
