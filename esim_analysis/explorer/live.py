"""The view in a running notebook: what is selected there is selected in Python."""

from collections.abc import Mapping
from typing import Any, Final

import anywidget
import pandas as pd
import traitlets

from esim_analysis.explorer.bundle import style, view_module
from esim_analysis.explorer.cube import Share, cube
from esim_analysis.explorer.hours import Hours
from esim_analysis.explorer.names import OTHERS, leading, line_numbers
from esim_analysis.i18n import LANGUAGES, Words
from esim_analysis.model import Analysis, UsageError
from esim_analysis.model.evidence import GROUNDS

_ALL: Final = "all"
_ENDS: Final = 2


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
    ) -> None:
        summed = cube(analysis, share=share, verdicts=verdicts)
        super().__init__(lang=Words(lang).lang, _head=summed.head, _lines=list(summed.lines))
        self._analysis = analysis
        self._names = line_numbers(analysis)
        self.line = next(iter(self._names.values()), "")
        self._write_code()

    def frame(self) -> pd.DataFrame:
        """Return the attribution pieces of the selection: those that touch its time.

        A piece that reaches out of the window is returned whole; its times say so.
        """
        pieces = self._analysis.attribution.pieces
        chosen = pieces["line"].map(self._names).fillna("") == self.line
        if self.apps:
            chosen &= self._told_as(pieces["app"]).isin(self.apps)
        if self.ground != _ALL:
            chosen &= pieces["ground"] == self.ground
        return pieces[chosen & self._in_time(pieces)].reset_index(drop=True)

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
        told += [("line", self.line)] if len(getattr(self, "_names", {})) > 1 else []
        lines = [f"view.{name} = {value!r}" for name, value in told]
        self.code = "\n".join(["view = case.explore()", *lines, "view.frame()"])

    def _told_as(self, apps: pd.Series) -> pd.Series:
        """Return apps as the screen names them: small ones are `others`."""
        own = leading(self._analysis).ids
        return apps.where(apps.isin(own), OTHERS)

    def _in_time(self, pieces: pd.DataFrame) -> pd.Series:
        hours = Hours.spanning(pieces["start_utc"], pieces["end_utc"], self._analysis.zone)
        spans = self._spans(hours)
        start, end = pieces["start_utc"], pieces["end_utc"]
        if spans is None:
            return pd.Series(data=True, index=pieces.index)
        inside = pd.Series(data=False, index=pieces.index)
        for first, last in spans:  # a handful of windows
            instant = (start == end) & (start >= first)
            inside |= (start < last) & ((end > first) | instant)
        return inside

    def _spans(self, hours: Hours) -> list[tuple[pd.Timestamp, pd.Timestamp]] | None:
        if self.finding:
            windows = self._analysis.findings[self.finding - 1].windows
            ranges = [hours.holding(window.start_utc, window.end_utc) for window in windows]
        elif self.window:
            first, last = (self._instant(end) for end in self.window)
            ranges = [hours.holding(first, last)]
        else:
            return None
        edges = pd.DatetimeIndex(hours.edges.astype("datetime64[ms]"), tz="UTC").as_unit("us")
        return [(edges[first], edges[last]) for first, last in ranges]

    def _instant(self, text: str) -> pd.Timestamp:
        try:
            instant = pd.Timestamp(text)
            zone = self._analysis.zone
            return instant.tz_localize(zone) if instant.tzinfo is None else instant.tz_convert(zone)
        except (ValueError, TypeError) as problem:
            raise UsageError(f"window: {text!r} is no instant; write 2026-10-13T02:00") from problem
