"""Flat catalogues of sentences, one folder a language, read once."""

import json
import re
from functools import cache
from importlib.resources import files
from typing import Final

from esim_analysis.model.errors import UsageError

LANGUAGES: Final = ("en", "es", "zh")
_FIELD: Final = re.compile(r"\{(\w+)((?:![rsa])?(?::[^{}]*)?)\}")
_FEWEST_WORDS: Final = 2
_TOLD_AGAIN: Final = ("importing.", "refusals.")  # what may come back as its English text


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


def filled(key: str, lang: str, values: dict[str, str]) -> str:
    """Return the sentence of `key` with texts in its fields, however they were written first."""
    return _FIELD.sub(lambda field: values[field[1]], str(_catalogue(lang)[key]))


def keys(lang: str) -> frozenset[str]:
    """Return all keys of a language."""
    return frozenset(_catalogue(lang))


def recognise(sentence: str) -> tuple[str, dict[str, str]] | None:
    """Return key and values of an English sentence about a file, None for other texts.

    What was said of a file comes back from tables, histories and other processes as text;
    of several sentences that fit, the one with the most words of its own is meant.
    """
    for shape, key in _shapes():
        found = shape.fullmatch(sentence)
        if found:
            return key, found.groupdict()
    return None


@cache
def _shapes() -> list[tuple[re.Pattern[str], str]]:
    told = []
    for key, entry in _catalogue("en").items():
        if not (key.startswith(_TOLD_AGAIN) and isinstance(entry, str)):
            continue
        words = _FIELD.sub(" ", entry)
        if "{" in entry and len(re.findall(r"[A-Za-z]+", words)) < _FEWEST_WORDS:
            continue  # almost all field: it would fit anything
        parts = _FIELD.split(entry)  # text, name, conversion, text, …
        shape = "".join(
            re.escape(part.replace("{{", "{").replace("}}", "}"))
            if at % 3 == 0
            else f"(?P<{part}>.+?)"
            if at % 3 == 1
            else ""
            for at, part in enumerate(parts)
            if part is not None
        )
        told.append((len(words), re.compile(shape, re.DOTALL), key))
    return [(shape, key) for _, shape, key in sorted(told, key=lambda one: -one[0])]


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
