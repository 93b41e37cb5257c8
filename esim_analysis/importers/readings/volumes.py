"""Volumes as people type them: `4,2 GB`, `1GB23MB`, `1,8G`, `0 bytes`, `12 兆`."""

import re
from dataclasses import dataclass
from typing import Final

import pandas as pd

from esim_analysis.model.units import unit_bytes, volume_bytes

BASE: Final = 1000  # operators print decimal units, and so do iOS and Android since 8
LARGEST: Final = 10**15  # a petabyte: more than any SIM carries, less than an Int64 holds
_SPELLINGS: Final = {
    "B": ("bytes", "byte", "字节", "b"),
    "KB": ("kb", "千字节", "k"),
    "MB": ("mb", "megas", "mega", "兆字节", "兆", "m"),
    "GB": ("gb", "gigas", "giga", "吉字节", "g"),
    "TB": ("tb",),
    "KiB": ("kib",),
    "MiB": ("mib",),
    "GiB": ("gib",),
    "TiB": ("tib",),
}
_UNIT_OF: Final = {word: unit for unit, words in _SPELLINGS.items() for word in words}
_UNIT: Final = rf"(?:{'|'.join(sorted(_UNIT_OF, key=len, reverse=True))})(?![a-z])"
_NUMBER: Final = r"(?:\d+(?:[.,]\d+)*|zero|cero)"
VOLUME: Final = rf"(?<![a-z\d.,]){_NUMBER}\s*{_UNIT}(?:\s*{_NUMBER}\s*{_UNIT})?"
_PARTS: Final = re.compile(
    rf"^({_NUMBER})\s*({_UNIT})(?:\s*({_NUMBER})\s*({_UNIT}))?$", re.IGNORECASE
)
_GROUP: Final = 3
_FIGURE: Final = r"(\d+)(?:\.(\d+))? ([KMGT]?i?B)$"


@dataclass(frozen=True, slots=True)
class Volumes:
    """Typed volumes, row by row.

    Attributes
    ----------
    size
        Bytes (`Int64`); missing where the text leaves the number open.
    figure
        The volume in one spelling: `"4.2 GB"`, `"1 GB 23 MB"`.
    """

    size: pd.Series
    figure: pd.Series


def read_volumes(text: pd.Series, *, decimal: str) -> Volumes:
    """Read volumes.

    Parameters
    ----------
    text
        Matches of `VOLUME`, or missing.
    decimal
        What `decimal_mark` says of the whole text; settles `1,234 MB`.
    """
    parts = _split(text)
    first = _plain(parts["n1"], parts["u1"], decimal)
    second = _plain(parts["n2"], parts["u2"], decimal)
    one = first + " " + parts["u1"]
    figure = one.where(parts["n2"].isna(), one + " " + second + " " + parts["u2"])
    size = pd.to_numeric(first) * _size_of(parts["u1"])
    size += (pd.to_numeric(second) * _size_of(parts["u2"])).fillna(0.0)
    figure = figure.where(size <= LARGEST)
    return Volumes(volume_bytes(figure, unit="cell", base=BASE), figure)


def decimal_mark(text: pd.Series) -> str:
    """Return the one mark that is surely decimal in some volume of the text, else `""`."""
    parts = _split(text)
    number = pd.concat([parts["n1"], parts["n2"]], ignore_index=True)
    unit = pd.concat([parts["u1"], parts["u2"]], ignore_index=True)
    sure = number[_surely_decimal(number, unit)].str.extract(r"([.,])\d+$", expand=False)
    marks = sure.dropna().unique()
    return str(marks[0]) if len(marks) == 1 else ""


def half_width(figure: pd.Series) -> pd.Series:
    """Return half of the last digit shown, in bytes (`Int64`): `"1.2 GB"` is ±50 MB.

    Parameters
    ----------
    figure
        As in `Volumes.figure`; bytes are exact.
    """
    parts = figure.str.extract(_FIGURE)
    digits = parts[1].str.len().fillna(0)
    step = _size_of(parts[2]) / 10.0**digits
    return (step / 2).mask(parts[2] == "B", 0.0).round().astype("Float64").astype("Int64")


_SIZES: Final = {unit: float(unit_bytes(unit, BASE)) for unit in _SPELLINGS}


def _size_of(unit: pd.Series) -> pd.Series:
    # An empty column keeps its text dtype through `map`.
    return unit.map(_SIZES).astype("float64")


def _split(text: pd.Series) -> pd.DataFrame:
    """Return number and unit, `n1, u1`, and those of a second part, `n2, u2`."""
    parts = text.astype("str").str.extract(_PARTS)
    return pd.DataFrame(
        {
            "n1": parts[0],
            "u1": parts[1].str.lower().map(_UNIT_OF).astype("str"),
            "n2": parts[2],
            "u2": parts[3].str.lower().map(_UNIT_OF).astype("str"),
        }
    )


def _surely_decimal(number: pd.Series, unit: pd.Series) -> pd.Series:
    tail = number.str.extract(r"[.,](\d+)$", expand=False).str.len()
    marks = number.str.count("[.,]")
    both = number.str.contains(",", regex=False) & number.str.contains(".", regex=False)
    # A group of three is thousands or decimals; a thousand gigabytes is no phone's figure.
    not_a_group = (tail != _GROUP) | number.str.match(r"0[.,]|\d{4,}[.,]") | unit.isin(["GB", "TB"])
    return (tail.notna() & (((marks == 1) & not_a_group) | both)).fillna(value=False).astype("bool")


def _plain(number: pd.Series, unit: pd.Series, decimal: str) -> pd.Series:
    """Write numbers with a decimal point and no thousands marks; open ones are missing."""
    number = number.str.lower().replace({"zero": "0", "cero": "0"})
    mark = number.str.extract(r"([.,])\d+$", expand=False)
    tail = number.str.extract(r"[.,](\d+)$", expand=False)
    whole = number.str.replace(r"[.,]\d+$", "", regex=True).str.replace(r"[.,]", "", regex=True)
    sure = _surely_decimal(number, unit)
    repeated = number.str.count("[.,]") > 1
    is_open = mark.notna() & ~sure & ~repeated
    as_decimal = sure | (is_open & (mark == decimal))
    plain = (whole + "." + tail).where(as_decimal, whole + tail.fillna(""))
    return plain.where(~is_open | (decimal != ""))
