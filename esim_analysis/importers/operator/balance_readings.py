"""Balances typed or pasted from a chat or an operator's app, one a line with its moment."""

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.importers.readings import (
    is_balances,
    parse_readings,
    source_of,
    typed_snapshots,
)
from esim_analysis.importers.readings.balances import ACCEPTED
from esim_analysis.model import FileError


def _read(file: SourceFile, options: ReadOptions) -> Imported:
    readings = parse_readings(file.text, name=file.name, timezone=options.timezone)
    if not len(readings.snapshots):
        reason = (
            readings.rejected["reason"].iloc[0]
            if len(readings.rejected)
            else sentence("importing.blank")
        )
        raise FileError(
            file.name,
            sentence("importing.no_balance_text_can_used", reason=reason),
            sentence("importing.write", accepted=ACCEPTED),
        )
    source = source_of(readings, name=file.name, importer="balance_readings", sha256=file.sha256)
    return Imported(
        snapshots=typed_snapshots(readings, source, rejected=True), notes=readings.notes
    )


IMPORTER = Importer(
    id="balance_readings",
    title="Balances typed by hand or pasted from a chat",
    side="operator",
    how="Note the balance with date and time, before and after: '2026-11-02 09:00, 4.2 GB left'.",
    known_from="documentation",
    reach=Reach.EVERYONE,
    rank=50,
    recognise=is_balances,
    read=_read,
)
