"""A Chinese carrier's flow records as data services hand them on: kB, seconds and fen.

`未知` is unknown, never 0. An address that begins with `海外.` is roaming abroad. Times are
China's; they name no zone.
"""

from typing import Final

import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.declared.rows import Rows, has_headings, table_rows
from esim_analysis.importers.declared.usage import UsageFormat, read_usage
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.importers.tabular.places import country_codes
from esim_analysis.importers.tabular.sieve import Sieve
from esim_analysis.model import Choice, Origin
from esim_analysis.model.frames import MONEY

_HEADINGS: Final = frozenset({"datastarttime", "datatime", "datasize", "datacost"})
_ABROAD: Final = "海外."
_FEN: Final = 100  # in a yuan


def recognise(file: SourceFile) -> bool:
    """Tell the records by their start, length, size and cost."""
    return has_headings(file, _HEADINGS)


def read(file: SourceFile, options: ReadOptions) -> Imported:
    """Read one record a row."""
    return read_usage(file, options, table_rows(file), _FORMAT)


def _places_and_money(
    frame: pd.DataFrame,
    rows: Rows,
    sieve: Sieve,  # noqa: ARG001 - the shape of a check
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Tell home from abroad by the address, and write fen as yuan."""
    address = rows.column(["dataAddress"]).fillna("")
    abroad = address.str.startswith(_ABROAD)
    country = country_codes(address.str.removeprefix(_ABROAD).where(abroad))
    at_home = ~abroad & address.str.contains(".", regex=False)
    country = country.where(abroad, pd.Series("CN", index=frame.index).where(at_home))
    charge = frame["charge"].map(lambda fen: fen / _FEN, na_action="ignore").astype(MONEY)
    roaming = frame["roaming"].mask(abroad, "international").mask(at_home, "home")
    return frame.assign(country=country.astype("str"), roaming=roaming, charge=charge), ()


_FORMAT: Final = UsageFormat(
    id="china_flow_csv",
    columns={
        "start": ("dataStartTime",),
        "seconds": ("dataTime",),
        "total": ("dataSize",),
        "line": ("phone", "mobile", "msisdn"),
        "rat": ("dataType",),
        "charge": ("dataCost",),
    },
    time_quality="session",
    unit=Choice("KB", Origin.DECLARED, sentence("importing.provider_documents_kb")),
    base=Choice("1000", Origin.ASSUMED, sentence("importing.provider_does_not_say_how")),
    zone=Choice("Asia/Shanghai", Origin.DECLARED, sentence("importing.records_carriers_china")),
    implied_currency="CNY",
    unknown=("未知",),
    check=_places_and_money,
)


IMPORTER = Importer(
    id=_FORMAT.id,
    title="Flow records of Chinese carriers (CSV, 流量记录)",
    side="operator",
    how="Save the flow records that a data service fetched with your consent as CSV.",
    known_from="documentation",
    reach=Reach.ACCOUNT,
    rank=132,
    recognise=recognise,
    read=read,
)
