"""Volumes as operators write them: bare numbers, `3,2 GB`, `1GB23MB`; two directions added."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from esim_analysis.importers.tabular.distinct import anywhere, holds
from esim_analysis.importers.tabular.headings import UNIT_OF
from esim_analysis.importers.tabular.numbers import Marks, plain
from esim_analysis.importers.tabular.sheet import DECIMAL_KEY
from esim_analysis.model.units import UNITS, unit_bytes

_NUMBER: Final = rf"[\d.,{DECIMAL_KEY}]*\d"
_BINARY: Final = ("KiB", "MiB", "GiB", "TiB")


def _named(unit: str) -> str:
    names = sorted((n for n, u in UNIT_OF.items() if u == unit), key=lambda n: (-len(n), n))
    return rf"(?:{'|'.join(names)})(?![^\W\d_])"


def _in_order(units: Sequence[str]) -> str:
    return r"\s*".join(rf"(?:(?P<{unit}>{_NUMBER})\s*{_named(unit)})?" for unit in units)


# Large units stand before small ones: "1GB23MB".
_WRITTEN: Final = rf"(?i)^(?:{_in_order(tuple(reversed(UNITS)))}|{_in_order(_BINARY)})$"
_OWN_UNIT: Final = re.compile(rf"(?i)\d\s*(?:{'|'.join(map(_named, (*UNITS, *_BINARY)))})")
_LETTER: Final = re.compile(r"[^\W\d_]")
_NORMAL: Final = r"\s*".join(rf"(?:(?P<{u}>\d+(?:\.\d+)?) {u})?" for u in reversed(UNITS))
_COUNTED: Final = {
    "sms": r"^\d+\s*(?:sms|msgs?|messages?|mensajes?|条)$",
    "voice": r"^\d+(?:[.,:]\d+)*\s*(?:min|mins|minutes|minutos?|分钟|seg|segundos?|秒)$",
}


@dataclass(frozen=True, slots=True)
class Volumes:
    """Volume cells of one column.

    Attributes
    ----------
    raw
        Normalised text as `model.units.volume_bytes` takes it; missing where unreadable.
    in_cells
        True when cells name their own units.
    """

    raw: pd.Series
    in_cells: bool


def has_units(cells: pd.Series) -> pd.Series:
    """Tell which `tidy` cells name a unit of volume of their own."""
    if not anywhere(cells, _LETTER):
        return pd.Series(data=False, index=cells.index)
    return holds(cells, _OWN_UNIT.search)


def counted(cells: pd.Series) -> pd.Series:
    """Return the service a cell counts when it counts no bytes: `"1 SMS"`, `"3 min"`; else `""`."""
    service = pd.Series("", index=cells.index, dtype="str")
    if not anywhere(cells, _LETTER):
        return service
    for name, pattern in _COUNTED.items():
        service = service.mask(cells.str.contains(pattern, regex=True, case=False), name)
    return service


def read_volumes(cells: pd.Series, *, marks: Marks, unit: str) -> Volumes:
    """Normalise `tidy` cells; `unit` (`""` unknown) is that of cells without their own."""
    own = has_units(cells)
    if not own.any():
        return Volumes(plain(cells, marks), in_cells=False)
    bare = plain(cells.where(~own, ""), marks)
    # Nought is nought in any unit.
    bare_unit = unit or "B"
    bare = bare.where((pd.to_numeric(bare) == 0) | bool(unit))
    return Volumes((bare + f" {bare_unit}").where(~own, _worded(cells, marks)), in_cells=True)


def add_volumes(one: pd.Series, two: pd.Series, *, in_cells: bool) -> pd.Series:
    """Add two normalised columns, as normalised text; missing where either is."""
    if not in_cells:
        total = pd.to_numeric(one) + pd.to_numeric(two)
        return _number_text(total)
    first, second = (column.str.extract(_NORMAL).astype("float64") for column in (one, two))
    known = one.notna() & two.notna()
    amounts = first.add(second, fill_value=0.0)
    text = pd.Series("", index=one.index, dtype="str")
    for unit in reversed(UNITS):
        text = text + (_number_text(amounts[unit]) + f" {unit} ").fillna("")
    return text.str.strip().where(known).astype("str")


def in_units(volumes: Volumes, unit: str) -> pd.Series:
    """Return the text of `volumes` with `unit` written in each cell that has none."""
    if volumes.in_cells or not unit:
        return volumes.raw
    return _with_unit(volumes.raw, unit)


def whole_bytes_at_1024(raw: pd.Series, unit: str) -> bool:
    """Tell whether bare numbers in `unit` are whole bytes at 1024 and cannot be at 1000.

    Only decimals beyond the last byte of base 1000 (more than three a step of unit)
    can tell; at least three numbers must, and all of them.
    """
    steps = UNITS.index(unit) if unit in UNITS else 0
    if steps == 0 or not anywhere(raw, re.compile(rf"\.\d{{{3 * steps},}}[1-9]")):
        return False
    digits = raw.str.extract(r"\.(\d*[1-9])", expand=False).str.len()
    telling = digits > 3 * steps
    if int(telling.sum()) < 3:  # noqa: PLR2004
        return False
    scaled = pd.to_numeric(raw[telling]) * float(1024**steps)
    slack = 0.5 * 10.0 ** -digits[telling].astype("float64") * float(1024**steps) + 1e-6
    return bool((((scaled - scaled.round()).abs() <= slack) & (slack < 0.1)).all())  # noqa: PLR2004


def exceeds_thousand(raw: pd.Series) -> bool:
    """Tell whether a cell such as `1GB1010MB` shows that a GB here holds more than 1000 MB."""
    parts = raw.str.extract(_NORMAL).astype("float64")
    later = parts.notna().cumsum(axis=1) > 1
    return bool(((parts >= 1000) & (parts < 1024) & later).any(axis=None))  # noqa: PLR2004


def _worded(cells: pd.Series, marks: Marks) -> pd.Series:
    """Normalise cells with units of their own; one unreadable number spoils its cell."""
    found = cells.str.extract(_WRITTEN)
    text = pd.Series("", index=cells.index, dtype="str")
    for unit in (*reversed(UNITS), *_BINARY):
        if not found[unit].notna().any():
            continue
        number = plain(found[unit].fillna(""), marks)
        piece = number + f" {unit} "
        if unit in _BINARY:
            exact = pd.to_numeric(number) * unit_bytes(unit, 1024)
            piece = exact.round().astype("Int64").astype("str") + " B "
        text = text + piece.where(found[unit].notna(), "")
    text = text.str.strip()
    return text.where(text != "").astype("str")


def _with_unit(raw: pd.Series, unit: str) -> pd.Series:
    return (raw + f" {unit}").astype("str")


def _number_text(values: pd.Series) -> pd.Series:
    text = values.round(9).astype("float64").map("{:.9f}".format, na_action="ignore")
    return text.astype("str").str.rstrip("0").str.rstrip(".")
