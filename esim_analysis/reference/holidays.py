"""Public holidays of Spain and of its autonomous communities, as dated tables."""

from datetime import date
from functools import cache
from typing import Final
from unicodedata import combining, normalize

from esim_analysis.model import UsageError
from esim_analysis.reference.tables import table

SPAIN: Final = "ES"
# Zones that only one place keeps.
_ZONES: Final = {"Atlantic/Canary": "ES-CN", "Africa/Ceuta": "ES-CE"}


@cache
def holidays(place: str = SPAIN) -> tuple[date, ...]:
    """Return the public holidays of Spain and of `place`, `"ES-MD"`, in order.

    Days of a single town are not in the table, and days of a place only as far as
    `holidays_known_until` says.
    """
    rows = (row for row in table("holidays_es") if row["place"] in {SPAIN, place})
    return tuple(sorted({date.fromisoformat(row["date"]) for row in rows}))


@cache
def holidays_known_until(place: str = SPAIN) -> date:
    """Return the last day of the last year the table knows for a place."""
    years = [int(row["date"][:4]) for row in table("holidays_es") if row["place"] == place]
    return date(max(years), 12, 31)


def place_names() -> dict[str, str]:
    """Return the name of each autonomous community by its ISO 3166-2 code."""
    return {row["place"]: row["name"] for row in table("communities_es")}


def place_of_zone(zone: str) -> str:
    """Return the community that alone keeps a time zone, `""` where several do."""
    return _ZONES.get(zone, "")


def find_place(told: str) -> str:
    """Return the code of an autonomous community by its code or name.

    Raises
    ------
    UsageError
        There is none of that name.
    """
    known = {
        _folded(name): row["place"]
        for row in table("communities_es")
        for name in (row["place"], row["place"][3:], row["name"], *row["aliases"].split("|"))
    }
    found = known.get(_folded(told))
    if not found:
        names = ", ".join(place_names().values())
        raise UsageError(f"--place: no autonomous community is called {told!r}; known are {names}")
    return found


def _folded(name: str) -> str:
    bare = (sign for sign in normalize("NFKD", name.casefold()) if not combining(sign))
    return "".join(bare).strip()
