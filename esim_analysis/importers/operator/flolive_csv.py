"""floLIVE's usage report: a quantity in a unit of its own a day, account, country and network."""

from typing import Final

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.declared.rows import has_headings, table_rows
from esim_analysis.importers.declared.usage import UTC_ASSUMED, UsageFormat, read_usage
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.model import Choice, Origin

_HEADINGS: Final = frozenset({"date", "quantity", "quantity unit", "num of imsis"})
_FORMAT: Final = UsageFormat(
    id="flolive_csv",
    columns={
        "start": ("date",),
        "total": ("quantity",),
        "total_unit": ("quantity unit",),
        "line": ("eid", "account"),
        "network": ("network",),
        "country": ("country",),
        "charge": ("charge",),
        "currency": ("charge unit",),
        "service": ("service",),
    },
    time_quality="bucket",
    bucket="1D",
    unit=Choice("cell", Origin.DECLARED, sentence("importing.column_names_unit")),
    base=Choice("1000", Origin.ASSUMED, sentence("importing.provider_does_not_say_how_many")),
    zone=UTC_ASSUMED,
    services={"data": "data", "sms": "sms", "voice": "voice", "mms": "mms"},
    group=("provider", "plan name", "plan type", "parent name"),
)


def recognise(file: SourceFile) -> bool:
    """Tell the report by four of its headings."""
    return has_headings(file, _HEADINGS)


def read(file: SourceFile, options: ReadOptions) -> Imported:
    """Read one bucket a row."""
    return read_usage(file, options, table_rows(file), _FORMAT)


IMPORTER = Importer(
    id=_FORMAT.id,
    title="floLIVE usage report (CSV)",
    side="operator",
    how="In the floLIVE portal download the usage report as CSV.",
    known_from="documentation",
    reach=Reach.ACCOUNT,
    rank=240,
    recognise=recognise,
    read=read,
)
