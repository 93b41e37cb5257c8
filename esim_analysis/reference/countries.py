"""Countries of networks, and the time zones people live in there."""

from functools import cache
from importlib.resources import files

from esim_analysis.reference.tables import table


def country_of_network(plmn: str) -> str | None:
    """Return the ISO country of `"214-07"`, `"214"` or `"21407"`; None when unknown.

    Codes from 901 are ships, aircraft and the like: no country.
    """
    return _by_mcc().get(plmn.strip()[:3])


def zones_of_country(country: str) -> tuple[str, ...]:
    """Return the IANA zones of an ISO country, the one most people live in first.

    Empty for an unknown country.
    """
    usual, zones = _usual_zones().get(country, ""), _zone_tab().get(country, ())
    return (usual, *(zone for zone in zones if zone != usual)) if usual else zones


def usual_zone(country: str) -> str | None:
    """Return the zone to assume for a country; None where none is usual for most people."""
    zones = zones_of_country(country)
    return _usual_zones().get(country) or (zones[0] if len(zones) == 1 else None)


@cache
def _by_mcc() -> dict[str, str]:
    return {row["mcc"]: row["country"] for row in table("countries")}


@cache
def _usual_zones() -> dict[str, str]:
    return {row["country"]: row["zone"] for row in table("countries")}


@cache
def _zone_tab() -> dict[str, tuple[str, ...]]:
    text = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return {
        country: tuple(row[2] for row in rows if row[0] == country)
        for country in dict.fromkeys(row[0] for row in rows)
    }
