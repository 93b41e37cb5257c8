"""The pictures of money for a notebook: a case under its plan, dressed with its names."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from esim_analysis import figures
from esim_analysis.billing import Account, compare, example_plans, find_plan
from esim_analysis.model import UsageError
from esim_analysis.report.names import OTHERS, app_name
from esim_analysis.report.shares import leading_apps
from esim_analysis.widgets.shown import Shown

if TYPE_CHECKING:
    from esim_analysis.case import Case

_APPS: Final = 6


def cost_by_day(case: "Case") -> Shown:
    """Draw what each app cost, day by day."""
    told, words = _account(case), case.words
    ranked = [app for app in leading_apps(case.attribution(), count=_APPS) if app != OTHERS]
    name = partial(app_name, case.evidence.labels, words=words)
    drawn = figures.cost_by_day(
        told.by_app,
        words=words,
        names={app: name(app) for app in ranked},
        currency=told.plan.currency,
        zone=told.metered.zone,
    )
    return Shown(drawn, words)


def plan_comparison(case: "Case", plans: Sequence[str] = ()) -> Shown:
    """Draw the cost of this usage under the case's plan and others.

    Parameters
    ----------
    plans
        Files, `file#id` or ids of examples; none: the examples that an operator sold.
    """
    told = _account(case)
    sold = [plan for plan in example_plans() if not plan.fictitious]
    others = [find_plan(plan) for plan in plans] or sold
    frame = compare(
        case.usage,
        [told.plan, *others],
        told.findings,
        attribution=case.attribution(),
        today=told.as_of.date(),
    )
    return Shown(figures.plan_comparison(frame, words=case.words), case.words)


def roaming_cost(case: "Case") -> Shown:
    """Draw what use in each zone of the plan cost."""
    told = _account(case)
    drawn = figures.roaming_cost(
        told.metered.records, words=case.words, currency=told.plan.currency
    )
    return Shown(drawn, case.words)


def calendar(case: "Case") -> Shown:
    """Draw each day of the bill in its week."""
    told = _account(case)
    drawn = figures.calendar(told.by_app, words=case.words, currency=told.plan.currency)
    return Shown(drawn, case.words)


def _account(case: "Case") -> Account:
    told = case.account()
    if told is None:
        raise UsageError("these pictures need a plan: open_case(…, plan='plan.toml')")
    return told
