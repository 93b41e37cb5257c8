"""Wavely's data records: what a session used since its last record, time in UTC without Z.

A record ends at `usageDate` and begins where the session's record before it ended; the
first of a session has no known beginning and is taken as a moment. In and out are taken
as the device sees them, which the provider does not document.
"""

from typing import Final

import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.declared.rows import Rows, has_keys, json_rows
from esim_analysis.importers.declared.usage import UsageFormat, read_usage
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.importers.tabular.sieve import Sieve

_KEYS: Final = frozenset({"bytesIn", "bytesOut", "usageDate", "sessionId"})


def recognise(file: SourceFile) -> bool:
    """Tell a record by its two directions, date and session."""
    return has_keys(file, _KEYS)


def read(file: SourceFile, options: ReadOptions) -> Imported:
    """Read increments of sessions, from webhooks or from the monthly answer."""
    return read_usage(file, options, json_rows(file, _KEYS), _FORMAT)


def _since_the_last(
    frame: pd.DataFrame,
    rows: Rows,  # noqa: ARG001 - the shape of a check
    sieve: Sieve,
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Let each record begin where the one before it in its session ended."""
    known = frame[sieve.kept & (frame["session_id"] != "")]
    ordered = known.sort_values("end_utc", kind="stable")
    before = ordered.groupby(["line", "session_id"], sort=False)["end_utc"].shift()
    start = before.reindex(frame.index).fillna(frame["start_utc"])
    local = start.dt.tz_localize(None)  # the provider's clock is UTC
    said = (sentence("importing.out_taken_received_sent_by"),)
    return frame.assign(start_utc=start, start_local=local), said


_FORMAT: Final = UsageFormat(
    id="wavely_json",
    columns={
        "start": ("usageDate",),
        "end": ("usageDate",),
        "up": ("bytesOut",),
        "down": ("bytesIn",),
        "session_id": ("sessionId",),
        "line": ("icc", "imsi"),
        "plmn": ("network.plmn",),
        "network": ("network.tadig",),
        "country": ("network.country", "countryCode"),
    },
    time_quality="partial",
    check=_since_the_last,
)
IMPORTER = Importer(
    id=_FORMAT.id,
    title="Wavely data records (JSON)",
    side="operator",
    how="Save Wavely's data webhooks, or the monthly usage answer of your SIM.",
    known_from="documentation",
    reach=Reach.ACCOUNT,
    rank=180,
    recognise=recognise,
    read=read,
)
