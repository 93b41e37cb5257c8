"""Roamify's usage details of an eSIM: one figure in KB a day and country."""

from typing import Final

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.declared.rows import has_keys, json_rows
from esim_analysis.importers.declared.usage import UTC_ASSUMED, UsageFormat, read_usage
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.model import Choice, Origin

_DAY: Final = frozenset({"date", "usage"})
_DETAILS: Final = _DAY | {"dataUsages", "allowedData", "remainingData"}
_FORMAT: Final = UsageFormat(
    id="roamify_json",
    columns={
        "start": ("date",),
        "total": ("usage",),
        "country": ("location",),
        "line": ("iccid", "^iccid"),
    },
    time_quality="bucket",
    bucket="1D",
    unit=Choice("KB", Origin.DECLARED, sentence("importing.provider_documents_kb_2")),
    base=Choice("1000", Origin.ASSUMED, sentence("importing.provider_does_not_say_how_many_bytes")),
    zone=UTC_ASSUMED,
)


def recognise(file: SourceFile) -> bool:
    """Tell the answer by its allowance and its list of days."""
    return has_keys(file, _DETAILS)


def read(file: SourceFile, options: ReadOptions) -> Imported:
    """Read one bucket a day and country."""
    return read_usage(file, options, json_rows(file, _DAY), _FORMAT)


IMPORTER = Importer(
    id=_FORMAT.id,
    title="Roamify usage by day and country (JSON)",
    side="operator",
    how="Save the answer of Roamify's interface 'eSIM usage details' for your eSIM.",
    known_from="documentation",
    reach=Reach.ACCOUNT,
    rank=114,
    recognise=recognise,
    read=read,
)
