"""Where and for how much: networks, countries, roaming, charges, and the zone they suggest."""

import re
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Final

import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.tabular import places
from esim_analysis.importers.tabular.columns import Columns
from esim_analysis.importers.tabular.distinct import answered, anywhere, holds
from esim_analysis.importers.tabular.grid import Grid
from esim_analysis.importers.tabular.headings import CURRENCY_OF
from esim_analysis.importers.tabular.measure import Measured
from esim_analysis.importers.tabular.numbers import plain
from esim_analysis.importers.tabular.profile import Mapping
from esim_analysis.importers.tabular.vocabulary import Role
from esim_analysis.model import Choice, Origin
from esim_analysis.model.frames import MONEY

_ABROAD: Final = r"^(?:海外|境外|国际)[.．·\-\s]*"
_ROAMING: Final = {
    "home": r"^(?:no|n|false|0|h|home|nacional|national|domestic|国内|本地|否|非漫游)$",
    "eu_rlah": r"^(?:ue|eu|eea|eee|rlah|roaming (?:ue|eu)|zona ue|eu_rlah)$",
    "international": r"^(?:international|internacional|i|roaming internacional|国际|国际漫游)$",
    "national": r"^(?:national roaming|roaming nacional|国内漫游)$",
}
_RATS: Final = {
    "2G": r"^(?:2g|gsm|gprs|edge|geran)$",
    "3G": r"^(?:3g|umts|utran|hspa\+?|hsdpa|wcdma)$",
    "4G": r"^(?:4g\+?|lte|lte-a|e-?utran)$",
    "5G": r"^(?:5g|nr|5g sa|5g nsa)$",
    "NB-IoT": r"^nb-?iot$",
    "LTE-M": r"^(?:lte-?m|cat-?m1?)$",
    "WiFi": r"^(?:wi-?fi|wlan)$",
}
_MICRO: Final = Decimal("0.000001")
_MOST: Final = Decimal(10) ** 11
_FEN: Final = 100
_SIGN: Final = re.compile(r"US\$|€|£|¥|元|EUR|USD|GBP|CNY|PLN|CHF")


def text(grid: Grid, columns: Columns, role: Role) -> pd.Series:
    """Return a column as text, empty where there is none."""
    return grid.body[columns[role][0]] if role in columns else grid.blank


def whereabouts(grid: Grid, columns: Columns) -> pd.DataFrame:
    """Return `plmn, network, country, roaming, rat, apn` of every row; unknown is missing."""
    plmn = _told(grid, columns, "plmn", places.split_plmn)
    if "mcc" in columns and "mnc" in columns:
        codes = places.plmn_of(text(grid, columns, "mcc"), text(grid, columns, "mnc"))
        plmn = plmn.fillna(codes)
    named = text(grid, columns, "country")
    roaming = _told(grid, columns, "roaming", _roaming).fillna("unknown")
    if "place" in columns:
        place = text(grid, columns, "place")
        abroad = holds(place, _is_abroad)
        named = named.where(~abroad, answered(place, lambda one: re.sub(_ABROAD, "", one)))
        roaming = roaming.mask(abroad, "international")
    country = places.country_codes(_known(named))
    return pd.DataFrame(
        {
            "plmn": plmn,
            "network": _told(grid, columns, "network", _known),
            "country": country.fillna(places.country_of_plmn(plmn)),
            "roaming": roaming,
            "rat": _told(grid, columns, "rat", _rat),
            "apn": _told(grid, columns, "apn", _known),
        }
    )


def charges(
    grid: Grid, columns: Columns, measured: Measured, currency: pd.Series
) -> tuple[pd.DataFrame, pd.Series]:
    """Return `charge, currency` of every row, and which charges (bool) could not be read.

    `currency` is that of `currency_of`; a charge that could not be read has none.
    """
    cells = text(grid, columns, "charge")
    fen = "charge" in columns and grid.headings[columns["charge"][0]].hint == "分"
    number = plain(measured.money, measured.marks)
    codes, known = pd.factorize(number)
    amounts = pd.Series([_money(one, _FEN if fen else 1) for one in known], dtype=MONEY).array
    charge = pd.Series(amounts.take(codes, allow_fill=True), index=cells.index)
    read = charge.notna()
    told = pd.DataFrame({"charge": charge, "currency": currency.where(read)})
    return told, (cells != "") & ~read


def currency_of(grid: Grid, columns: Columns, mapping: Mapping | None) -> pd.Series:
    """Return the currency of each row: its own column, its cell, the heading, the mapping."""
    cell = text(grid, columns, "charge")
    code = answered(text(grid, columns, "currency"), _named_currency)
    if anywhere(cell, _SIGN):
        code = code.fillna(answered(cell, _signed_currency))
    head = grid.headings[columns["charge"][0]].currency if "charge" in columns else ""
    given = mapping.money.currency if mapping and mapping.money.currency else ""
    return code.fillna(head or given or pd.NA).astype("str")


def declared_zone(
    grid: Grid, *, all_offsets: bool, mapping: Mapping | None, timezone: str | None
) -> Choice | None:
    """Return the zone of local times where it is said outright, else None."""
    if all_offsets:
        return Choice(
            "offset", Origin.DECLARED, sentence("importing.every_time_carries_own_offset")
        )
    if mapping is not None and mapping.time.timezone:
        return Choice(mapping.time.timezone, Origin.DECLARED, sentence("importing.mapping_says_so"))
    if timezone:
        return Choice(timezone, Origin.DECLARED, sentence("importing.you_said_so"))
    named = {word for item in grid.headings for word in (*item.words, item.hint)}
    if named & {"utc", "gmt"}:
        return Choice("UTC", Origin.DECLARED, sentence("importing.heading_says_utc"))
    return None


def assumed_zone(grid: Grid, columns: Columns, where: pd.DataFrame, currency: pd.Series) -> Choice:
    """Assume the zone of the operator's country, else UTC.

    `where` is that of `whereabouts`, `currency` that of `currency_of`.
    """
    for country, reason in _countries(grid, columns, where, currency):
        zone = places.zone_of_country(country) if country else ""
        if zone:
            return Choice(zone, Origin.ASSUMED, reason)
    return Choice("UTC", Origin.ASSUMED, sentence("importing.nothing_file_says_where_clock"))


def _countries(
    grid: Grid, columns: Columns, where: pd.DataFrame, currency: pd.Series
) -> Iterator[tuple[str, str]]:
    """Yield countries the file points to with the reason, the strongest sign first."""
    above = places.country_of_operator(" ".join(grid.banner))
    yield above, sentence("importing.operator_named_above_table")
    phones = places.country_of_phone(text(grid, columns, "line"))
    yield phones, sentence("importing.phone_numbers")
    networks = {places.country_of_operator(name) for name in where["network"].dropna().unique()}
    yield _only(networks - {""}), sentence("importing.network_country")
    money = _only(set(currency.dropna().unique()))
    yield places.country_of_currency(money), sentence("importing.currency")
    euros = "ES" if money == "EUR" and grid.language == "es" else ""
    yield euros, sentence("importing.spanish_headings_euros")
    yield "CN" if grid.language == "zh" else "", sentence("importing.chinese_headings")
    visited = set(where["country"].dropna().unique())
    yield _only(visited), sentence("importing.country_all_rows")


def _only(values: set[str]) -> str:
    return next(iter(values)) if len(values) == 1 else ""


def _money(number: str, parts: int) -> Decimal | None:
    try:
        value = Decimal(number) / parts
    except InvalidOperation:
        return None
    return value.quantize(_MICRO, ROUND_HALF_EVEN) if abs(value) < _MOST else None


def _told(
    grid: Grid, columns: Columns, role: Role, read: Callable[[pd.Series], pd.Series]
) -> pd.Series:
    """Return what `read` makes of a column; where the table has none, nothing is known."""
    if role in columns:
        return read(grid.body[columns[role][0]])
    return grid.unknown


def _roaming(cells: pd.Series) -> pd.Series:
    return _named(cells, _ROAMING)


def _rat(cells: pd.Series) -> pd.Series:
    return _named(cells, _RATS)


def _named(cells: pd.Series, patterns: dict[str, str]) -> pd.Series:
    def name_of(cell: str) -> str | None:
        said = (n for n, word in patterns.items() if re.search(word, cell, re.IGNORECASE))
        return next(said, None)

    return answered(cells, name_of)


def _is_abroad(place: str) -> bool:
    return re.search(_ABROAD, place) is not None


def _named_currency(cell: str) -> str | None:
    name = cell.strip()
    return name.upper() if re.fullmatch(r"[A-Za-z]{3}", name) else CURRENCY_OF.get(name.lower())


def _signed_currency(cell: str) -> str | None:
    sign = _SIGN.search(cell)
    return CURRENCY_OF.get(sign[0].lower()) if sign else None


def _known(cells: pd.Series) -> pd.Series:
    return cells.mask(cells == "")
