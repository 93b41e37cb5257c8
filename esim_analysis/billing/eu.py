"""EU roaming rules as dated tables: surcharge caps, fair use, membership, the cut-off."""

import csv
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.datetime64]

NO_CUT_OFF: Final = Decimal(10**9)  # before the rule nothing stopped at any cost


def surcharge_cap(day: date) -> Decimal:
    """Return the most a surcharge may cost on a day: euro a GB without VAT.

    Days before the first rule (2017-06-15) get its figure.
    """
    return surcharge_caps()[int(cap_epochs(np.array([day], dtype="datetime64[D]"))[0])]


@cache
def surcharge_caps() -> tuple[Decimal, ...]:
    """Return the caps in force one after the other."""
    return tuple(Decimal(row["eur_per_gb"]) for row in _table("eu_surcharge_caps"))


def cap_epochs(days: Days) -> NDArray[np.int64]:
    """Return for each day the place of its cap in `surcharge_caps`."""
    starts = np.array([row["from"] for row in _table("eu_surcharge_caps")], dtype="datetime64[D]")
    return np.maximum(np.searchsorted(starts, days, side="right") - 1, 0)


def fair_use_bytes(price_ex_vat: Decimal, day: date, *, gb: int = 1_000_000_000) -> int:
    """Return the roaming volume at home prices: 2 x price without VAT / cap, whole bytes."""
    return fair_use_at(price_ex_vat, surcharge_cap(day), gb=gb)


def fair_use_at(price_ex_vat: Decimal, cap: Decimal, *, gb: int) -> int:
    """Return the fair-use volume under a cap."""
    return int(2 * price_ex_vat / cap * gb)


def fair_use_of_credit(credit_ex_vat: Decimal, day: date, *, gb: int = 1_000_000_000) -> int:
    """Return the roaming volume of prepaid credit without a bundle: credit / cap."""
    return int(credit_ex_vat / surcharge_cap(day) * gb)


def fair_use_binds(price_ex_vat: Decimal, bundle: int, day: date, *, gb: int = 10**9) -> bool:
    """Say whether fair use is less than the bundle: only when a GB costs under half the cap."""
    return fair_use_bytes(price_ex_vat, day, gb=gb) < bundle


def cut_off(day: date) -> Decimal:
    """Return the default monthly cut-off of a day, euro without VAT: 50 since 2010-07-01.

    The service stops there unless the customer consents (Regulation (EU) 2022/612,
    Art. 14(4)); `NO_CUT_OFF` before the first rule.
    """
    return cut_offs()[int(cut_off_epochs(np.array([day], dtype="datetime64[D]"))[0])]


@cache
def cut_offs() -> tuple[Decimal, ...]:
    """Return none, then the cut-offs in force one after the other, euro without VAT."""
    return (NO_CUT_OFF, *(Decimal(row["eur_ex_vat"]) for row in _table("eu_cut_off")))


def cut_off_epochs(days: Days) -> NDArray[np.int64]:
    """Return for each day the place of its cut-off in `cut_offs`."""
    starts = np.array([row["from"] for row in _table("eu_cut_off")], dtype="datetime64[D]")
    return np.searchsorted(starts, days, side="right")


@cache
def members(day: date) -> frozenset[str]:
    """Return the countries of roam-like-at-home on a day, as ISO codes."""
    told = day.isoformat()
    return frozenset(
        row["country"]
        for row in _table("eu_membership")
        if row["from"] <= told <= (row["until"] or told)
    )


def is_member(
    countries: tuple[str, ...], place: NDArray[np.int64], days: Days
) -> NDArray[np.bool_]:
    """Say which rows are under roam-like-at-home.

    Parameters
    ----------
    countries, place
        Country codes, and for each row its place among them (-1: unknown).
    days
        Local day of use of each row.
    """
    first, last = np.datetime64("9999-12-31"), np.datetime64("0001-01-01")
    rows = {row["country"]: row for row in _table("eu_membership")}
    begins = [np.datetime64(rows[c]["from"]) if c in rows else first for c in countries]
    ends = [np.datetime64((rows[c]["until"] or first) if c in rows else last) for c in countries]
    begin = np.array([*begins, first], dtype="datetime64[D]")[place]
    end = np.array([*ends, last], dtype="datetime64[D]")[place]
    inside: NDArray[np.bool_] = (begin <= days) & (days <= end)
    return inside


@cache
def _table(name: str) -> tuple[dict[str, str], ...]:
    text = files(__package__).joinpath("data", f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))
