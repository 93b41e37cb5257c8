"""FreeRADIUS accounting (`radacct`): octets of a session as an operator's AAA server counts them.

*Input* is what came from the user: up. A session without a stop time is still open: what it
used so far is kept, and ends at the last update.
"""

from typing import Final

from esim_analysis.importers.declared.rows import has_headings, table_rows
from esim_analysis.importers.declared.usage import UTC_ASSUMED, UsageFormat, read_usage
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions

_HEADINGS: Final = frozenset(
    {"acctsessionid", "acctstarttime", "acctinputoctets", "acctoutputoctets"}
)
_FORMAT: Final = UsageFormat(
    id="radacct_csv",
    columns={
        "start": ("acctstarttime",),
        "end": ("acctstoptime", "acctupdatetime"),
        "seconds": ("acctsessiontime",),
        "up": ("acctinputoctets",),
        "down": ("acctoutputoctets",),
        "record_id": ("acctuniqueid",),
        "session_id": ("acctsessionid",),
        "line": ("callingstationid", "username"),
        "apn": ("calledstationid",),
    },
    time_quality="session",
    zone=UTC_ASSUMED,
)


def recognise(file: SourceFile) -> bool:
    """Tell the table by four of its headings."""
    return has_headings(file, _HEADINGS)


def read(file: SourceFile, options: ReadOptions) -> Imported:
    """Read one session a row."""
    return read_usage(file, options, table_rows(file), _FORMAT)


IMPORTER = Importer(
    id=_FORMAT.id,
    title="RADIUS accounting (CSV of FreeRADIUS' radacct)",
    side="operator",
    how="Export the table radacct of your line from the operator's AAA server as CSV.",
    known_from="documentation",
    reach=Reach.PARTNER,
    rank=290,
    recognise=recognise,
    read=read,
)
