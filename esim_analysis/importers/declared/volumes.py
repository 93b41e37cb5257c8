"""Volumes of declared records: a total, two directions, or both."""

from typing import Final

import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.declared.amounts import (
    added,
    number_text,
    whole_bytes,
    with_units,
)
from esim_analysis.importers.tabular.sieve import Sieve
from esim_analysis.model import Choice, Origin

_SLACK: Final = 1e-6  # of a byte: what is left of a whole number after division by 10⁶


def read_volumes(
    text: pd.DataFrame, unit: str, base: int, data: pd.Series, sieve: Sieve
) -> tuple[pd.DataFrame, Choice | None]:
    """Return `raw_volume, bytes_up, bytes_down, bytes_total`; messages and fees use no bytes.

    Where both directions are known the total is their sum. A volume that cannot be read
    leaves its row out.
    """
    raw = {name: _raw(text, name, unit) for name in ("up", "down", "total")}
    size = {name: whole_bytes(cells, unit=unit, base=base) for name, cells in raw.items()}
    for name, cells in size.items():
        unread = text[name].notna() & cells.isna() & data
        sieve.reject(unread, name, sentence("importing.no_volume_can_read"))
    both = size["up"].notna() & size["down"].notna()
    total = (size["up"] + size["down"]).where(both, size["total"])
    summed = added(raw["up"], raw["down"], unit=unit)
    sieve.reject(total.isna() & data, "total", sentence("importing.no_volume"))
    frame = pd.DataFrame(
        {
            "raw_volume": summed.where(both, raw["total"]).where(data),
            "bytes_up": size["up"].where(data),
            "bytes_down": size["down"].where(data),
            "bytes_total": total.where(data, 0),
        }
    )
    return frame, _proved(frame["raw_volume"], unit, base)


def _raw(text: pd.DataFrame, name: str, unit: str) -> pd.Series:
    number = number_text(text[name])
    return with_units(number, text[f"{name}_unit"]) if unit == "cell" else number


def _proved(raw: pd.Series, unit: str, base: int) -> Choice | None:
    """Return the base with its proof where all volumes are whole bytes at 1000 alone."""
    if unit != "MB" or base != 1000:  # noqa: PLR2004
        return None
    values = pd.to_numeric(raw).dropna()
    parts = values[(values % 1) != 0]
    at_1000 = ((parts * 1e6).round() - parts * 1e6).abs() < _SLACK * parts.clip(lower=1) * 1e3
    at_1024 = ((parts * 2**20).round() - parts * 2**20).abs() < 0.01  # noqa: PLR2004
    if len(parts) >= 3 and at_1000.all() and not at_1024.all():  # noqa: PLR2004
        return Choice("1000", Origin.DEDUCED, sentence("importing.every_volume_whole_bytes_at"))
    return None
