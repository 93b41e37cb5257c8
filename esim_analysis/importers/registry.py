"""All importers: the two folders are the registry; strangers join by entry point."""

import re
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules
from typing import Final

from esim_analysis.importers import operator, phone
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Importer
from esim_analysis.model import FileError

_PERSONAL: Final = re.compile(r"\S+@\S+|\+?\d[\d .\-]{4,}\d")
_SHOWN: Final = 60  # characters of an unknown text


@cache
def importers() -> tuple[Importer, ...]:
    """Return all importers in the order they are tried."""
    own = [
        import_module(f"{package.__name__}.{module.name}")
        for package in (operator, phone)
        for module in iter_modules(package.__path__)
        if not module.name.startswith("_")
    ]
    found = [module.IMPORTER for module in own if hasattr(module, "IMPORTER")]
    known = {importer.id for importer in found}
    strangers = [entry.load() for entry in entry_points(group="esim_analysis.importers")]
    # A stranger may add a format, never replace one of ours.
    found += [importer for importer in strangers if importer.id not in known]
    return tuple(sorted(found, key=lambda importer: (importer.rank, importer.id)))


def listed() -> tuple[Importer, ...]:
    """Return all importers, those that most people can use first."""
    return tuple(sorted(importers(), key=lambda importer: (importer.reach, importer.rank)))


def importer_for(file: SourceFile) -> Importer:
    """Return the first importer that knows the content of `file`.

    Raises
    ------
    FileError
        No importer does; the sentence says what the file looks like.
    """
    if not file.head:
        raise FileError(file.name, "the file is empty", "export it again")
    for importer in importers():
        if importer.recognise(file):
            return importer
    raise FileError(file.name, _looks_like(file), _next_step(file))


def _looks_like(file: SourceFile) -> str:
    kinds = {
        b"\xff\xd8\xff": "a JPEG picture",
        b"\x89PNG": "a PNG picture",
        b"%PDF": "a PDF document",
        b"PK\x03\x04": "a ZIP archive or an office document without a usage table",
        b"SQLite format 3": "an SQLite database",
    }
    for mark, kind in kinds.items():
        if file.head.startswith(mark):
            return f"{kind}, not a table or a phone artefact this knows"
    if not file.is_text:
        return "a binary file no importer recognises"
    first = next((line.strip() for line in file.head_text.splitlines() if line.strip()), "")
    if not first:
        return "a text of blank lines only"
    # Problems are printed in reports that are sent on: no numbers, no addresses.
    shown = _PERSONAL.sub("…", first)[:_SHOWN]
    return f"a text no importer recognises; it begins with {shown!r}"


def _next_step(file: SourceFile) -> str:
    if file.is_text:
        return (
            "if it is a usage table, run 'esim-analysis map FILE'; "
            "'esim-analysis formats' lists what is understood"
        )
    return "'esim-analysis formats' lists what is understood and how to get it"
