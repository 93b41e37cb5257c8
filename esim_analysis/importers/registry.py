"""All importers: the two folders are the registry; strangers join by entry point."""

import re
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules
from typing import Final

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers import operator, phone
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Importer
from esim_analysis.model import FileError

_DENIED: Final = re.compile(r"Permission Denial: can't dump (\w+)")
# Service, as the refusal begins to name it → what prints it over a cable.
_DUMPS: Final = {
    "netpolicy": "adb shell dumpsys netpolicy > netpolicy.txt",
    "usagestats": "adb shell dumpsys usagestats > usagestats.txt",
    "batterystats": "adb shell dumpsys batterystats -c > batterystats.txt",
    "package": "adb shell pm list packages -U > packages.txt",
}
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
        raise FileError(
            file.name, sentence("importing.file_empty"), sentence("importing.export_again")
        )
    for importer in importers():
        if importer.recognise(file):
            return importer
    raise _denied(file) or FileError(file.name, _looks_like(file), _next_step(file))


def _denied(file: SourceFile) -> FileError | None:
    """Explain the one line the phone prints to who may not ask, with the command that may."""
    found = _DENIED.search(file.head_text) if file.is_text else None
    service = found.group(1).lower() if found else ""
    command = next((told for name, told in _DUMPS.items() if service.startswith(name)), "")
    if not command:
        return None
    return FileError(
        file.name,
        sentence("importing.phone_refused_show_statistics_permission"),
        sentence("importing.connect_phone_computer_run", command=command),
    )


def _looks_like(file: SourceFile) -> str:
    kinds = {
        b"\xff\xd8\xff": sentence("importing.jpeg_picture"),
        b"\x89PNG": sentence("importing.png_picture"),
        b"%PDF": sentence("importing.pdf_document"),
        b"PK\x03\x04": sentence("importing.zip_archive_office_document_without"),
        b"SQLite format 3": sentence("importing.sqlite_database"),
    }
    for mark, kind in kinds.items():
        if file.head.startswith(mark):
            return sentence("importing.not_table_phone_artefact_knows", kind=kind)
    if not file.is_text:
        return sentence("importing.binary_file_no_importer_recognises")
    first = next((line.strip() for line in file.head_text.splitlines() if line.strip()), "")
    if not first:
        return sentence("importing.text_blank_lines_only")
    # Problems are printed in reports that are sent on: no numbers, no addresses.
    shown = _PERSONAL.sub("…", first)[:_SHOWN]
    return sentence("importing.text_no_importer_recognises_begins", shown=shown)


def _next_step(file: SourceFile) -> str:
    if file.is_text:
        return sentence("importing.if_usage_table_run_esim")
    return sentence("importing.esim_analysis_formats_lists_what")
