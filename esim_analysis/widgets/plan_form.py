"""A plan in a form: choose one, change its numbers, answer more; each change makes a new plan."""

from collections.abc import Callable
from datetime import date
from html import escape
from pathlib import Path
from typing import Any, Final

import ipywidgets

from esim_analysis.billing import example_plans, is_stale
from esim_analysis.billing.drafting import revised, save
from esim_analysis.billing.saying import say_plan, say_problem
from esim_analysis.i18n import Words
from esim_analysis.model import EsimError
from esim_analysis.model.plan import Plan

_MONTH: Final = "month"
_DAYS: Final = "days"
_WIDE: Final = {"width": "auto"}
# What `plan new` asks beyond the numbers in sight; empty: as in the plan chosen.
_MORE: Final = ("name", "provider", "country", "vat", "gb", "rounding", "after", "abroad")
_STYLE: Final = {"description_width": "initial"}


class PlanForm(ipywidgets.VBox):  # type: ignore[misc] # ipywidgets ships no types
    """The form; `plan` is what it says now, None while its numbers do not fit together.

    Parameters
    ----------
    own
        The plan to begin with; stands first in the list.
    today
        Lets examples whose terms are old say so.
    """

    def __init__(self, own: Plan | None, words: Words, *, today: date) -> None:
        self._words = words
        self._today = today
        self._listeners: list[Callable[[], None]] = []
        self._quiet = False
        plans = [*([own] if own else []), *example_plans()]
        self.plan: Plan | None = plans[0]
        self.choice = ipywidgets.Dropdown(
            options=[(self._named(plan, own), plan) for plan in plans],
            description=words.say("money.form_plan"),
            layout={"width": "min(100%, 560px)"},
            style=_STYLE,
        )
        self.allowance = self._number("money.form_allowance")
        self.price = self._number("money.form_price")
        self.after = self._number("money.form_after")
        self.cycle = ipywidgets.Dropdown(
            options=[
                (words.say("money.form_month"), _MONTH),
                (words.say("money.form_days"), _DAYS),
            ],
            description=words.say("money.form_cycle"),
            style=_STYLE,
        )
        self.day = ipywidgets.IntSlider(
            min=1, max=31, description=words.say("money.form_day"), style=_STYLE
        )
        self.begins = ipywidgets.DatePicker(
            description=words.say("money.form_begins"), style=_STYLE
        )
        self.more = {
            asked: ipywidgets.Text(
                placeholder=words.say(f"plan_new.example_{asked}"),
                continuous_update=False,
                layout={"width": "100%"},
            )
            for asked in _MORE
        }
        self.about = ipywidgets.HTML()
        self.problem = ipywidgets.HTML()
        self.keep = ipywidgets.Button(description=words.say("money.form_save"), layout=_WIDE)
        super().__init__(children=self._laid_out())
        self.choice.add_class("esim-plans")
        self._fill(plans[0])
        self._listen()

    def on_change(self, heard: Callable[[], None]) -> None:
        """Call `heard` after every change that makes a plan."""
        self._listeners.append(heard)

    def _named(self, plan: Plan, own: Plan | None) -> str:
        if plan is own:
            return f"{self._words.say('money.form_own')}: {plan.name}"
        old = is_stale(plan, today=self._today)
        # A list cannot be greyed in part: old terms stand in brackets and say why.
        shown = f"{plan.provider} · {plan.name}"
        return f"({shown} · {self._words.say('money.stale_mark')})" if old else shown

    def _number(self, key: str) -> ipywidgets.FloatText:
        return ipywidgets.FloatText(
            description=self._words.say(key), style=_STYLE, layout={"width": "210px"}
        )

    def _laid_out(self) -> list[ipywidgets.Widget]:
        row = {"flex_flow": "row wrap"}
        numbers = ipywidgets.HBox([self.allowance, self.price, self.after], layout=row)
        times = ipywidgets.HBox([self.cycle, self.day, self.begins, self.keep], layout=row)
        questions = [
            ipywidgets.VBox([ipywidgets.Label(self._words.say(f"plan_new.{asked}")), box])
            for asked, box in self.more.items()
        ]
        more = ipywidgets.Accordion([ipywidgets.VBox(questions)], selected_index=None)
        more.set_title(0, self._words.say("money.form_more"))
        return [self._grey(), self.choice, self.about, numbers, times, more, self.problem]

    def _grey(self) -> ipywidgets.HTML:
        """Return the style that greys the plans of the list whose terms are old."""
        old = [
            f".esim-plans option:nth-child({place + 1})"
            for place, (_, plan) in enumerate(self.choice.options)
            if is_stale(plan, today=self._today)
        ]
        return ipywidgets.HTML(f"<style>{','.join(old)}{{color:#8a8f98}}</style>" if old else "")

    def _listen(self) -> None:
        self.choice.observe(self._chosen, "value")
        numbers = (self.allowance, self.price, self.after, self.cycle, self.day, self.begins)
        controls = (*numbers, *self.more.values())
        for control in controls:
            control.observe(self._changed, "value")
        self.keep.on_click(self._keep)

    def _fill(self, plan: Plan) -> None:
        """Show what the few numbers of the form are in a plan."""
        self._quiet = True
        sized = [plan.size(a.bytes) for a in plan.allowances if str(a.bytes)[:1].isdigit()]
        steps = plan.after.get(plan.zones[0].id, ())
        per_gb = [step.per_gb or (step.per_mb or 0) * 1000 for step in steps]
        self.allowance.value = sized[0] / 1e9 if sized else 0
        self.price.value = float(plan.price)
        self.after.value = float(per_gb[0]) if per_gb and not isinstance(per_gb[0], str) else 0
        self.cycle.value = _MONTH if plan.period.calendar_month_day else _DAYS
        length = plan.period.calendar_month_day or plan.period.days or 30
        self.day.max = 31 if self.cycle.value == _MONTH else max(60, length)
        self.day.value = length
        anchor = plan.period.anchor
        self.begins.value = date.fromisoformat(str(anchor)[:10]) if anchor else None
        self.begins.disabled = self.cycle.value == _MONTH
        for box in self.more.values():
            box.value = ""
        self.plan = plan
        self.problem.value = ""
        self._shown = self._numbers()
        told = " ".join(say_plan(plan, self._words, today=self._today))
        self.about.value = f'<small style="opacity:.75">{escape(told)}</small>'
        self._quiet = False

    def _chosen(self, change: dict[str, Any]) -> None:
        self._fill(change["new"])
        self._tell()

    def _changed(self, _change: dict[str, Any]) -> None:
        if self._quiet:
            return
        self.begins.disabled = self.cycle.value == _MONTH
        self.day.max = 31 if self.cycle.value == _MONTH else 366
        try:
            self.plan = self._drafted()
        except EsimError as problem:
            self.plan = None
            told = self._words.say("money.form_problem", problem=say_problem(problem, self._words))
            self.problem.value = f"<b>{escape(told)}</b>"
            return
        self.problem.value = ""
        self._tell()

    def _drafted(self) -> Plan:
        """Return the chosen plan with what was changed; every other term of it stays."""
        changed = {
            asked: answer
            for asked, answer in self._numbers().items()
            if answer != self._shown[asked]
        }
        told = {asked: box.value for asked, box in self.more.items() if box.value.strip()}
        answers = changed | told
        return revised(self.choice.value, answers) if answers else self.choice.value

    def _numbers(self) -> dict[str, str]:
        """Return what the numbers in sight answer."""
        currency = self.choice.value.currency
        begins = f" from {self.begins.value}" if self.begins.value else ""
        by_days = self.cycle.value == _DAYS
        return {
            "allowance": f"{self.allowance.value:g}GB" if self.allowance.value else "unlimited",
            "price": f"{self.price.value:.6g} {currency}",
            "cycle": f"{self.day.value} days{begins}" if by_days else f"month {self.day.value}",
            "after": f"{self.after.value:.6g} per GB" if self.after.value else "stops",
        }

    def _tell(self) -> None:
        for heard in self._listeners:
            heard()

    def _keep(self, _button: object) -> None:
        if self.plan is None:
            return
        try:
            told = self._words.say("money.form_saved", file=save(self.plan, Path("plan.toml")).name)
        except EsimError as problem:
            told = self._words.trouble(problem)
        self.problem.value = escape(told)
