"""The text of a bug report: out of its zip, within limits, and cut into its sections."""

import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.phone._lines import clean, head_of
from esim_analysis.model import FileError, UsageError
from esim_analysis.model.zone import check_zone

_ZIP: Final = b"PK\x03\x04"
_ENTRY: Final = "main_entry.txt"
_MAIN: Final = re.compile(r"(?:bugreport|dumpstate)[^/]*\.txt", re.IGNORECASE)
_HEADING: Final = re.compile(r"^== dumpstate: (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)", re.MULTILINE)
_MAX_MEMBERS: Final = 50_000
_MAX_TEXT: Final = 300_000_000  # a report of a year-old phone is about 60 MB of text
_MAX_RATIO: Final = 200  # of unpacked to packed; such text packs about 12 to 1
_MAX_NAME: Final = 1_000
_CHUNK: Final = 1 << 20
_PACKINGS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DAMAGED: Final = (  # what the standard library raises for zips that are cut, forged or locked
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    ValueError,
    OSError,
    RuntimeError,
    struct.error,
)
_ZONE: Final = re.compile(r"^\[persist\.sys\.timezone\]: \[([\w/+-]{1,64})\]", re.MULTILINE)
_UPTIME: Final = re.compile(r"^Uptime: up (.{1,120})$", re.MULTILINE)
_UNITS: Final = re.compile(r"(\d{1,4}) (week|day|hour|minute)s?\b")
_MINUTES: Final = {"week": 10_080, "day": 1_440, "hour": 60, "minute": 1}
_END: Final = re.compile(
    r"^(?:-{6} .* -{6}|-{9} [\d.]+s was the duration of .*|DUMP OF SERVICE .*)$", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report and the number of its first line there (from 0)."""

    text: str
    first_line: int


def is_report(file: SourceFile) -> bool:
    """Tell a bug report by its heading, or a zip by the names inside."""
    return _is_zip(file) or _HEADING.search(head_of(file)) is not None


def _is_zip(file: SourceFile) -> bool:
    """Tell a zip that names a report inside; one that holds a single other text is that text."""
    if not file.head.startswith(_ZIP) and file.packing != "zip":
        return False
    try:
        with zipfile.ZipFile(file.path) as archive:
            return _main_member(archive) is not None
    except _DAMAGED:
        return False


def report_text(file: SourceFile) -> str:
    """Return the main text of a bug report.

    Nothing is written to disk: names inside the zip choose what is read, never
    where anything goes.

    Raises
    ------
    FileError
        The zip is damaged, locked, or unpacks to more than any phone's report.
    """
    if not _is_zip(file) and not file.head.startswith(_ZIP):
        return clean(file.text)
    try:
        with zipfile.ZipFile(file.path) as archive:
            raw = _unpack(archive, file.name)
    except _DAMAGED as problem:
        raise FileError(
            file.name,
            sentence("importing.bug_report_damaged_locked"),
            sentence("importing.take_bug_report_again"),
        ) from problem
    text = raw.decode("utf-8", errors="replace")
    return clean(text.replace("\r\r\n", "\n").replace("\r\n", "\n"))


def section(text: str, heading: str) -> Section | None:
    """Return what stands below the line that `heading` (a pattern) matches, None without it."""
    found = re.search(rf"^{heading}.*\n", text, re.MULTILINE)
    if found is None:
        return None
    end = _END.search(text, found.end())
    body = text[found.end() : end.start() if end else len(text)]
    return Section(body, text.count("\n", 0, found.end())) if body.strip() else None


def taken_at(text: str) -> pd.Timestamp | None:
    """Return the phone's local time at which the report was taken."""
    found = _HEADING.search(text)
    moment = pd.to_datetime(found.group(1), errors="coerce") if found else pd.NaT
    return None if pd.isna(moment) else moment


def zone_of(text: str) -> str:
    """Return the zone the phone was set to, "" where the report does not tell."""
    found = _ZONE.search(text)
    try:
        return check_zone(found.group(1)) if found else ""
    except UsageError:
        return ""


def uptime(text: str) -> pd.Timedelta | None:
    """Return how long the phone had been on."""
    found = _UPTIME.search(text)
    parts = _UNITS.findall(found.group(1)) if found else []
    minutes = sum(int(number) * _MINUTES[unit] for number, unit in parts)
    return pd.Timedelta(minutes, unit="minutes") if minutes else None


def _main_member(archive: zipfile.ZipFile) -> zipfile.ZipInfo | None:
    """Return the member `main_entry.txt` names, else the largest report at the top."""
    members = archive.infolist()
    if len(members) > _MAX_MEMBERS:
        return None
    by_name = {member.filename: member for member in members}
    entry = by_name.get(_ENTRY)
    if entry is not None and entry.file_size <= _MAX_NAME and not entry.flag_bits & 1:
        named = archive.read(entry).decode("utf-8", errors="replace").strip()
        if named in by_name and _inside(named):
            return by_name[named]
    mains = [m for m in members if _MAIN.fullmatch(m.filename) and m.file_size]
    return max(mains, key=lambda member: member.file_size, default=None)


def _inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name


def _unpack(archive: zipfile.ZipFile, name: str) -> bytes:
    member = _main_member(archive)
    if member is None:
        raise FileError(
            name,
            sentence("importing.zip_without_text_bug_report"),
            sentence("importing.take_report_again"),
        )
    swollen = member.file_size > _MAX_RATIO * max(member.compress_size, 1) + _CHUNK
    if swollen or member.file_size > _MAX_TEXT or member.compress_type not in _PACKINGS:
        raise FileError(
            name,
            sentence("importing.zip_unpacks_far_more_than"),
            sentence("importing.take_bug_report_again_on"),
        )
    parts, size = [], 0
    with archive.open(member) as stream:
        while (part := stream.read(_CHUNK)) and size <= _MAX_TEXT:
            parts.append(part)
            size += len(part)
    return b"".join(parts)
