"""The pictures of patterns for a notebook: a case, dressed with its names."""

from functools import partial
from typing import TYPE_CHECKING, Final

import pandas as pd

from esim_analysis import figures
from esim_analysis.attribution import timeline
from esim_analysis.figures import _style
from esim_analysis.leakage import tables
from esim_analysis.model import CONFLICT, UNATTRIBUTED
from esim_analysis.report import patterns
from esim_analysis.report.names import OTHERS, app_name
from esim_analysis.report.shares import app_totals, coarsen, fold, leading_apps
from esim_analysis.widgets.shown import Shown

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from esim_analysis.case import Case

_APPS: Final = 10
_SHOWN_APPS: Final = 5  # told apart in a stack; more colours than that nobody tells apart
_DAY: Final = pd.Timedelta(days=1)
_FINE: Final = pd.Timedelta(days=4)  # up to here hours are told apart on a screen
_COARSE: Final = pd.Timedelta(days=45)


def usage_timeline(
    case: "Case", start: pd.Timestamp | None = None, end: pd.Timestamp | None = None
) -> Shown:
    """Draw what was billed over time by app: everything, or from `start` to `end`.

    Both carry a zone, such as those of `view.span`; less than a day stands in the day around it.
    """
    analysis = case.analysis
    frame = timeline(analysis.attribution, step="1h")
    start, end = _around(frame, start, end)
    step = _step(end - start)
    inside = frame[(frame["start_utc"] >= start) & (frame["start_utc"] < end)]
    ranked = leading_apps(
        analysis.attribution,
        count=_SHOWN_APPS,
        first=analysis.findings[0].app if analysis.findings else "",
    )
    totals = app_totals(analysis.attribution)
    shown = (*ranked, OTHERS, UNATTRIBUTED, CONFLICT)
    drawn = figures.usage_timeline(
        fold(coarsen(inside, step=step, zone=analysis.zone), keep=ranked),
        words=case.words,
        step=step,
        names={app: app_name(case.evidence.labels, app, case.words) for app in shown},
        statuses=dict(zip(totals["app"], totals["status"], strict=True)),
        colours=_colours(ranked, culprit=analysis.findings[0].app if analysis.findings else ""),
        window=(start, end),
        findings=[f for f in analysis.findings if f.start_utc < end and f.end_utc > start],
    )
    return _shown(case, drawn)


def _around(
    frame: pd.DataFrame, start: pd.Timestamp | None, end: pd.Timestamp | None
) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return a stretch of at least a day, in UTC; without edges that of the frame."""
    hours = frame["start_utc"]
    first = (hours.min() if start is None else start).tz_convert("UTC")
    last = (hours.max() + pd.Timedelta(hours=1) if end is None else end).tz_convert("UTC")
    missing = max(_DAY - (last - first), pd.Timedelta(0))
    before = (missing / 2).floor("h")
    return first - before, last + (missing - before)


def _colours(ranked: list[str], *, culprit: str) -> dict[str, str]:
    others = [app for app in ranked if app != culprit]
    colours = {app: _style.colour(place) for place, app in enumerate(others)}
    return {**colours, culprit: _style.CULPRIT, OTHERS: _style.OTHERS,
            UNATTRIBUTED: _style.RESIDUAL, CONFLICT: _style.RESIDUAL}  # fmt: skip


def _step(length: pd.Timedelta) -> pd.Timedelta:
    """Return the width of a bar that suits a stretch of time."""
    if length <= _FINE:
        return pd.Timedelta(hours=1)
    return pd.Timedelta(hours=6) if length <= _COARSE else _DAY


def hour_weekday(case: "Case") -> Shown:
    """Draw what was billed in each hour of each weekday."""
    return _shown(case, figures.hour_weekday(patterns.week_frame(case.analysis), words=case.words))


def app_ground(case: "Case") -> Shown:
    """Draw what each app used in the background and in use."""
    name = partial(app_name, case.evidence.labels, words=case.words)
    apps = leading_apps(case.attribution(), count=_APPS)
    frame = patterns.ground_frame(case.analysis)
    drawn = figures.app_ground(frame, words=case.words, names={app: name(app) for app in apps})
    return _shown(case, drawn)


def night_profile(case: "Case") -> Shown:
    """Draw a usual night and the fullest ones."""
    frame = patterns.night_frame(case.analysis)
    return _shown(case, figures.night_profile(frame, words=case.words))


def billed_versus_seen(case: "Case") -> Shown:
    """Draw the steps from what was billed to what the phone counted."""
    frame = patterns.bridge_frame(case.analysis)
    return _shown(case, figures.billed_versus_seen(frame, words=case.words))


def coverage_strip(case: "Case") -> Shown:
    """Draw for which days there is evidence."""
    frame = patterns.coverage_frame(case.analysis)
    return _shown(case, figures.coverage_strip(frame, words=case.words))


def cause_waterfall(case: "Case") -> Shown:
    """Draw how much of the bill each pattern took."""
    return _shown(case, figures.cause_waterfall(tables.by_cause(case.analysis), words=case.words))


def company_bars(case: "Case") -> Shown:
    """Draw the companies behind the hosts the phone spoke to."""
    frame = tables.by_company(tables.seen_contacts(case.analysis))
    return _shown(case, figures.company_bars(frame, words=case.words))


def beacon_raster(case: "Case") -> Shown:
    """Draw every contact of the hosts most asked, by day and time of day."""
    zone = case.analysis.zone
    frame = tables.raster(tables.seen_contacts(case.analysis), zone)
    return _shown(case, figures.beacon_raster(frame, words=case.words, zone=zone))


def roaming_strip(case: "Case") -> Shown:
    """Draw what was billed in which country, day by day."""
    frame = tables.by_place(case.analysis)
    return _shown(case, figures.roaming_strip(frame, words=case.words, zone=case.analysis.zone))


def _shown(case: "Case", figure: "go.Figure") -> Shown:
    return Shown(figure, case.words)
