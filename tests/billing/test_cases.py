"""Every mechanism of billing by hand: the tables in `cases/` carry the arithmetic."""

import pytest

from esim_analysis.billing import meter
from esim_analysis.billing.metered import KINDS
from tests.billing.builders import a_plan, cases, usage

CASES = cases()


@pytest.mark.parametrize(
    "case", [case for _, case in CASES], ids=[f"{table}: {case['says']}" for table, case in CASES]
)
def test_the_meter_agrees_with_the_arithmetic(case):
    metered = meter(usage(case["uses"]), a_plan(**case.get("plan", {})))

    found = {"total": metered.total, "periods": len(metered.periods)}
    found |= {kind: int(metered.records[kind].sum()) for kind in (*KINDS, "counted")}
    expected = {name: value for name, value in case.items() if name in found}
    assert {name: found[name] for name in expected} == expected


def test_there_are_at_least_sixty_cases_and_no_name_twice():
    names = [case["says"] for _, case in CASES]
    assert len(set(names)) == len(names) >= 60
