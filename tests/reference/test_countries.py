from zoneinfo import ZoneInfo

import pytest

from esim_analysis.reference import (
    country_of_network,
    usual_zone,
    zones_of_country,
)
from esim_analysis.reference.tables import table


@pytest.mark.parametrize(
    ("network", "country"),
    [("214-07", "ES"), ("460-00", "CN"), ("21407", "ES"), ("310-260", "US"), ("901-18", None)],
)
def test_a_network_tells_its_country(network, country):
    assert country_of_network(network) == country


def test_spain_is_madrid_first_and_the_canaries_are_known():
    zones = zones_of_country("ES")
    assert zones[0] == usual_zone("ES") == "Europe/Madrid"
    assert set(zones) == {"Europe/Madrid", "Africa/Ceuta", "Atlantic/Canary"}


def test_a_country_without_a_usual_zone_has_none_assumed():
    assert usual_zone("US") is None
    assert "America/New_York" in zones_of_country("US")
    assert usual_zone("ZZ") is None
    assert zones_of_country("ZZ") == ()


def test_a_country_outside_the_table_takes_its_only_zone():
    assert usual_zone("KE") == "Africa/Nairobi"


def test_every_zone_and_code_of_the_table_exists():
    for row in table("countries"):
        assert row["mcc"].isdigit()
        assert len(row["mcc"]) == 3
        if row["zone"]:
            assert row["zone"] in zones_of_country(row["country"])
            assert ZoneInfo(row["zone"]).key == row["zone"]
    assert len({row["mcc"] for row in table("countries")}) == len(table("countries"))
