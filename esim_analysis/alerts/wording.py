"""An alert in words: cause, number, action, how fresh; whole, or as one short message."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import pandas as pd

from esim_analysis.alerts.gsm import fit
from esim_analysis.alerts.rules import Alerts
from esim_analysis.i18n import Words
from esim_analysis.i18n.findings import describe
from esim_analysis.model import REMOVED, RESIDUALS, SYSTEM, TETHERING, Analysis, Finding
from esim_analysis.model.clock import local_day
from esim_analysis.report.names import app_name

_LONGEST_NAME: Final = 24
_BACKGROUND: Final = frozenset({"background_sync", "night_drip", "regular_traffic"})
_NO_SWITCH: Final = frozenset({SYSTEM, REMOVED})  # there is no app whose data could be turned off
Row = dict[Any, Any]


@dataclass(frozen=True, slots=True)
class Cause:
    """Who used most of what an alert tells of: `""` where no app can be named."""

    app: str
    bytes: int


class Speaker:
    """Tells the alerts of one analysis in one language."""

    def __init__(self, analysis: Analysis, alerts: Alerts, *, cycles: Sequence[str] = ()) -> None:
        self._cycles = sorted(cycles)
        self._analysis = analysis
        self._alerts = alerts
        self.words = Words(alerts.lang, analysis.zone)
        self._name = partial(app_name, analysis.evidence.labels, words=self.words)
        self._lines = {raw or name: name for name, raw in analysis.usage.raw_lines.items()}
        frame = analysis.usage.frame
        self._until = frame["end_utc"].fillna(frame["start_utc"]).max()
        pieces = analysis.attribution.pieces
        abroad = frame["roaming"] == "international"
        self._pieces = pieces.assign(
            abroad=pieces["record"].map(abroad.to_dict()).astype(bool),
            day=local_day(pieces["start_utc"], analysis.zone),
        )

    def title(self, alert: Row) -> str:
        """Return the subject line."""
        finding = self._finding(alert)
        title = self._title_of(finding) if finding else ""
        return self.words.say(f"alerts.title_{alert['on']}", title=title).strip() or title

    def long(self, alert: Row) -> str:
        """Return cause, number, action and how fresh the data are."""
        cause = self.cause(alert)
        told = [self._line(alert), self._what(alert, ""), self._cause(alert, cause, "")]
        told += [self._action(alert, cause), self._fresh("")]
        return (" " if self.words.lang != "zh" else "").join(part for part in told if part)

    def what_and_cause(self, alert: Row) -> str:
        """Return what happened and who used most of it, without advice."""
        told = [self._line(alert), self._what(alert, ""), self._cause(alert, self.cause(alert), "")]
        return (" " if self.words.lang != "zh" else "").join(part for part in told if part)

    def short(self, alert: Row) -> str:
        """Return the same in at most 160 characters of GSM 03.38, or 70 in Chinese."""
        cause = self.cause(alert)
        what = " ".join(filter(None, (self._line(alert), self._what(alert, "short_"))))
        parts = [what, self._cause(alert, cause, "short_") if cause.app else ""]
        act = _act(alert, cause.app)
        parts += [self.words.say(f"alerts.short_act_{act}"), self._fresh("short_")]
        return fit(parts, lang=self.words.lang)

    def cause(self, alert: Row) -> Cause:
        """Return the app that used most of it by then."""
        if alert["app"]:
            return Cause(str(alert["app"]), int(alert["amount"]))
        pieces = self.pieces_of(alert)
        before = pieces[pieces["start_utc"] < alert["t_utc"]]
        named = before[~before["app"].isin(RESIDUALS)]
        sums = named.groupby("app")["bytes"].sum().sort_values(ascending=False, kind="stable")
        if sums.empty or sums.iloc[0] <= 0:
            return Cause("", 0)
        return Cause(str(sums.index[0]), int(sums.iloc[0]))

    def pieces_of(self, alert: Row) -> pd.DataFrame:
        """Return the pieces an alert speaks of, of its whole cycle, before and after it."""
        line = self._lines.get(alert["line"], alert["line"])
        pieces = self._pieces
        mine = pd.Series(data=True, index=pieces.index)
        if line:
            mine &= pieces["line"] == line
        if alert["on"] == "roaming":
            mine &= pieces["abroad"]
        if alert["on"] == "surge":
            hours = next(rule.hours for rule in self._alerts.rules if rule.id == alert["rule"])
            mine &= pieces["start_utc"] >= alert["t_utc"] - pd.Timedelta(hours=hours)
        cycle = str(alert["cycle"])
        later = [each for each in self._cycles if each > cycle]
        mine &= pieces["day"] >= cycle
        if later:
            mine &= pieces["day"] < later[0]
        kept: pd.DataFrame = pieces[mine]
        return kept

    def _line(self, alert: Row) -> str:
        if len(self._lines) < 2 or not alert["line"]:  # noqa: PLR2004 - one line needs no name
            return ""
        return self.words.say("alerts.line", line=self._lines.get(alert["line"], alert["line"]))

    def _what(self, alert: Row, form: str) -> str:
        finding = self._finding(alert)
        app = self._app(alert["app"])
        sized = alert["on"] == "allowance" and pd.isna(alert["whole"])
        whole: float = float("nan") if pd.isna(alert["whole"]) else float(alert["whole"])
        share = float(alert["amount"]) / whole if whole > 0 else 0.0
        hours = next((r.hours for r in self._alerts.rules if r.id == alert["rule"]), 0)
        title = self._title_of(finding) if finding else app
        return self.words.say(
            f"alerts.{form}{alert['on']}{'_size' if sized else ''}",
            title=title,
            app=app[:_LONGEST_NAME] if form else app,
            name=alert["name"],
            amount=self.words.volume(alert["amount"]),
            whole=self.words.volume(whole) if whole > 0 else "",
            share=self.words.percent(alert["amount"] if alert["on"] == "forecast" else share),
            hours=self.words.number(hours),
            cycle=self.words.day(str(alert["cycle"])),
            moment=self._moment(alert["t_utc"], form),
        )

    def _cause(self, alert: Row, cause: Cause, form: str) -> str:
        if alert["app"] or alert["on"] == "forecast":
            return ""
        if not cause.app:
            return self.words.say("alerts.cause_none")
        name = self._app(cause.app)
        name = name[:_LONGEST_NAME] if form else name
        return self.words.say(
            f"alerts.{form}cause", app=name, volume=self.words.volume(cause.bytes)
        )

    def _action(self, alert: Row, cause: Cause) -> str:
        finding = self._finding(alert)
        if finding and not self._alerts.redact:
            remedy = describe(finding, self.words, self._name).remedy
            if remedy:
                return remedy
        return self.words.say(f"alerts.act_{_act(alert, cause.app)}", app=self._app(cause.app))

    def _fresh(self, form: str) -> str:
        lag = self.words.number(self._alerts.lag_hours)
        return self.words.say(
            f"alerts.{form}as_of", moment=self._moment(self._until, form), lag=lag
        )

    def _moment(self, instant: pd.Timestamp, form: str) -> str:
        if not form:
            return self.words.moment(instant)
        return f"{instant.tz_convert(self.words.zone):%d/%m %H:%M}"

    def _app(self, app: str) -> str:
        if self._alerts.redact:
            return self.words.say("alerts.an_app")
        return self._name(app) if app else ""

    def _title_of(self, finding: Finding) -> str:
        name = self._app(finding.app) if self._alerts.redact else self._name
        return describe(finding, self.words, name).title

    def _finding(self, alert: Row) -> Finding | None:
        if alert["on"] != "finding":
            return None
        line = self._lines.get(alert["line"], alert["line"])
        return next(
            (
                each
                for each in self._analysis.findings
                if (each.rule, each.app, each.line) == (alert["name"], alert["app"], line)
            ),
            None,
        )


def _act(alert: Row, app: str) -> str:
    """Return which switch helps: roaming, the hotspot, an app's background data, or a look."""
    if alert["on"] == "roaming":
        return "roaming"
    if app == TETHERING:
        return "hotspot"
    seen_in_use = alert["on"] == "finding" and alert["name"] not in _BACKGROUND
    return "look" if not app or app in _NO_SWITCH or seen_in_use else "app"
