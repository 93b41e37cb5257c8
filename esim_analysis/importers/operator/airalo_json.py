"""Airalo's balance of an eSIM: `GET /v2/sims/{iccid}/usage`, saved as often as one likes.

MB at 1024: a plan of 3 GB reads 3072. `expired_at` is the plan's end, not the moment of
the reading. An amount of 0 means "unlimited"; the documented example is unlimited with
a total and a rest, and those are counted.
"""

from typing import Final

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.declared.counters import MOMENT, CounterFormat, read_counters
from esim_analysis.importers.declared.rows import has_keys, json_rows
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.model import Choice, Origin

_KEYS: Final = frozenset({"remaining", "total", "is_unlimited", "expired_at"})
_FORMAT: Final = CounterFormat(
    id="airalo_json",
    columns={
        "moment": MOMENT,
        "line": ("iccid", "^iccid"),
        "used": (),
        "total": ("total",),
        "remaining": ("remaining",),
        "unlimited": ("is_unlimited",),
    },
    unit="MB",
    base=Choice("1024", Origin.DECLARED, sentence("importing.plan_3_gb_3072_mb")),
    unlimited=frozenset({"0"}),
)


def recognise(file: SourceFile) -> bool:
    """Tell the answer by its four fields."""
    return has_keys(file, _KEYS)


def read(file: SourceFile, options: ReadOptions) -> Imported:
    """Read balances; the moment stands beside them or in the file's name."""
    return read_counters(file, options, json_rows(file, _KEYS), _FORMAT)


IMPORTER = Importer(
    id=_FORMAT.id,
    title="Airalo balances (JSON)",
    side="operator",
    how="Save the usage answer of Airalo's partner interface several times, each with its moment.",
    known_from="documentation",
    reach=Reach.ACCOUNT,
    rank=110,
    recognise=recognise,
    read=read,
)
