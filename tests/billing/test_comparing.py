"""Fix the app, or change the plan? The same usage under other plans, with and without leaks."""

from datetime import date
from decimal import Decimal

import pandas as pd
import pytest

from esim_analysis.billing import compare, example_plans, find_plan, meter, parts
from esim_analysis.billing.ledger import Ledger
from esim_analysis.billing.removal import bytes_of
from esim_analysis.model.plan import Shared
from tests.billing.builders import a_plan, attributed, leak, usage

USES = [
    "2026-10-01 12:00 ES 500MB",
    "2026-10-13 02:10 ES 600MB min=48",
    "2026-10-20 12:00 ES 700MB",
]
SMALL = a_plan(id="small", price=10, allowances=[{"bytes": "1GB"}], after={
    "home": [{"per_gb": "10.00"}]})  # fmt: skip
LARGE = a_plan(id="large", price=15, allowances=[{"bytes": "5GB"}])
NIGHT = leak("com.example.lexi", "2026-10-13 02:10", 48, "600MB")


def test_fix_the_app_or_change_the_plan():
    # Small: 1.8 GB = 10 + 0.8 x 10 = 18; without the leak 1.2 GB = 12. Large: 15 either way.
    told = compare(usage(USES), [SMALL, LARGE], [NIGHT])

    assert told[["plan", "scenario", "cost", "saving"]].to_numpy().tolist() == [
        ["small", "as_is", Decimal(18), Decimal(0)],
        ["small", "without", Decimal(12), Decimal(6)],
        ["large", "as_is", Decimal(15), Decimal(0)],
        ["large", "without", Decimal(15), Decimal(0)],
    ]


def test_without_all_leaks_together():
    # Two leaks of 600 and 700 MB: 0.5 GB is left, nothing over
    other = leak("com.example.vista", "2026-10-20 12:00", 10, "700MB")
    told = compare(usage(USES), [SMALL], [NIGHT, other])

    assert told["scenario"].tolist() == ["as_is", "without", "without", "without_all"]
    assert told["cost"].tolist() == [Decimal(18), Decimal(12), Decimal(11), Decimal(10)]


def test_a_leak_takes_its_bytes_from_the_records_it_overlaps():
    # 02:00-02:30 covers 20 of the 48 minutes of the night record and 10 of 10 of the other
    uses = ["2026-10-13 02:10 ES 480MB min=48", "2026-10-13 02:15 ES 200MB"]
    half = leak("x", "2026-10-13 02:00", 30, "100MB")
    ledger = Ledger.of(usage(uses))

    # Weights 480 x 20/48 = 200 and 200: half each
    assert bytes_of(half, ledger).tolist() == [50_000_000, 50_000_000]


def test_a_record_never_loses_more_than_it_has():
    huge = leak("x", "2026-10-13 02:10", 48, "9GB")

    assert bytes_of(huge, Ledger.of(usage(USES))).tolist() == [0, 600_000_000, 0]


def test_a_leak_of_another_line_takes_nothing():
    other = leak("x", "2026-10-13 02:10", 48, "600MB", line="line-9")
    told = compare(usage(USES), [SMALL], [other])

    assert told["saving"].tolist() == [Decimal(0), Decimal(0)]


def test_in_a_shared_plan_a_leak_of_one_line_frees_bytes_for_the_other():
    # 0.6 (leak) + 0.9 GB of 1 GB: 5 over; without: 0
    uses = ["2026-10-01 02:10 ES 600MB min=48 line=a", "2026-10-02 12:00 ES 900MB line=b"]
    shared = a_plan(price=10, shared={}, allowances=[{"bytes": "1GB"}], after={
        "home": [{"per_gb": "10.00"}]})  # fmt: skip
    told = compare(usage(uses), [shared], [leak("x", "2026-10-01 02:10", 48, "600MB", line="a")])

    assert told["cost"].tolist() == [Decimal(15), Decimal(10)]


def test_plans_carry_their_marks():
    told = compare(usage(USES), example_plans(), today=date(2026, 11, 22))

    assert len(told) == len(example_plans())
    assert not told["verified"].any()
    assert told.set_index("plan").loc["demo-10gb", ["fictitious", "stale"]].tolist() == [
        True,
        False,
    ]
    assert bool(told.set_index("plan").loc["es-simyo-payg", "stale"])


def test_every_cost_is_what_the_meter_says():
    records = usage(USES)
    told = compare(records, example_plans()).set_index("plan")["cost"]

    assert told.to_dict() == {plan.id: meter(records, plan).total for plan in example_plans()}


def test_apps_a_plan_treats_apart_count_in_a_comparison():
    uses = ["2026-10-01 10:00 ES 400MB app=chat"]
    free = a_plan(
        allowances=[{"bytes": "unlimited", "apps": ["chat"], "zero_rated": True}],
        after={"home": [{"per_mb": "1.00"}]},
    )

    assert compare(usage(uses), [free])["cost"].tolist() == [Decimal(400)]
    assert compare(usage(uses), [free], attribution=attributed(uses))["cost"].tolist() == [0]


FAMILY = find_plan("es-family-shared")
SOME_SHARE = FAMILY.model_copy(update={"shared": Shared(extra_line=Decimal(5), lines=("a", "c"))})


@pytest.mark.parametrize(
    "terms", [FAMILY, SOME_SHARE, find_plan("demo-10gb"), find_plan("es-simyo-payg")]
)
def test_a_usage_cut_into_parts_costs_what_it_costs_whole(terms, monkeypatch):
    monkeypatch.setattr(parts, "ROWS_AT_ONCE", 3)
    days = pd.date_range("2026-08-03", "2026-11-27", freq="37h")
    lines = ["a", "b", "c"]
    uses = [
        f"{day:%Y-%m-%d %H:%M} {['ES', 'FR', 'TR'][n % 3]} {200 + n}MB line={lines[n % 3]}"
        for n, day in enumerate(days)
        if day.month != 9
    ]
    records = usage(uses)
    cut = list(parts.parts(Ledger.of(records).under(terms), terms))

    assert len(cut) >= 3
    assert compare(records, [terms])["cost"].tolist() == [meter(records, terms).total]
