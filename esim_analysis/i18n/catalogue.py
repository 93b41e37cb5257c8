"""Flat catalogues of sentences, one folder a language, read once."""

import json
from functools import cache
from importlib.resources import files
from typing import Final

from esim_analysis.model.errors import UsageError

LANGUAGES: Final = ("en", "es", "zh")


def text(key: str, lang: str, /, **values: object) -> str:
    """Return the sentence of `key` in `lang` with `{name}` fields filled from `values`.

    A key that holds plural forms is an object in the catalogue (`one`, `other`)
    and is chosen by the value named `count`.

    Raises
    ------
    KeyError
        No such key: a mistake in code; a test walks all of them.
    UsageError
        No such language.
    """
    entry = _catalogue(lang)[key]
    if isinstance(entry, dict):
        entry = entry[_plural(lang, values["count"])]
    return entry.format(**values)


def keys(lang: str) -> frozenset[str]:
    """Return all keys of a language."""
    return frozenset(_catalogue(lang))


@cache
def _catalogue(lang: str) -> dict[str, str | dict[str, str]]:
    if lang not in LANGUAGES:
        raise UsageError(f"unknown language {lang!r}; known are {', '.join(LANGUAGES)}")
    merged: dict[str, str | dict[str, str]] = {}
    for part in sorted(files(__package__).joinpath("catalogues", lang).iterdir(), key=str):
        merged.update(json.loads(part.read_text(encoding="utf-8")))
    return merged


def _plural(lang: str, count: object) -> str:
    if lang == "zh":
        return "other"
    return "one" if count == 1 else "other"
