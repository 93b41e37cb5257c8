"""The operator's charges beside a plan: which rule makes them agree."""

from decimal import Decimal

import pandas as pd
import pytest

from esim_analysis.billing import agreement, meter
from esim_analysis.model import UsageRecords
from tests.billing.builders import a_plan, usage

USES = [
    "2026-10-01 10:00 ES 1.3MB session=a",
    "2026-10-01 10:20 ES 0.62MB session=a",
    "2026-10-01 20:00 ES 0.02MB session=d",
    "2026-10-02 00:30 ES 2.75MB session=b",
    "2026-10-02 23:30 FR 0.1MB session=c",
]
PLAN = a_plan(
    vat={"rate": "0.21", "included": True},
    zones=[{"id": "home", "countries": ["ES"]}, {"id": "eea", "group": "EU_RLAH"}],
    after={"home": [{"per_mb": "0.10"}], "eea": [{"per_mb": "0.20"}]},
)


def _charged_by(plan, digits=4):
    """Return the uses with the charges another plan gives, printed with some digits."""
    records = usage(USES)
    charge = meter(records, plan).records["charge"]
    printed = [round(Decimal(amount), digits) for amount in charge]
    return UsageRecords(records.frame.assign(charge=printed))


def _other(**changes):
    return a_plan(**{name: getattr(PLAN, name) for name in ("vat", "zones", "after")} | changes)


def test_the_same_plan_agrees():
    told = agreement(_charged_by(PLAN), PLAN)

    assert told.verdict == "agree"
    assert told.charged == told.expected == Decimal("0.489")  # 4.69 MB x 0.10 + 0.1 MB x 0.20
    assert told.differing == 0


@pytest.mark.parametrize(
    ("rule", "variant", "theirs"),
    [
        ("increment", "1000000 B / record", {"increment": {"bytes": 1_000_000, "per": "record"}}),
        ("increment", "1000000 B / session", {"increment": {"bytes": 1_000_000, "per": "session"}}),
        ("increment", "102400 B / day", {"increment": {"bytes": 102_400, "per": "day"}}),
        ("gb", "1073741824", {"units": {"gb": 1_073_741_824}}),
        ("vat", "ex", {"vat": {"rate": "0.21", "included": False}}),
        ("zone", "eea", {"zones": [{"id": "eea", "countries": ["ES", "FR"]},
                                   {"id": "home", "countries": ["XX"]}]}),
    ],
)  # fmt: skip
def test_a_difference_is_named_by_its_rule(rule, variant, theirs):
    told = agreement(_charged_by(_other(**theirs), digits=6), PLAN)

    assert (told.verdict, told.rule, told.variant) == ("differ_by_rule", rule, variant)
    assert told.charged != told.expected


def test_charges_without_vat_are_recognised():
    theirs = _other(
        vat={"rate": "0", "included": True},
        after={"home": [{"per_mb": "0.082645"}], "eea": [{"per_mb": "0.165289"}]},
    )
    told = agreement(_charged_by(theirs), PLAN)

    assert (told.rule, told.variant) == ("vat", "none")


def test_days_by_another_clock_are_recognised():
    # 1 EUR a day: by Madrid's clock two days with use before 3 Oct, by UTC's the first two share one
    days = {"home": [{"per_day": "1.00"}], "eea": [{"per_day": "1.00"}]}
    theirs = _other(after=days, period={"calendar_month_day": 1, "tz": "UTC"})
    told = agreement(_charged_by(theirs), _other(after=days))

    assert (told.verdict, told.rule, told.variant) == ("differ_by_rule", "clock", "UTC")


def test_what_no_rule_explains_stays_unexplained():
    records = usage(USES)
    odd = UsageRecords(records.frame.assign(charge=[Decimal(n) for n in (7, 1, 3, 9, 4)]))
    told = agreement(odd, PLAN)

    assert (told.verdict, told.rule) == ("differ", "")
    assert isinstance(told.tried, pd.DataFrame)


def test_records_without_charges_say_so():
    assert agreement(usage(USES), PLAN).verdict == "no_charges"
