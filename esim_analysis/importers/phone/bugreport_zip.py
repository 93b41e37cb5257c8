"""Android's bug report, zip or text: what it has, what it lacks, and which command gives it."""

import re
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pandas as pd

from esim_analysis.i18n.sentences import listing, sentence
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.importers.phone import (
    batterystats,
    netpolicy,
    netstats,
    netstats_checkin,
    packages,
    usagestats,
)
from esim_analysis.importers.phone._bugreport_text import (
    Section,
    is_report,
    report_text,
    section,
    taken_at,
    uptime,
    zone_of,
)
from esim_analysis.importers.phone._counter_map import counter_map
from esim_analysis.importers.phone._strength import give_way
from esim_analysis.model import EVIDENCE, Evidence, FileError, PhoneSettings, Source
from esim_analysis.model.evidence import DEVICE_TOTALS
from esim_analysis.model.frames import conform
from esim_analysis.model.sources import REJECTED

_HISTORY: Final = "adb shell dumpsys netstats --full --uid > netstats.txt"
_NAMES: Final = "adb shell pm list packages -U > packages.txt"
_BATTERY: Final = "adb shell dumpsys batterystats -c > batterystats.txt"
_POLICY: Final = "adb shell dumpsys netpolicy > netpolicy.txt"
_SERVICE: Final = r"DUMP OF SERVICE (?:CRITICAL |HIGH |NORMAL )?{}:"
_NETSTATS: Final = _SERVICE.format("netstats")
_COUNTERS: Final = sentence("importing.raw_counters_since_phone_start")
_ON: Final = re.compile(r"^UID stats:", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Part:
    """A section another importer reads, what it tells, and the command that gives it apart."""

    tells: str
    heading: str
    importer: Importer
    command: str


_PARTS: Final = (
    _Part(
        sentence("importing.three_months_traffic_by_app"), _NETSTATS, netstats.IMPORTER, _HISTORY
    ),
    _Part(
        sentence("importing.last_day_traffic_by_app"),
        "------ CHECKIN NETSTATS",
        netstats_checkin.IMPORTER,
        _HISTORY,
    ),
    _Part(
        sentence("importing.bytes_by_app_since_last"),
        "------ CHECKIN BATTERYSTATS",
        batterystats.IMPORTER,
        _BATTERY,
    ),
    _Part(sentence("importing.names_apps"), _SERVICE.format("package"), packages.IMPORTER, _NAMES),
    _Part("data switches", _SERVICE.format("netpolicy"), netpolicy.IMPORTER, _POLICY),
    _Part(
        sentence("screen.which_app_in_front"),
        _SERVICE.format("usagestats"),
        usagestats.IMPORTER,
        usagestats.COMMAND,
    ),
)


def recognise(file: SourceFile) -> bool:
    """Tell a bug report by its heading, or a zip by the names inside."""
    return is_report(file)


def read(file: SourceFile, options: ReadOptions) -> Imported:
    """Read what a bug report holds: counters by app, totals, names, switches, the zone.

    Where two sections count the same bytes only the finer one counts toward a
    total; Android's raw counters never do.

    Raises
    ------
    FileError
        It cannot be unpacked, or no section tells anything about traffic.
    """
    text = report_text(file)
    options = replace(options, timezone=zone_of(text) or options.timezone)
    found = {part.tells: _part(text, part, file.name, options) for part in _PARTS}
    found[_COUNTERS] = _counters(text, file.name, options)
    read_parts = {tells: made for tells, made in found.items() if made is not None}
    artefacts = [made.evidence for made in read_parts.values() if made.evidence is not None]
    if not any(len(a.frame) + len(a.device_totals) for a in artefacts):
        raise FileError(
            file.name,
            sentence("importing.bug_report_whose_sections_tell"),
            sentence("importing.connect_phone_computer_usb_debugging", history=_HISTORY),
        )
    names = [made.packages for made in read_parts.values() if made.packages is not None]
    settings = [made.settings for made in read_parts.values() if made.settings is not None]
    notes = _notes(read_parts)
    return Imported(
        evidence=_together(artefacts, file, notes=notes, zone=zone_of(text)),
        packages=pd.concat(names, ignore_index=True).drop_duplicates() if names else None,
        settings=settings[0] if settings else None,
        screen=next((made.screen for made in read_parts.values() if made.screen is not None), None),
        notes=notes,
    )


def _part(text: str, part: _Part, name: str, options: ReadOptions) -> Imported | None:
    """Read a section with its own importer; None where it is absent or holds nothing."""
    found = section(text, part.heading)
    if found is None or (part.importer is netstats.IMPORTER and not _ON.search(found.text)):
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "section.txt"
        path.write_text(found.text, encoding="utf-8")
        try:
            made = part.importer.read(SourceFile(path, name), options)
        except FileError:
            return None
    return _shifted(made, found.first_line)


def _shifted(made: Imported, lines: int) -> Imported:
    """Let rows point at the line of the whole report."""
    if made.evidence is None:
        return made
    frame, rejected = made.evidence.frame, made.evidence.rejected
    evidence = Evidence(
        frame=frame.assign(source_row=_moved(frame["source_row"], lines)),
        device_totals=made.evidence.device_totals,
        sources=made.evidence.sources,
        rejected=rejected.assign(line=_moved(rejected["line"], lines)),
    )
    return Imported(evidence=evidence, packages=made.packages, notes=made.notes)


def _moved(line: pd.Series, lines: int) -> pd.Series:
    return (line.astype("int64") + lines).astype("str")


def _counters(text: str, name: str, options: ReadOptions) -> Imported | None:
    """Read the raw counters; without the phone's zone nobody knows when they began."""
    part: Section | None = section(text, _NETSTATS)
    moment, on, zone = taken_at(text), uptime(text), zone_of(text) or options.timezone
    if part is None or moment is None or on is None or not zone:
        return None
    until = moment.tz_localize(zone, ambiguous=True, nonexistent="shift_forward").tz_convert("UTC")
    frame = counter_map(part, since=until - on, until=until, source=name)
    return Imported(evidence=Evidence(frame)) if len(frame) else None


def _together(
    artefacts: list[Evidence], file: SourceFile, *, notes: tuple[str, ...], zone: str
) -> Evidence:
    frame = conform(pd.concat([a.frame for a in artefacts]), EVIDENCE, what="bug report")
    rejected = conform(pd.concat([a.rejected for a in artefacts]), REJECTED, what="bug report")
    source = Source(
        id=file.name,
        importer=IMPORTER.id,
        sha256=file.sha256,
        rows=sum(source.rows for a in artefacts for source in a.sources),
        kept=len(frame),
        rejected=len(rejected),
        notes=notes,
    )
    return Evidence(
        frame=give_way(frame),
        device_totals=conform(
            pd.concat([a.device_totals for a in artefacts]), DEVICE_TOTALS, what="bug report"
        ),
        settings=PhoneSettings(platform="android"),
        phone_zone=zone,
        sources=(source,),
        rejected=rejected,
    )


def _notes(read_parts: dict[str, Imported]) -> tuple[str, ...]:
    lacks = [part for part in _PARTS if part.tells not in read_parts]
    notes = [sentence("importing.bug_report_has", names=listing(read_parts))]
    if lacks:
        missing = listing(
            (
                sentence("importing.part_and_command", tells=part.tells, command=part.command)
                for part in lacks
            ),
            separator="; ",
        )
        notes.append(sentence("importing.lacks", missing=missing))
    notes += [note for made in read_parts.values() for note in made.notes]
    return tuple(notes)


IMPORTER = Importer(
    id="bugreport_zip",
    title="Android bug report",
    side="phone",
    how="Developer options > Take bug report, then share the zip; no computer needed.",
    known_from="documentation",
    reach=Reach.CUSTOMER,
    rank=5,  # before the formats a report holds
    recognise=recognise,
    read=read,
)
