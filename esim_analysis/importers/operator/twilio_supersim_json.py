"""Twilio Super SIM usage: bytes of an hour, a day or all, by SIM, fleet, network or country.

`data_total_billed` is money; without `billed_unit` it is still being worked out, never
free. Rows of one grouping must not be added to rows of another: those that name less
are totals of the others.
"""

from typing import Final

import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.declared.rows import Rows, has_keys, json_rows
from esim_analysis.importers.declared.usage import UsageFormat, read_usage
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.importers.tabular.sieve import Sieve

_KEYS: Final = frozenset({"period", "data_total", "data_upload", "data_download"})
_DIMENSIONS: Final = ("sim_sid", "fleet_sid", "network_sid", "iso_country")


def recognise(file: SourceFile) -> bool:
    """Tell a record by its period and its three volumes."""
    return has_keys(file, _KEYS | {"start_time"})


def read(file: SourceFile, options: ReadOptions) -> Imported:
    """Read one bucket a row; a page that names a next one says so."""
    return read_usage(file, options, json_rows(file, _KEYS), _FORMAT)


def _one_grouping(
    frame: pd.DataFrame, rows: Rows, sieve: Sieve
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Keep the rows that name most dimensions; the others repeat their bytes."""
    named = pd.concat([rows.column([name]).notna() for name in _DIMENSIONS], axis=1).sum(axis=1)
    finest = (
        named.where(sieve.kept).groupby([frame["start_utc"], frame["end_utc"]]).transform("max")
    )
    sieve.reject(
        (named < finest).fillna(value=False), "sim_sid", sentence("importing.total_other_rows")
    )
    pending = rows.column(["data_total_billed"]).notna() & frame["charge"].isna() & sieve.kept
    said = sentence("importing.charges_still_being_worked_out", count=int(pending.sum()))
    return frame, (said,) if pending.any() else ()


_FORMAT: Final = UsageFormat(
    id="twilio_supersim_json",
    columns={
        "start": ("period.start_time",),
        "end": ("period.end_time",),
        "total": ("data_total",),
        "up": ("data_upload",),
        "down": ("data_download",),
        "line": ("sim_sid",),
        "network": ("network_sid",),
        "country": ("iso_country",),
        "charge": ("data_total_billed",),
        "currency": ("billed_unit",),
    },
    time_quality="bucket",
    group=("fleet_sid",),
    check=_one_grouping,
)
IMPORTER = Importer(
    id=_FORMAT.id,
    title="Twilio Super SIM usage records (JSON)",
    side="operator",
    how="Save the answer of Twilio's UsageRecords for your SIM, hour by hour, all pages of it.",
    known_from="documentation",
    reach=Reach.ACCOUNT,
    rank=210,
    recognise=recognise,
    read=read,
)
