"""Pepephone's consumption of a line: one counter, MB at 1024, without a moment.

Its categories overlap (national = flat + free + …), so nothing is added up:
`dataConsumeAll` is what was used, `national.total` what there is.
"""

from typing import Final

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.declared.counters import MOMENT, CounterFormat, read_counters
from esim_analysis.importers.declared.rows import has_keys, json_rows
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.model import Choice, Origin

_KEYS: Final = frozenset({"dataConsumeAll", "dataConsumeRoamingRlah"})
_FORMAT: Final = CounterFormat(
    id="pepephone_json",
    columns={
        "moment": MOMENT,
        "line": ("msisdn", "^msisdn"),
        "used": ("dataConsumeAll",),
        "total": ("national.total", "data.national.total"),
        "unlimited": ("infinite.active", "data.infinite.active"),
    },
    unit="MB",
    base=Choice("1024", Origin.DECLARED, sentence("importing.4096_mb_shown_4_gb")),
    unlimited=frozenset({"0"}),
    zone=Choice(
        "Europe/Madrid",
        Origin.ASSUMED,
        sentence("importing.spanish_operator_timezone_sets_another"),
    ),
    notes=((sentence("importing.national_roaming_bonus_figures_operator")),),
)


def recognise(file: SourceFile) -> bool:
    """Tell the answer by two of its counters."""
    return has_keys(file, _KEYS)


def read(file: SourceFile, options: ReadOptions) -> Imported:
    """Read what was used; the moment stands beside the answer or in the file's name."""
    return read_counters(file, options, json_rows(file, _KEYS), _FORMAT)


IMPORTER = Importer(
    id=_FORMAT.id,
    title="Pepephone consumption (JSON)",
    side="operator",
    how="Save the consumption answer of Pepephone's app several times, with the hour in the name.",
    known_from="documentation",
    reach=Reach.CUSTOMER,
    rank=118,
    recognise=recognise,
    read=read,
)
