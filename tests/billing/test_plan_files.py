"""Plans on disk: what is written reads back, and a mistake is one sentence with its line."""

import re
from datetime import date
from decimal import Decimal

import pytest

from esim_analysis.billing import example_plans, is_stale, read_plan, read_plans, write_plan
from esim_analysis.model import FileError
from esim_analysis.model.plan import Plan

GOOD = """schema = 1

[[plans]]
id = "demo"
provider = "Example"
name = "Demo"
kind = "monthly"
currency = "EUR"
as_of = 2026-01-01
source = "made up"
price = 10.00
period = { days = 28, tz = "Europe/Madrid" }
zones = [
  { id = "home", countries = ["ES"] },
  { id = "eea", group = "EU_RLAH" },
]
allowances = [
  { id = "main", bytes = "6GB", zones = ["home", "eea"] },
  { id = "night", bytes = "10GB", when = { hours = "00-07" } },
]

[plans.after]
home = [{ throttle_kbps = 16 }]
eea = [{ per_gb = "eu_cap", ex_vat = true }]
"""
MISTAKES = {
    "a negative size": ('"6GB"', '"-6GB"', 18, "'-6GB' is not a size", '"6GB"'),
    "a size of nothing": ('"6GB"', '"0GB"', 18, "'0GB' is not a size", "above zero"),
    "a size without unit": ('"6GB"', '"6"', 18, "'6' is not a size", '"6GB"'),
    "a cycle of 0 days": ("days = 28", "days = 0", 12, "days = 0 does not fit", "equal to 1"),
    "two cycles at once": (
        "days = 28", "days = 28, calendar_month_day = 1", 12, "cycle is not clear", "give one of"),
    "an unknown zone": ('zones = ["home", "eea"]', 'zones = ["home", "eae"]', 18,
                        "unknown zone 'eae'", "write 'eea'"),
    "a ladder of an unknown zone": (
        "eea = [{ per", "eae = [{ per", 24, "unknown zone 'eae'", "write 'eea'"),
    "overlapping windows": (
        '"6GB", zones', '"6GB", when = { hours = "06-09" }, zones', 19,
        "two time windows overlap on mon 06:00", "shorten one"),
    "hours that are none": ('"00-07"', '"midnight"', 19, "'midnight' are not hours", '"00-07"'),
    "a misspelt field": ("allowances =", "alowances =", 17, "unknown field 'alowances'",
                         "write 'allowances'"),
    "a misspelt field inside": ("throttle_kbps", "throtle_kbps", 23,
                                "unknown field 'throtle_kbps'", "write 'throttle_kbps'"),
    "a missing price": ("price = 10.00\n", "", 4, "'price' is missing", "add price"),
    "a negative price": ("10.00", "-10.00", 11, "price = -10.00 does not fit", "equal to 0"),
    "a quote too few": ('"Demo"', '"Demo', 6, "this is not TOML", "quotes"),
    "an unknown time zone": ("Europe/Madrid", "Europe/Madird", 12,
                             "unknown time zone 'Europe/Madird'", "Europe/Madrid"),
    "an unknown kind": ('"monthly"', '"weekly"', 7, 'kind = "weekly" does not fit', "'monthly'"),
    "a step without price": ("throttle_kbps = 16", 'note = "slow"', 23, "no price",
                             "throttle_kbps"),
    "EU rules in another currency": ('"EUR"', '"USD"', 8, "are in euro", "operator's own"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_sentence_with_line_and_suggestion(mistake):
    right, wrong, line, found, step = MISTAKES[mistake]
    assert right in GOOD

    with pytest.raises(FileError) as caught:
        read_plan(GOOD.replace(right, wrong, 1), "my.toml")

    error = caught.value
    assert re.match(r"line (\d+)", error.place)[1] == str(line)
    assert str(error).startswith("my.toml, line ")
    assert found in error.found
    assert step in error.next_step
    assert "\n" not in str(error)


def test_the_good_file_reads():
    plan = read_plan(GOOD, "my.toml")

    assert plan.price == Decimal("10.00")
    assert plan.size("6GB") == 6_000_000_000
    assert plan.period.days == 28


@pytest.mark.parametrize("plan", example_plans(), ids=lambda plan: plan.id)
def test_a_plan_written_reads_back_the_same(plan):
    text = write_plan(plan)

    assert read_plan(text, "again.toml") == plan
    assert write_plan(read_plan(text, "again.toml")) == text


def test_money_keeps_every_digit_on_its_way_through_a_file():
    plan = read_plan(GOOD.replace("10.00", "0.003500"), "my.toml")

    assert "price = 0.003500" in write_plan(plan)


def test_the_examples_are_dated_sourced_and_not_verified():
    plans = example_plans()

    assert len(plans) >= 25
    assert all(plan.source and not plan.verified for plan in plans)
    assert all(plan.fictitious for plan in plans if "made up" in plan.source)
    assert all(is_stale(plan, today=date(2026, 11, 22)) for plan in plans if plan.as_of.year < 2026)


def test_terms_are_stale_after_180_days():
    plan = read_plan(GOOD, "my.toml")

    assert not is_stale(plan, today=date(2026, 6, 30))
    assert is_stale(plan, today=date(2026, 7, 1))


def test_a_file_of_several_plans_asks_which():
    plans = example_plans()
    text = write_plan(plans[0]) + write_plan(plans[1]).replace("schema = 1\n", "")

    assert len(read_plans(text, "two.toml")) == 2
    assert read_plan(text, "two.toml", plans[1].id) == plans[1]
    with pytest.raises(FileError, match="it holds 2 plans"):
        read_plan(text, "two.toml")
    with pytest.raises(FileError, match=f"write '{plans[0].id}'"):
        read_plan(text, "two.toml", plans[0].id + "x")


def test_two_plans_of_one_id_are_refused():
    text = GOOD + GOOD.replace("schema = 1\n", "")

    with pytest.raises(FileError, match="two plans have the id 'demo'"):
        read_plans(text, "two.toml")


def test_sizes_follow_the_plans_gb_and_binary_units_do_not():
    decimal = read_plan(GOOD, "my.toml")
    binary = decimal.model_copy(update={"units": Plan.model_fields["units"].default.model_copy(
        update={"gb": 1_073_741_824})})  # fmt: skip

    assert [decimal.size(s) for s in ("1GB", "1MB", "1KB", "1MiB", 7)] == [
        10**9, 10**6, 1000, 2**20, 7]  # fmt: skip
    assert [binary.size(s) for s in ("1GB", "1MB", "1KB", "1MiB")] == [
        2**30, 2**20, 1024, 2**20]  # fmt: skip
