"""The view in a running notebook: what is selected there is selected in Python."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import anywidget
import numpy as np
import pandas as pd
import traitlets

from esim_analysis.attribution import billed_rows
from esim_analysis.attribution import share as share_of
from esim_analysis.attribution.windows import Span
from esim_analysis.billing import Account
from esim_analysis.explorer.bundle import style, view_module
from esim_analysis.explorer.cube import Share, cube
from esim_analysis.explorer.hours import Hours
from esim_analysis.explorer.names import OTHERS, app_names, leading, line_numbers
from esim_analysis.explorer.output import STILL, output
from esim_analysis.explorer.used import Used, used
from esim_analysis.i18n import LANGUAGES, Words
from esim_analysis.model import Analysis, UsageError
from esim_analysis.model.evidence import GROUNDS

_ALL: Final = "all"
_ENDS: Final = 2


@dataclass(frozen=True, slots=True)
class _Index:
    """What a selection asks of every piece, ready to be compared; times in milliseconds."""

    hours: Hours
    lines: tuple[str, ...]
    line: pd.Series
    app: pd.Series
    ground: pd.Series
    start: np.ndarray
    end: np.ndarray


class LeakExplorer(anywidget.AnyWidget):
    """The explorer over an analysis; its traits follow the screen, and the screen them.

    Attributes
    ----------
    window
        `[]` for everything, else first and last instant (exclusive) as ISO text with
        offset; the screen snaps it to whole hours.
    apps
        Ids of apps; `[]` for all.
    ground
        `"all"`, `"foreground"`, `"background"` or `"unknown"`.
    finding
        Number of the finding looked at, 1 for the first; 0 for none. Its windows
        then stand for `window`.
    line
        `line-1`, `line-2`, ….
    """

    _esm = view_module()
    _css = style()
    window = traitlets.List(traitlets.Unicode()).tag(sync=True)
    apps = traitlets.List(traitlets.Unicode()).tag(sync=True)
    ground = traitlets.Enum((_ALL, *GROUNDS), default_value=_ALL).tag(sync=True)
    finding = traitlets.Int(0, min=0).tag(sync=True)
    line = traitlets.Unicode("").tag(sync=True)
    lang = traitlets.Enum(LANGUAGES, default_value="en").tag(sync=True)
    code = traitlets.Unicode("").tag(sync=True)
    _head = traitlets.Unicode("").tag(sync=True)
    _lines = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def __init__(
        self,
        analysis: Analysis,
        *,
        lang: str = "en",
        share: Share = "full",
        verdicts: Mapping[str, str] | None = None,
        account: Account | None = None,
    ) -> None:
        summed = cube(analysis, share=share, verdicts=verdicts, account=account)
        super().__init__(lang=Words(lang).lang, _head=summed.head, _lines=list(summed.lines))
        self._analysis = analysis
        self._verdicts, self._account = verdicts or {}, account
        self._index = _index(analysis)
        self.line = next(iter(self._index.lines), "")
        self._write_code()

    def __repr__(self) -> str:
        """Return the way back to the selection, for a page without a kernel."""
        return self.code

    def _repr_mimebundle_(
        self, **options: dict[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """Show the view; where no kernel will be left to answer it, the one that needs none."""
        shown: tuple[dict[str, Any], dict[str, Any]] | None = super()._repr_mimebundle_(**options)
        if shown is not None and os.environ.get(STILL):
            still = output(
                self._analysis, verdicts=self._verdicts, lang=self.lang, account=self._account
            )
            shown[0]["text/html"] = still._repr_html_()
        return shown

    @property
    def span(self) -> tuple[pd.Timestamp, pd.Timestamp]:
        """First and last instant (exclusive) of the selection, in the zone of the case."""
        hours = self._index.hours
        if not hours.count:
            raise UsageError("nothing was billed: there is no time to choose")
        spans = self._spans(hours) or [(int(hours.edges[0]), int(hours.edges[-1]))]
        first, last = min(start for start, _ in spans), max(end for _, end in spans)
        zone = self._analysis.zone
        return tuple(
            pd.Timestamp(edge, unit="ms", tz="UTC").tz_convert(zone) for edge in (first, last)
        )  # type: ignore[return-value] # two edges

    def rows(self) -> pd.DataFrame:
        """Return the billed rows of the selected line that touch the selected time.

        They are those of `case.rows()` under their numbers there, so that
        `case.explain(number)` tells one of them; apps and ground do not cut a bill.
        """
        told = self._billed_rows
        start, end = (_milliseconds(told[edge]) for edge in ("start_utc", "end_utc"))
        mine = told["line"].map(line_numbers(self._analysis)) == self.line
        chosen: pd.DataFrame = told[mine.to_numpy() & self._in_time(start, end)]
        return chosen

    @cached_property
    def _billed_rows(self) -> pd.DataFrame:
        """The whole bill, told once: seconds at a million rows, each choice then milliseconds."""
        return billed_rows(
            self._analysis.usage,
            self._analysis.attribution,
            screen=self._analysis.evidence.screen,
        )

    def frame(self) -> pd.DataFrame:
        """Return the attribution pieces of the selection: those that touch its time.

        A piece that reaches out of the window is returned whole; its times say so.
        """
        index = self._index
        chosen = index.line == self.line
        if self.apps:
            chosen &= index.app.isin(self.apps)
        if self.ground != _ALL:
            chosen &= index.ground == self.ground
        picked = np.flatnonzero(np.asarray(chosen) & self._in_time(index.start, index.end))
        return self._analysis.attribution.pieces.take(picked).reset_index(drop=True)

    def used(self) -> Used:
        """Return what the chosen apps used of what was billed in the chosen time, with its band.

        A piece of the bill that reaches out of the time counts by duration; the band says
        that all or nothing of it may lie inside.
        """
        index, analysis = self._index, self._analysis
        spans = self._chosen_spans()
        shown = index.app if self.apps else None
        chosen = (
            None if shown is None else analysis.attribution.pieces["app"][shown.isin(self.apps)]
        )
        numbers = share_of(
            analysis.attribution,
            spans=spans,
            apps=None if chosen is None else [str(app) for app in chosen.unique()],
            grounds=None if self.ground == _ALL else [self.ground],
            lines=[line for line, n in line_numbers(analysis).items() if n == self.line],
        )
        words = Words(self.lang, analysis.zone)
        return used(numbers, spans, self._names(words), words)

    def _chosen_spans(self) -> list[Span]:
        if self.finding:
            windows = self._analysis.findings[self.finding - 1].windows
            return [(window.start_utc, window.end_utc) for window in windows]
        return [self.span]

    def _names(self, words: Words) -> list[str]:
        apps = leading(self._analysis)
        names = dict(zip(apps.ids, app_names(self._analysis, apps)[words.lang], strict=True))
        return [names.get(app, app) for app in self.apps]

    @traitlets.validate("window")
    def _check_window(self, proposal: dict[str, Any]) -> list[str]:
        window: list[str] = list(proposal["value"])
        if not window:
            return window
        if len(window) != _ENDS:
            raise UsageError("window: give first and last instant, or [] for everything")
        first, last = (self._instant(end) for end in window)
        if first >= last:
            raise UsageError(f"window: {window[0]} is not before {window[1]}")
        return [first.isoformat(timespec="minutes"), last.isoformat(timespec="minutes")]

    @traitlets.observe("window", "apps", "ground", "finding", "line")
    def _write_code(self, _change: object = None) -> None:
        told: list[tuple[str, object]] = (
            [("finding", self.finding)] if self.finding else [("window", self.window)]
        )
        told += [("apps", self.apps), ("ground", self.ground)]
        told += [("line", self.line)] if len(self._index.lines) > 1 else []
        lines = [f"view.{name} = {value!r}" for name, value in told]
        self.code = "\n".join(["view = case.explore()", *lines, "view.frame()"])

    def _in_time(self, start: np.ndarray, end: np.ndarray) -> np.ndarray:
        spans = self._spans(self._index.hours)
        if spans is None:
            return np.ones(len(start), dtype=bool)
        inside = np.zeros(len(start), dtype=bool)
        for first, last in spans:  # a handful of windows
            inside |= (start < last) & ((end > first) | ((start == end) & (start >= first)))
        return inside

    def _spans(self, hours: Hours) -> list[tuple[int, int]] | None:
        if self.finding:
            windows = self._analysis.findings[self.finding - 1].windows
            ranges = [hours.holding(window.start_utc, window.end_utc) for window in windows]
        elif self.window:
            first, last = (self._instant(end) for end in self.window)
            ranges = [hours.holding(first, last)]
        else:
            return None
        return [(int(hours.edges[first]), int(hours.edges[last])) for first, last in ranges]

    def _instant(self, text: str) -> pd.Timestamp:
        try:
            instant = pd.Timestamp(text)
            zone = self._analysis.zone
            return instant.tz_localize(zone) if instant.tzinfo is None else instant.tz_convert(zone)
        except (ValueError, TypeError) as problem:
            raise UsageError(f"window: {text!r} is no instant; write 2026-10-13T02:00") from problem


def _index(analysis: Analysis) -> _Index:
    """Index the pieces as the screen names them: lines by number, small apps as `others`."""
    pieces = analysis.attribution.pieces
    names = line_numbers(analysis)
    own = leading(analysis).ids
    apps = pieces["app"].astype("category")
    shown = {app: app if app in own else OTHERS for app in apps.cat.categories}
    return _Index(
        hours=Hours.spanning(pieces["start_utc"], pieces["end_utc"], analysis.zone),
        lines=tuple(names.values()),
        line=pieces["line"].map(names).astype("category"),
        app=apps.map(shown).astype("category"),
        ground=pieces["ground"].astype("category"),
        start=_milliseconds(pieces["start_utc"]),
        end=_milliseconds(pieces["end_utc"]),
    )


def _milliseconds(moments: pd.Series) -> np.ndarray:
    whole: np.ndarray = moments.dt.as_unit("ms").astype("int64").to_numpy()
    return whole
