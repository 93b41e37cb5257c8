"""Flat catalogues of sentences, one folder a language, read once."""

import json
import re
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Final, NamedTuple

from esim_analysis.model.errors import UsageError

LANGUAGES: Final = ("en", "es", "zh")
_FIELD: Final = re.compile(r"\{(\w+)((?:![rsa])?(?::[^{}]*)?)\}")
_FEWEST_WORDS: Final = 2
_HAN: Final = re.compile(r"[\u4e00-\u9fff]")
_AFTER_HAN: Final = re.compile(r"[\u4e00-\u9fff）]\Z")
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
    return _closed_up(entry, values) if lang == "zh" else entry.format(**values)


def filled(key: str, lang: str, values: dict[str, str]) -> str:
    """Return the sentence of `key` with texts in its fields, however they were written first."""
    entry = _catalogue(lang)[key]
    if isinstance(entry, dict):
        values = {"count": "1", **values}  # "One row …" names no count
        entry = entry[_plural(lang, values["count"])]
    return _FIELD.sub(lambda field: values[field[1]], entry)


@cache
def keys(lang: str) -> frozenset[str]:
    """Return all keys of a language."""
    return frozenset(_catalogue(lang))


def recognise(sentence: str) -> tuple[str, dict[str, str]] | None:
    """Return key and values of an English sentence about a file, None for other texts.

    What was said of a file comes back from tables, histories and other processes as text;
    of several sentences that fit, the one with the most words of its own is meant.
    """
    for told in _told_again():
        if all(part in sentence for part in told.own):
            found = re.fullmatch(told.shape, sentence, re.DOTALL)
            if found:
                return told.key, found.groupdict()
    return None


class _ToldAgain(NamedTuple):
    """A sentence that may come back: its own words in pieces, and the shape of the whole."""

    key: str
    own: tuple[str, ...]
    shape: str


@cache
def _told_again() -> list[_ToldAgain]:
    told = []
    known = (
        (key, form)
        for key, entry in _catalogue("en").items()
        if key.startswith(_TOLD_AGAIN)
        for form in (entry.values() if isinstance(entry, dict) else (entry,))
    )
    for key, entry in known:
        words = _FIELD.sub(" ", entry)
        if "{" in entry and len(re.findall(r"[A-Za-z]+", words)) < _FEWEST_WORDS:
            continue  # almost all field: it would fit anything
        parts = _FIELD.split(entry)  # text, name, conversion, text, …
        own = tuple(part.replace("{{", "{").replace("}}", "}") for part in parts[::3])
        fields = [f"(?P<{name}>.+?)" for name in parts[1::3]]
        shape = "".join(
            re.escape(text) + field for text, field in zip(own, [*fields, ""], strict=True)
        )
        told.append((len(words), _ToldAgain(key, own, shape)))
    return [each for _, each in sorted(told, key=lambda one: -one[0])]


def _closed_up(entry: str, values: dict[str, object]) -> str:
    """Fill a Chinese sentence: what stands in it has spaces about it only if it is Latin.

    Spaces inside a value, such as a file's name, are the user's own and stay.
    """
    told, fields = "", Formatter()
    for literal, field, spec, conversion in fields.parse(entry):
        own = literal
        if _AFTER_HAN.search(told) and own[:1] == " " and _HAN.match(own, 1):
            own = own[1:]
        told += own
        if field is None:
            continue
        value = fields.format_field(fields.convert_field(values[field], conversion), spec or "")
        if told[-1:] == " " and _AFTER_HAN.search(told[:-1]) and _HAN.match(value):
            told = told[:-1]
        told += value
    return told


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
    return "one" if str(count) == "1" else "other"
