"""The pictures of patterns for a notebook: a case, dressed with its names."""

from functools import partial
from typing import TYPE_CHECKING, Final

from esim_analysis import figures
from esim_analysis.leakage import tables
from esim_analysis.report import patterns
from esim_analysis.report.names import app_name
from esim_analysis.report.shares import leading_apps
from esim_analysis.widgets.shown import Shown

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from esim_analysis.case import Case

_APPS: Final = 10


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
