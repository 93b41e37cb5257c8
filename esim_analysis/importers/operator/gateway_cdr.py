"""PGW-, SGW- and SGSN-CDRs of 3GPP TS 32.298, with or without the file header of TS 32.297.

The gateway cuts a session every few megabytes or minutes: the finest time a bill can have.
Traffic and service volumes tell the same bytes and are never added.
"""

from typing import Final

from esim_analysis.importers.declared.usage import read_usage
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.importers.telecom.events import charging_format
from esim_analysis.importers.telecom.gateway import gateway_rows, has_file_header, is_record

_FORMAT: Final = charging_format("gateway_cdr")


def recognise(file: SourceFile) -> bool:
    """Tell a record by its tag, a file of them by the two lengths it begins with."""
    return is_record(file.head) or has_file_header(file.head, file.path.stat().st_size)


def read(file: SourceFile, options: ReadOptions) -> Imported:
    """Read one record a row; what cannot be read is passed over and counted."""
    return read_usage(file, options, gateway_rows(file), _FORMAT)


IMPORTER = Importer(
    id=_FORMAT.id,
    title="Packet gateway records (3GPP PGW-, SGW-, SGSN-CDR)",
    side="operator",
    how="An operator's mediation system keeps them; ask under GDPR article 15 for the records of your line.",
    known_from="documentation",
    reach=Reach.PARTNER,
    rank=302,
    recognise=recognise,
    read=read,
)
