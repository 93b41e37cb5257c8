"""What the `plan` commands print: a sentence first, then the lines behind it."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from functools import partial

import pandas as pd

from esim_analysis.billing import (
    AS_IS,
    WITHOUT,
    WITHOUT_ALL,
    Account,
    compare,
    example_plans,
    is_stale,
)
from esim_analysis.billing.saying import Row, say_comparison
from esim_analysis.i18n import Words
from esim_analysis.i18n.findings import describe
from esim_analysis.model import Analysis, Finding, Severity
from esim_analysis.model.plan import Plan
from esim_analysis.report.money import money
from esim_analysis.report.names import app_name
from esim_analysis.report.told import Told


def listed(words: Words, *, today: date) -> list[tuple[str, bool]]:
    """Return a line for each example plan, and whether its terms are too old to trust."""
    return [(_listed(plan, words, today), is_stale(plan, today=today)) for plan in example_plans()]


def _listed(plan: Plan, words: Words, today: date) -> str:
    marks = [
        words.money(plan.price, plan.currency),
        words.say("plan_new.terms_of", day=plan.as_of.isoformat()),
        *([words.say("money.stale_mark")] if is_stale(plan, today=today) else []),
        *([words.say("plan_new.made_up")] if plan.fictitious else []),
    ]
    return f"{plan.id:<24}  {plan.provider} · {plan.name} · {' · '.join(marks)}"


def forecast_text(account: Account | None, analysis: Analysis, words: Words) -> Told:
    """Return when the allowance ends, what was reached on the way, and what pausing adds."""
    if account is None:
        return Told(words.say("verdict.no_bill"), ())
    told = money(account, analysis, words)
    first, *rest = told.forecast or (told.total,)
    gains = [f"  {sentence}" for sentence in told.gains]
    warned = [" ".join(sentences) for sentences in told.warnings]
    total = [told.total] if told.forecast else []
    lines = (*rest, *gains, *warned, *total, *told.plan)
    return Told(first, lines)


def compare_text(
    plans: Sequence[Plan], analysis: Analysis, words: Words, *, today: date | None = None
) -> str:
    """Return what the usage costs under each plan, cheapest first, and the app-or-plan sentence.

    Parameters
    ----------
    plans
        The user's own first; none: the examples that an operator sold.
    """
    examples = [plan for plan in example_plans() if not plan.fictitious]
    chosen = list(plans) or examples
    findings = [one for one in analysis.findings if one.severity is not Severity.INFO]
    frame = compare(analysis.usage, chosen, findings, attribution=analysis.attribution, today=today)
    whole = frame[frame["scenario"] == AS_IS]
    cheapest = _by_price(whole)
    lines = [
        words.say(
            "money.compare_headline",
            count=len(whole),
            plan=cheapest[0]["name"],
            cost=words.money(Decimal(cheapest[0]["cost"]), cheapest[0]["currency"]),
        )
    ]
    if plans and findings:
        lines += _app_or_plan(frame, cheapest, words)
    for plan in cheapest:
        lines += _of_plan(frame, plan, findings, analysis, words)
    return "\n".join([*lines, words.say("money.compare_caveat")])


def _by_price(whole: pd.DataFrame) -> list[Row]:
    """Return plans by price, the first one's currency first: money is not converted.

    Plans that would not have served or priced everything come last.
    """
    short = (whole["stopped"] + whole["unpriced"]) > 0
    foreign = whole["currency"] != whole["currency"].iloc[0]
    keyed = whole.assign(short=short, foreign=foreign)
    ordered = keyed.sort_values(["short", "foreign", "cost"], kind="stable")
    return list(ordered.to_dict("records"))


def _app_or_plan(frame: pd.DataFrame, cheapest: list[Row], words: Words) -> list[str]:
    """Weigh fixing everything under the own plan against moving to the cheapest as things are."""
    own = frame[frame["plan"] == frame["plan"].iloc[0]]
    fixed = own[own["scenario"] != AS_IS]["saving"].max()
    same = [plan for plan in cheapest if plan["currency"] == own["currency"].iloc[0]]
    serves = [plan for plan in same if not plan["stopped"] and not plan["unpriced"]]
    cost = own["cost"].iloc[0]
    other = max([Decimal(0), *(Decimal(cost) - Decimal(plan["cost"]) for plan in serves)])
    currency = own["currency"].iloc[0]
    return [
        words.say(
            "money.compare_app_or_plan",
            plan=own["name"].iloc[0],
            saving=words.money(Decimal(fixed), currency),
            other=words.money(other, currency),
        )
    ]


def _of_plan(
    frame: pd.DataFrame, plan: Row, findings: list[Finding], analysis: Analysis, words: Words
) -> list[str]:
    name = partial(app_name, analysis.evidence.labels, words=words)
    mine = frame[frame["plan"] == plan["plan"]]
    marks = [words.say("money.stale_mark")] if plan["stale"] else []
    if plan["unpriced"]:
        marks.append(words.say("money.not_covered", volume=words.volume(plan["unpriced"])))
    told = " ".join(say_comparison(plan, words, name))
    lines = [told + (f" ({'; '.join(marks)})" if marks else "")]
    for row in mine[mine["saving"] > 0].to_dict("records"):
        if row["scenario"] == WITHOUT:
            finding = findings[int(row["finding"])]
            title = name(finding.app) if finding.app else describe(finding, words, name).title
            lines.append("  " + " ".join(say_comparison(row, words, _always(title))))
        elif row["scenario"] == WITHOUT_ALL:
            cost = words.money(Decimal(row["cost"]), row["currency"])
            saving = words.money(Decimal(row["saving"]), row["currency"])
            told = words.say(
                "billing.compare_without", app=words.say("money.all"), cost=cost, saving=saving
            )
            lines.append(f"  {told}")
    return lines


def _always(title: str) -> Callable[[str], str]:
    """Return what names a finding by its title, whatever its app."""
    return lambda _app: title
