"""Will it last: a plan, a day to look ahead from, and switches that move cost and date."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from html import escape, unescape
from typing import TYPE_CHECKING, Any, Final

import ipywidgets
import pandas as pd
import plotly.graph_objects as go

from esim_analysis.billing import Account, account, burn_down, data_until, without
from esim_analysis.billing.saying import say_forecast, say_gains, say_until
from esim_analysis.figures import burn_down as draw
from esim_analysis.i18n import Words
from esim_analysis.i18n.findings import describe
from esim_analysis.model import Analysis, Finding, Severity
from esim_analysis.model.plan import Plan
from esim_analysis.report.names import app_name
from esim_analysis.report.shares import leading_apps
from esim_analysis.widgets.fitting import responsive
from esim_analysis.widgets.plan_form import PlanForm

if TYPE_CHECKING:
    from esim_analysis.case import Case

_OFFERED_APPS: Final = 6


def will_it_last(
    case: "Case", *, lang: str | None = None, today: date | None = None
) -> "WillItLast":
    """Return live controls over the plan of a case: form, switches, burn-down and sentence.

    Parameters
    ----------
    lang
        `"en"`, `"es"` or `"zh"`; None: the language of the case.
    today
        Lets terms older than 180 days say so; None: the day of the data.
    """
    words = Words(lang or case.lang, case.analysis.zone)
    return WillItLast(case.analysis, case.plan, words, today=today)


class WillItLast(ipywidgets.VBox):  # type: ignore[misc] # ipywidgets ships no types
    """The controls and what follows from them; `account` is for Python.

    Bytes, money and dates come from `billing`, never from here.
    """

    def __init__(
        self, analysis: Analysis, plan: Plan | None, words: Words, *, today: date | None
    ) -> None:
        self._analysis = analysis
        self._words = words
        self._name = partial(app_name, analysis.evidence.labels, words=words)
        until = data_until(analysis.usage)
        self.form = PlanForm(plan, words, today=today or until.date())
        days = pd.date_range(analysis.usage.frame["start_utc"].min().ceil("D"), until, freq="D")
        moments = [*days, until]
        self.as_of = ipywidgets.SelectionSlider(
            options=[(words.day(moment.tz_convert(words.zone).date()), moment)
                     for moment in moments],
            value=until,
            description=words.say("money.form_as_of"),
            style={"description_width": "initial"},
            layout={"width": "min(100%, 560px)"},
            continuous_update=False,
        )  # fmt: skip
        self.apps = self._boxes({app: self._name(app) for app in self._leading()})
        self.findings = self._boxes(
            {number: self._title(finding) for number, finding in self._leaks().items()}
        )
        self.sentence = ipywidgets.HTML()
        self.figure = go.FigureWidget()
        self.account: Account | None = None
        super().__init__(children=self._laid_out())
        self._listen()
        self._redraw()

    def __repr__(self) -> str:
        """Return the sentences, for a page without a kernel."""
        return unescape(re.sub(r"<[^>]+>", " ", self.sentence.value)).strip()

    def _leading(self) -> list[str]:
        ranked = leading_apps(self._analysis.attribution, count=_OFFERED_APPS)
        return [app for app in ranked if app]

    def _leaks(self) -> dict[int, Finding]:
        findings = enumerate(self._analysis.findings)
        return {n: one for n, one in findings if one.severity is not Severity.INFO}

    def _title(self, finding: Finding) -> str:
        return describe(finding, self._words, self._name).title

    def _boxes(self, names: dict[Any, str]) -> dict[Any, ipywidgets.Checkbox]:
        return {
            key: ipywidgets.Checkbox(
                value=False, description=name, indent=False, layout={"width": "auto"}
            )
            for key, name in names.items()
        }

    def _laid_out(self) -> list[ipywidgets.Widget]:
        titled = [
            ipywidgets.HTML(f"<b>{escape(self._words.say('money.form_off'))}</b>"),
            *self.findings.values(),
            ipywidgets.HTML(f"<b>{escape(self._words.say('money.form_apps'))}</b>"),
            *self.apps.values(),
        ]
        left = ipywidgets.VBox(titled, layout={"min_width": "240px"})
        right = ipywidgets.VBox(
            [self.sentence, responsive(self.figure)],
            layout={"flex": "1 1 480px", "min_width": "0", "overflow": "hidden"},
        )
        below = ipywidgets.HBox([left, right], layout={"flex_flow": "row wrap"})
        return [self.form, self.as_of, below]

    def _listen(self) -> None:
        self.form.on_change(self._redraw)
        for control in (self.as_of, *self.apps.values(), *self.findings.values()):
            control.observe(self._heard, "value")

    def _heard(self, _change: dict[str, Any]) -> None:
        self._redraw()

    def _redraw(self) -> None:
        plan = self.form.plan
        if plan is None:
            return
        whole = account(self._analysis, plan, as_of=self.as_of.value)
        off = self._off()
        self.account = whole if off is None else account(off, plan, as_of=self.as_of.value)
        self._say(whole, None if off is None else self.account)
        frame = burn_down(self.account)
        with self.figure.batch_update():
            self.figure.data = ()
            if len(frame):
                first = frame[frame["line"] == frame["line"].iloc[0]]
                drawn = draw(first, words=self._words, zone=self.account.forecast.zone)
                self.figure.add_traces(drawn.data)
                self.figure.layout = drawn.layout

    def _off(self) -> Analysis | None:
        """Return the case without what is ticked; None when nothing is."""
        apps = [app for app, box in self.apps.items() if box.value]
        leaks = self._leaks()
        findings = [leaks[number] for number, box in self.findings.items() if box.value]
        if not apps and not findings:
            return None
        usage = without(
            self._analysis.usage, self._analysis.attribution, apps=apps, findings=findings
        )
        return self._analysis.with_usage(usage)

    def _say(self, whole: Account, less: Account | None) -> None:
        lines = [self._told("money.form_with", whole)]
        if less is None:
            lines += [
                sentence for row in _rows(whole) for sentence in say_forecast(row, self._words)
            ]
            titles = [self._title(finding) for finding in whole.findings]
            lines += say_gains(whole.gains, self._words, self._name, titles)
        else:
            gone = whole.metered.total - less.metered.total
            lines.append(self._told("money.form_without", less, gone=gone))
        first, *rest = (escape(line) for line in lines)
        shown = "".join(f"<p>{line}</p>" for line in rest)
        self.sentence.value = f"<p><b>{first}</b></p>{shown}"

    def _told(self, key: str, told: Account, *, gone: Decimal = Decimal(0)) -> str:
        currency = told.plan.currency
        rows = _rows(told)
        return self._words.say(
            key,
            cost=self._words.money(told.metered.total, currency),
            less=self._words.money(gone, currency),
            until=say_until(rows[0], self._words) if rows else "",
        )


def _rows(told: Account) -> Sequence[dict[Any, Any]]:
    """Return the forecast of each line; a form shows a handful at most."""
    return told.forecast.lines.head(4).to_dict("records")
