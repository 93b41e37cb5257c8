"""Sentences that remember how they were made, so that they can be told in another language."""

from collections.abc import Callable, Iterable
from typing import Any, Self

from esim_analysis.i18n.catalogue import filled, recognise, text
from esim_analysis.model.errors import EsimError, FileError, NothingUsableError


class Sentence(str):  # noqa: SLOT000 - key and values are what it is for
    """An English sentence of the catalogue with its key and values.

    It is the English text wherever a text is asked for: in tables, JSON, comparisons.
    `retell` says the same in another language.
    """

    key: str
    fields: dict[str, Any]

    def __new__(cls, key: str, values: dict[str, Any]) -> Self:
        """Fill the English sentence of `key`."""
        made = super().__new__(cls, text(key, "en", **values))
        made.key, made.fields = key, values
        return made

    def __reduce__(self) -> tuple[type[Self], tuple[str, dict[str, Any]]]:
        """Travel between processes as key and values."""
        return type(self), (self.key, self.fields)


def sentence(key: str, /, **values: object) -> str:
    """Return the English sentence of `key`, ready to be told in any language."""
    return Sentence(key, values)


class Listing(str):  # noqa: SLOT000 - its parts are what it is for
    """Sentences in a row, each told again by itself."""

    parts: tuple[str, ...]
    separator: str

    def __new__(cls, parts: tuple[str, ...], separator: str) -> Self:
        """Join the English parts."""
        made = super().__new__(cls, separator.join(parts))
        made.parts, made.separator = parts, separator
        return made

    def __reduce__(self) -> tuple[type[Self], tuple[tuple[str, ...], str]]:
        """Travel between processes as parts."""
        return type(self), (self.parts, self.separator)


def listing(parts: Iterable[str], *, separator: str = ", ") -> str:
    """Return sentences in a row, ready to be told in any language."""
    return Listing(tuple(parts), separator)


def retell(told: str, lang: str) -> str:
    """Say a sentence in another language; a text that is none of ours stays as it is.

    It is known by its English text too: it may have been through a table, a history or
    another process in between.
    """
    if lang == "en":
        return str(told)
    if isinstance(told, Sentence):
        values = {
            name: retell(value, lang) if isinstance(value, str) else value
            for name, value in told.fields.items()
        }
        return text(told.key, lang, **values)
    if isinstance(told, Listing):
        return told.separator.join(retell(part, lang) for part in told.parts)
    known = recognise(told)
    if known is None:
        return told
    key, values = known
    return filled(key, lang, {name: retell(value, lang) for name, value in values.items()})


def changed(told: str, change: Callable[[str], str]) -> str:
    """Return a sentence with each text in it changed: names masked, say."""
    if isinstance(told, Listing):
        return Listing(tuple(changed(part, change) for part in told.parts), told.separator)
    if not isinstance(told, Sentence):
        return change(told)
    values = {
        name: changed(value, change) if isinstance(value, str) else value
        for name, value in told.fields.items()
    }
    return Sentence(told.key, values)


def retell_error(error: EsimError, lang: str) -> str:
    """Say what went wrong in another language: place, what was found, the next step."""
    if isinstance(error, NothingUsableError) and error.problems:
        return "\n".join(retell_error(each, lang) for each in error.problems)
    if not isinstance(error, FileError):
        return retell(error.args[0] if error.args else "", lang)
    place = retell(error.place, lang)
    return text(
        "importing.problem",
        lang,
        where=f"{error.file}, {place}" if place else error.file,
        found=retell(error.found, lang),
        next_step=retell(error.next_step, lang),
    )
