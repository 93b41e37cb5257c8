"""The page on plans: its example reads, and it names every field."""

import re
from pathlib import Path

from esim_analysis.billing import read_plans
from esim_analysis.model import plan as plans
from esim_analysis.model.plan import Part

PAGE = (Path(__file__).parents[2] / "docs" / "plans.md").read_text(encoding="utf-8")
EXAMPLE = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)[1]


def test_the_example_is_a_plan():
    plan = read_plans(EXAMPLE, "plans.md")[0]
    assert plan.shared.lines == ("line-1", "line-3")
    assert [zone.id for zone in plan.zones] == ["home", "eea", "rest"]


def test_every_field_of_a_plan_is_on_the_page():
    tables = [
        one for one in vars(plans).values() if isinstance(one, type) and issubclass(one, Part)
    ]
    fields = {name for table in tables for name in table.model_fields} - {"version"}
    missing = {name for name in fields if not re.search(rf"\b{name}\b", PAGE)}
    assert len(fields) > 50
    assert missing == set()
