"""Figures of the phone's settings screen (iOS Cellular, Android Data usage), typed or pasted."""

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.importers.readings import (
    is_listing,
    parse_readings,
    source_of,
    typed_snapshots,
)
from esim_analysis.model import EVIDENCE, Evidence, FileError, Origin
from esim_analysis.model.frames import empty


def _read(file: SourceFile, options: ReadOptions) -> Imported:
    readings = parse_readings(file.text, name=file.name, timezone=options.timezone)
    if not len(readings.app_readings):
        reason = (
            readings.rejected["reason"].iloc[0]
            if len(readings.rejected)
            else sentence("importing.blank")
        )
        raise FileError(
            file.name,
            sentence("importing.no_app_figure_text_can", reason=reason),
            sentence("importing.write_line_such_iphone_2026"),
        )
    source = source_of(readings, name=file.name, importer="app_readings", sha256=file.sha256)
    named = readings.zone.origin is Origin.DECLARED
    return Imported(
        # One reading is no evidence yet: this carries the source and its unread lines.
        evidence=Evidence(
            frame=empty(EVIDENCE),
            phone_zone=readings.zone.value if named else "",
            sources=(source,),
            rejected=readings.rejected,
        ),
        app_readings=readings.app_readings,
        snapshots=typed_snapshots(readings, source, rejected=False)
        if len(readings.snapshots)
        else None,
        notes=readings.notes,
    )


IMPORTER = Importer(
    id="app_readings",
    title="Settings screen of the phone, typed or pasted",
    side="phone",
    how="Settings > Cellular (iOS) or Data usage (Android): copy the app list with date and time, "
    "once before and once after.",
    known_from="documentation",
    reach=Reach.EVERYONE,
    rank=40,
    recognise=is_listing,
    read=_read,
)
