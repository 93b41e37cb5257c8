from dataclasses import replace

from esim_analysis.i18n import Words
from esim_analysis.i18n.findings import describe
from esim_analysis.leakage import find
from tests.leakage.lives import MB, bill_only, daily, facts, ordinary_month


def _at(uses, country, roaming, plmn=""):
    return [replace(use, country=country, roaming=roaming, plmn=plmn) for use in uses]


def _found(uses, **more):
    return [f for f in find(facts(uses, **more)) if f.rule == "roaming_unexpected"]


HOME = _at(bill_only(ordinary_month(range(1, 20))), "ES", "home", "214-07")
TRIP = _at(bill_only(daily("com.example.brisa", "10:00", 60, 90 * MB, days=(21, 22, 23))), "CH",
           "international", "228-01")  # fmt: skip
TRAVEL = _at(bill_only(ordinary_month()), "ES", "international", "214-07")


def _plan(*countries):
    return lambda frame: frame["country"].isin(countries).astype("boolean")


def test_a_place_the_plan_does_not_hold_is_found_with_its_price():
    (finding,) = _found([*TRAVEL, *TRIP], places=_plan("ES"), price_a_mb="0.2")
    assert (finding.app, finding.facts["kind"], finding.facts["places"]) == ("", "plan", "CH")
    assert finding.bytes == 270 * MB
    assert finding.cost == 54
    assert finding.confidence == 0.9
    told = describe(finding, Words("zh", "Europe/Madrid"))
    assert "瑞士" in told.observation


def test_a_travel_esim_always_roams_and_is_silent():
    assert _found(TRAVEL) == []
    assert _found([*TRAVEL, *TRIP]) == []
    assert _found([*TRAVEL, *TRIP], places=_plan("ES", "CH")) == []


def test_a_home_sim_abroad_is_found_without_a_plan():
    (finding,) = _found([*HOME, *TRIP])
    assert finding.facts["kind"] == "abroad"


def test_inside_the_eu_a_home_plan_goes_along():
    assert _found([*HOME, *_at(TRIP, "FR", "eu_rlah", "208-01")]) == []


def test_ships_and_aircraft_are_always_told():
    ferry = _at(TRIP, "", "international", "901-18")
    (finding,) = _found([*TRAVEL, *ferry])
    assert finding.facts["kind"] == "sea_air"
    assert _found([*TRAVEL, *ferry], places=_plan("ES", "")) == []


def test_a_bill_without_places_answers_nothing():
    assert _found(bill_only(ordinary_month())) == []
