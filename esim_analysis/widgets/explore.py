"""Choose apps and a window; figure and sentence follow."""

from html import escape, unescape
from typing import TYPE_CHECKING, Any, Final

import ipywidgets
import pandas as pd
import plotly.graph_objects as go

from esim_analysis.attribution import timeline
from esim_analysis.figures import usage_timeline
from esim_analysis.figures._style import CULPRIT, OTHERS, RESIDUAL, colour
from esim_analysis.i18n import Words
from esim_analysis.model import UNATTRIBUTED, Analysis
from esim_analysis.report.names import OTHERS as OTHER_APPS
from esim_analysis.report.names import app_name
from esim_analysis.report.shares import app_totals, coarsen, fold, leading_apps
from esim_analysis.widgets.sentence import window_sentence
from esim_analysis.widgets.windows import Chosen, offered, to_local, to_utc

if TYPE_CHECKING:
    from esim_analysis.case import Case

_OFFERED_APPS: Final = 10


def explore(case: "Case | Analysis", *, lang: str | None = None) -> "Explorer":
    """Return live controls over a case: apps, window, timeline and sentence.

    Parameters
    ----------
    lang
        `"en"`, `"es"` or `"zh"`; None: the language of the case, else English.
    """
    if isinstance(case, Analysis):
        return Explorer(case, Words(lang or "en", case.zone))
    return Explorer(case.analysis, Words(lang or case.lang, case.analysis.zone))


class Explorer(ipywidgets.VBox):  # type: ignore[misc] # ipywidgets ships no types
    """The controls, their figure and their sentence; `window` and `apps` are for Python.

    Every change redraws once. Sums come from `attribution`, never from here.
    """

    def __init__(self, analysis: Analysis, words: Words) -> None:
        self._analysis = analysis
        self._words = words
        self._hours = timeline(analysis.attribution, step="1h")
        self._offered = offered(analysis, words)
        first = analysis.findings[0].app if analysis.findings else ""
        ranked = leading_apps(analysis.attribution, count=_OFFERED_APPS, first=first)
        self._names = {
            app: app_name(analysis.evidence.labels, app, words)
            for app in (*ranked, OTHER_APPS, UNATTRIBUTED)
        }
        self._colours = _colours(ranked, culprit=first)
        self.boxes = {
            app: ipywidgets.Checkbox(
                value=place == 0,
                description=self._names[app],
                indent=False,
                layout={"width": "auto"},
            )
            for place, app in enumerate(ranked)
        }
        self.jump = ipywidgets.Dropdown(
            options=list(self._offered), description=words.say("widgets.jump")
        )
        self.start = ipywidgets.NaiveDatetimePicker(description=words.say("widgets.from"))
        self.end = ipywidgets.NaiveDatetimePicker(description=words.say("widgets.until"))
        self.sentence = ipywidgets.HTML()
        self.figure = go.FigureWidget()
        self._quiet = False
        super().__init__(children=self._laid_out())
        self._listen()
        if self._offered:
            self._go_to(next(iter(self._offered.values())))
        else:
            self.sentence.value = escape(words.say("verdict.no_bill"))

    @property
    def window(self) -> tuple[pd.Timestamp, pd.Timestamp]:
        """The chosen window in UTC, end exclusive, on whole hours."""
        chosen = self._chosen()
        return chosen.start_utc, chosen.end_utc

    @property
    def apps(self) -> tuple[str, ...]:
        """The chosen apps."""
        return tuple(app for app, box in self.boxes.items() if box.value)

    def __repr__(self) -> str:
        """Return the sentence, for a page without a kernel."""
        return unescape(self.sentence.value)

    def _laid_out(self) -> list[ipywidgets.Widget]:
        title = ipywidgets.HTML(f"<b>{escape(self._words.say('widgets.choose_apps'))}</b>")
        apps = ipywidgets.VBox([title, *self.boxes.values()], layout={"min_width": "220px"})
        times = ipywidgets.HBox([self.jump, self.start, self.end], layout={"flex_flow": "row wrap"})
        right = ipywidgets.VBox([times, self.sentence, self.figure], layout={"flex": "1 1 480px"})
        return [ipywidgets.HBox([apps, right], layout={"flex_flow": "row wrap"})]

    def _listen(self) -> None:
        self.jump.observe(self._jumped, "value")
        for control in (self.start, self.end, *self.boxes.values()):
            control.observe(self._changed, "value")

    def _jumped(self, change: dict[str, Any]) -> None:
        self._go_to(self._offered[change["new"]])

    def _changed(self, _change: dict[str, Any]) -> None:
        if not self._quiet:
            self._redraw()

    def _go_to(self, chosen: Chosen) -> None:
        """Set the controls together, then redraw once."""
        self._quiet = True
        try:
            self.start.value = to_local(chosen.start_utc, self._words.zone)
            self.end.value = to_local(chosen.end_utc, self._words.zone)
            if chosen.app in self.boxes:
                self.boxes[chosen.app].value = True
        finally:
            self._quiet = False
        self._redraw()

    def _chosen(self) -> Chosen:
        zone = self._words.zone
        whole = next(iter(self._offered.values()))
        start = to_utc(self.start.value, zone) if self.start.value else whole.start_utc
        end = to_utc(self.end.value, zone) if self.end.value else whole.end_utc
        return Chosen(start.floor("h"), end.ceil("h"))

    def _redraw(self) -> None:
        chosen = self._chosen()
        if chosen.end_utc <= chosen.start_utc:
            self.sentence.value = escape(self._words.say("widgets.wrong_order"))
            return
        self.sentence.value = escape(
            window_sentence(
                self._analysis.attribution,
                apps=self.apps,
                names=self._names,
                start=chosen.start_utc,
                end=chosen.end_utc,
                words=self._words,
            )
        )
        drawn = self._draw(chosen.shown)
        with self.figure.batch_update():
            self.figure.data = ()
            self.figure.add_traces(drawn.data)
            self.figure.layout = drawn.layout

    def _draw(self, chosen: Chosen) -> go.Figure:
        hours = self._hours["start_utc"]
        inside = self._hours[(hours >= chosen.start_utc) & (hours < chosen.end_utc)]
        frame = coarsen(inside, step=chosen.step, zone=self._words.zone)
        totals = app_totals(self._analysis.attribution)
        shown = (*self.apps, OTHER_APPS, UNATTRIBUTED)
        return usage_timeline(
            fold(frame, keep=list(self.apps)),
            words=self._words,
            step=chosen.step,
            names={app: self._names[app] for app in shown},
            statuses=dict(zip(totals["app"], totals["status"], strict=True)),
            colours=self._colours,
            window=(chosen.start_utc, chosen.end_utc),
            findings=[
                finding
                for finding in self._analysis.findings
                if finding.start_utc < chosen.end_utc and finding.end_utc > chosen.start_utc
            ],
        )


def _colours(ranked: list[str], *, culprit: str) -> dict[str, str]:
    others = [app for app in ranked if app != culprit]
    colours = {app: colour(place) for place, app in enumerate(others)}
    return {**colours, culprit: CULPRIT, OTHER_APPS: OTHERS, UNATTRIBUTED: RESIDUAL}
