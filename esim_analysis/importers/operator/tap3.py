"""TAP3 of GSMA: the data events a visited network charges, volumes in bytes, times with offsets.

A volume *incoming* is what the phone received. Charges are whole numbers with as many
decimals as the file says. Local times name a code of the file's own table of offsets.
"""

from typing import Final

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.declared.usage import read_usage
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.importers.telecom.ber import APPLICATION, outline
from esim_analysis.importers.telecom.events import charging_format
from esim_analysis.importers.telecom.tap import (
    BATCH,
    BATCH_CONTROL,
    NOTIFICATION,
    SENDER,
    tap_rows,
)
from esim_analysis.model import FileError

# First tags of files that belong to TAP and hold no use of data.
_NOTHING: Final = {
    NOTIFICATION: sentence("importing.tap_notification_says_there_was"),
    APPLICATION + 534: sentence("importing.rap_file_tap_records_sent"),
    APPLICATION + 535: sentence("importing.rap_acknowledgement_no_use_data"),
}
_FORMAT: Final = charging_format("tap3")


def recognise(file: SourceFile) -> bool:
    """Tell a batch by its first two tags; a notification and records sent back by their first."""
    outer, inner = outline(file.head)
    return (outer, inner) in {(BATCH, BATCH_CONTROL), (NOTIFICATION, SENDER)} or (
        outer in _NOTHING and outer != NOTIFICATION
    )


def read(file: SourceFile, options: ReadOptions) -> Imported:
    """Read one event a row; calls and messages are counted, not kept.

    Raises
    ------
    FileError
        A file of another kind, or one that is damaged before its first event.
    """
    nothing = _NOTHING.get(outline(file.head)[0])
    if nothing:
        raise FileError(file.name, nothing, sentence("importing.give_tap_transfer_batch_period"))
    return read_usage(file, options, tap_rows(file), _FORMAT)


IMPORTER = Importer(
    id=_FORMAT.id,
    title="TAP3 transfer batch (GSMA TD.57, roaming)",
    side="operator",
    how="Operators exchange these files; the roaming settlement team of yours has them.",
    known_from="documentation",
    reach=Reach.PARTNER,
    rank=300,
    recognise=recognise,
    read=read,
)
