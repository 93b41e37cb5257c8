"""Volumes and money of records: text to bytes and to Decimal, and what is neither."""

from decimal import Decimal
from typing import Final

import pandas as pd

from esim_analysis.importers.tabular.numbers import Marks, plain
from esim_analysis.importers.tabular.volumes import add_volumes
from esim_analysis.model.frames import MONEY
from esim_analysis.model.units import UNITS, unit_bytes, volume_bytes

_MARKS: Final = Marks(".", "")
_LARGEST: Final = 10**15  # a petabyte: more than any SIM carries, less than an Int64 holds
_CENTS: Final = Decimal("0.000001")
_MOST_MONEY: Final = 10**9


def number_text(text: pd.Series) -> pd.Series:
    """Return numbers of zero or more with a decimal point, no exponent; missing otherwise."""
    number = plain(text.fillna(""), _MARKS)
    # Longer numbers are no volume of any unit, and overflow on the way to bytes.
    return number.where(_fits(number, r"\d{0,18}(?:\.\d{0,40})?")).astype("str")


def with_units(number: pd.Series, unit: pd.Series) -> pd.Series:
    """Write each number with its own unit (`"12.5 MB"`); missing where the unit is unknown."""
    name = unit.str.upper().str.strip()
    name = name.replace({"BYTE": "B", "BYTES": "B"})
    return (number + " " + name).where(name.isin(UNITS)).astype("str")


def whole_bytes(raw: pd.Series, *, unit: str, base: int) -> pd.Series:
    """Return bytes (`Int64`) of normalised text; missing where no SIM could have used so much."""
    if unit != "cell":
        size = pd.to_numeric(raw, errors="coerce") * unit_bytes(unit, base)
        raw = raw.where(size <= _LARGEST)
        return volume_bytes(raw, unit=unit, base=base)
    sound = pd.to_numeric(raw.str.extract(r"^(\S+)")[0], errors="coerce") <= _LARGEST
    found = volume_bytes(raw.where(sound), unit=unit, base=base)
    return found.where(found <= _LARGEST)


def added(one: pd.Series, two: pd.Series, *, unit: str) -> pd.Series:
    """Add two directions as normalised text; missing where either is."""
    return add_volumes(one, two, in_cells=unit == "cell")


def money(text: pd.Series) -> pd.Series:
    """Return amounts (`MONEY`), to a millionth; missing where the text is no sum of money."""
    number = plain(text.fillna(""), _MARKS)
    number = number.where(_fits(number, r"-?\d{0,18}(?:\.\d{0,40})?"))
    sound = number.where(pd.to_numeric(number).abs() <= _MOST_MONEY)
    amounts = sound.map(lambda one: Decimal(one).quantize(_CENTS), na_action="ignore")
    return amounts.astype(MONEY)


def currency(text: pd.Series) -> pd.Series:
    """Return ISO 4217 codes; missing where the text is none."""
    code = text.str.upper()
    return code.where(_fits(code, r"[A-Z]{3}")).astype("str")


def _fits(text: pd.Series, pattern: str) -> pd.Series:
    return text.str.fullmatch(pattern).fillna(value=False).astype(bool)
