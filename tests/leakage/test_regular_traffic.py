import numpy as np

from esim_analysis.leakage import find
from esim_analysis.model import Severity
from tests.leakage.lives import MB, Use, daily, facts, ordinary_month

NEWS = "com.example.brisa"


def _found(uses):
    return [f for f in find(facts([*ordinary_month(), *uses])) if f.rule == "regular_traffic"]


def _every(minutes, *, days=(3, 4, 5, 6), volume=20_000, **more):
    settings = {
        "host": "api.brisa.example",
        "ip": "198.51.100.4",
        "port": 443,
        "up": volume // 4,
        **more,
    }
    return [
        use
        for at in range(0, 1440, minutes)
        for use in daily(NEWS, f"{at // 60:02d}:{at % 60:02d}", 1, volume, days=days, **settings)
    ]


def test_a_clock_of_ten_minutes_is_found_with_its_rhythm_and_price():
    (finding,) = _found(_every(10))
    assert finding.app == NEWS
    assert finding.facts["every_s"] == 600
    assert finding.facts["score"] >= 0.9
    assert finding.facts["contacts"] == 4 * 144
    assert finding.severity in (Severity.INFO, Severity.LOW)


def test_a_rhythm_of_hours_over_weeks_is_found_though_no_day_has_enough():
    (finding,) = _found(_every(360, days=range(1, 25), volume=400_000))
    assert finding.facts["basis"] == "sparse"
    assert finding.facts["every_s"] == 6 * 3600


def test_a_film_that_asks_by_the_clock_on_two_evenings_is_silent_and_a_full_day_is_not():
    film = [
        use
        for at in range(18 * 60, 23 * 60, 2)
        for use in daily(NEWS, f"{at // 60:02d}:{at % 60:02d}", 1, 900_000, days=(4, 11),
                         host="api.brisa.example", ip="198.51.100.4", port=443, ground="unknown")
    ]  # fmt: skip
    morning = daily(NEWS, "08:00", 1, 900_000, days=(4, 11), host="api.brisa.example",
                    ip="198.51.100.4", port=443, ground="unknown")  # fmt: skip
    assert _found([*film, *morning]) == []
    assert len(_found(_every(10, days=(4,)))) == 1


def test_a_person_who_reads_in_the_morning_and_at_night_is_silent():
    dice = np.random.default_rng(5)
    reads = [
        Use(NEWS, f"2026-10-{day:02d} {hour:02d}:{int(minute):02d}", 1, 40_000,
            host="api.brisa.example", ip="198.51.100.4", port=443)
        for day in range(1, 25) for hour in (8, 22) for minute in dice.integers(0, 60, 15)
    ]  # fmt: skip
    assert _found(reads) == []


def test_look_ups_multicast_and_the_flat_are_silent():
    assert _found(_every(10, port=53)) == []
    assert _found(_every(10, host="", ip="239.255.255.250")) == []
    assert _found(_every(10, host="", ip="192.168.1.1")) == []


def test_a_push_service_is_for_information():
    (finding,) = _found(_every(10, host="mtalk.google.com", volume=2 * MB))
    assert finding.severity is Severity.INFO
