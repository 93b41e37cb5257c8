"""NRTRDE of GSMA: data events of roamers within hours, to stop fraud; volumes in bytes."""

from typing import Final

from esim_analysis.importers.declared.usage import read_usage
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.importers.telecom.ber import outline
from esim_analysis.importers.telecom.events import charging_format
from esim_analysis.importers.telecom.nrtrde import VERSION, nrtrde_rows
from esim_analysis.importers.telecom.tap import BATCH

_FORMAT: Final = charging_format("nrtrde")


def recognise(file: SourceFile) -> bool:
    """Tell it by its first two tags: it begins like a TAP batch, and goes on with a version."""
    return outline(file.head) == (BATCH, VERSION)


def read(file: SourceFile, options: ReadOptions) -> Imported:
    """Read one event a row; calls are counted, not kept."""
    return read_usage(file, options, nrtrde_rows(file), _FORMAT)


IMPORTER = Importer(
    id=_FORMAT.id,
    title="NRTRDE near-real-time roaming events (GSMA TD.35)",
    side="operator",
    how="Operators exchange these files; the fraud team of yours has them.",
    known_from="documentation",
    reach=Reach.PARTNER,
    rank=301,
    recognise=recognise,
    read=read,
)
