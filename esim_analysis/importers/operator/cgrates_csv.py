"""CGRateS' CDR export: events whose `ToR` says what `Usage` counts.

Only `*data` counts bytes; a voice event counts nanoseconds. One event may stand there once a
charging run (what the customer pays, what the supplier asks): it is counted once. Amounts
name no currency and are left out.
"""

from typing import Final

import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.declared.rows import Rows, has_headings, table_rows
from esim_analysis.importers.declared.usage import UsageFormat, read_usage
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.importers.tabular.sieve import Sieve

_HEADINGS: Final = frozenset({"cgrid", "runid", "tor", "usage"})
_CUSTOMER: Final = "*default"  # the run that charges the customer


def recognise(file: SourceFile) -> bool:
    """Tell the export by four of its headings."""
    return has_headings(file, _HEADINGS)


def read(file: SourceFile, options: ReadOptions) -> Imported:
    """Read one event a row; the row of sums at the end is no event."""
    return read_usage(file, options, table_rows(file), _FORMAT)


def _one_run(frame: pd.DataFrame, rows: Rows, sieve: Sieve) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Keep one charging run of each event, the customer's where there is one."""
    run = rows.column(["RunID"]).fillna("")
    first = run.where(run == _CUSTOMER).groupby(frame["record_id"]).transform("first")
    wanted = first.fillna(run.groupby(frame["record_id"]).transform("first"))
    other = (run != wanted) & (frame["record_id"] != "")
    sieve.reject(other, "RunID", sentence("importing.another_charging_run_event_counted"))
    return frame, ()


_FORMAT: Final = UsageFormat(
    id="cgrates_csv",
    columns={
        "start": ("AnswerTime", "SetupTime"),
        "total": ("Usage",),
        "record_id": ("CGRID",),
        "session_id": ("OriginID",),
        "line": ("Account", "Subject"),
        "charge": ("Cost",),
        "service": ("ToR",),
    },
    time_quality="session",
    services={"*data": "data", "*sms": "sms", "*voice": "voice", "*mms": "mms"},
    check=_one_run,
)


IMPORTER = Importer(
    id=_FORMAT.id,
    title="CGRateS charging records (CSV)",
    side="operator",
    how="Let the operator's CGRateS export the records of your account as CSV with headings.",
    known_from="documentation",
    reach=Reach.PARTNER,
    rank=291,
    recognise=recognise,
    read=read,
)
