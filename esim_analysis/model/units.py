"""Volumes as text to bytes. The text is kept, so a decision can be overruled later."""

from typing import Final

import pandas as pd

UNITS: Final = ("B", "KB", "MB", "GB", "TB")
BITS: Final = ("kbit", "Mbit", "Gbit")  # never read, only tried: a portal's slip of the pen
_POWER: Final = {unit: power for power, unit in enumerate(UNITS)}
_PART: Final = r"(\d+(?:\.\d+)?)\s*{unit}(?![A-Za-z])"


def unit_bytes(unit: str, base: int) -> int:
    """Return the bytes in one `unit` at `base` 1000 or 1024; `KiB`-style units ignore `base`.

    >>> unit_bytes("GB", 1000), unit_bytes("MiB", 1000)
    (1000000000, 1048576)
    """
    if unit in BITS:
        return int(base ** (BITS.index(unit) + 1)) // 8
    if unit.endswith("iB"):
        return int(1024 ** _POWER[unit[0] + "B"])
    return int(base ** _POWER[unit])


def volume_bytes(raw: pd.Series, *, unit: str, base: int) -> pd.Series:
    """Convert normalised volume text to whole bytes (nullable `Int64`).

    Parameters
    ----------
    raw
        Text with a decimal point and no thousands marks: `"3.2"` in `unit`, or with
        units of its own where `unit` is `"cell"`: `"3.2 GB"`, `"1GB23MB"`.
    unit
        A member of `UNITS` or `BITS`, a binary unit such as `"MiB"`, or `"cell"`.
    base
        1000 or 1024.
    """
    if unit != "cell":
        return _whole(pd.to_numeric(raw, errors="coerce") * unit_bytes(unit, base))
    total = pd.Series(0.0, index=raw.index)
    seen = pd.Series(data=False, index=raw.index)
    for name in (*UNITS, "KiB", "MiB", "GiB", "TiB"):
        part = raw.str.extract(_PART.format(unit=name), expand=False).astype("Float64")
        seen |= part.notna()
        total += (part * unit_bytes(name, base)).astype("float64").fillna(0.0)
    return _whole(total.where(seen))


def _whole(values: pd.Series) -> pd.Series:
    return values.astype("Float64").round().astype("Int64")
