"""The timeline: when was the data used, and by which app."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import pandas as pd

from esim_analysis.figures import _style
from esim_analysis.figures.text import plotly_text
from esim_analysis.i18n import Words
from esim_analysis.model import Finding, Window

if TYPE_CHECKING:
    import plotly.graph_objects as go

_MEGABYTE: Final = 1_000_000
_FAINT: Final = 0.55  # what was used with the screen on, beside what was not


def usage_timeline(  # noqa: PLR0913 - a frame and the ways to dress it
    frame: pd.DataFrame,
    *,
    words: Words,
    step: pd.Timedelta,
    names: Mapping[str, str],
    statuses: Mapping[str, str] | None = None,
    colours: Mapping[str, str] | None = None,
    window: tuple[pd.Timestamp, pd.Timestamp] | None = None,
    findings: Sequence[Finding] = (),
) -> "go.Figure":
    """Draw billed bytes over time, stacked by app, with the findings as shaded windows.

    Parameters
    ----------
    frame
        `start_utc, app, ground, bytes`: one row a step, app and ground, as
        `attribution.timeline` makes it.
    words
        Language, and zone of the time axis.
    step
        Width of a bar.
    names
        App to the name shown; the order of the stack, first at the bottom.
    statuses
        App to its status; what is not exact is hatched.
    colours
        App to its colour; by rank where not given.
    window
        First and last instant of the time axis, UTC; by the bars where not given.
    """
    import plotly.graph_objects as go  # noqa: PLC0415 - a second to load, only for pictures

    figure = go.Figure()
    statuses = statuses or {}
    ranked = {app: _style.colour(place) for place, app in enumerate(names)} | dict(colours or {})
    for app, name in names.items():
        for ground in ("background", "unknown", "foreground"):
            part = frame[(frame["app"] == app) & (frame["ground"] == ground)]
            if part.empty:
                continue
            figure.add_trace(
                go.Bar(
                    x=part["start_utc"].dt.tz_convert(words.zone).dt.tz_localize(None),
                    y=part["bytes"].astype("float64") / _MEGABYTE,
                    width=step / pd.Timedelta(milliseconds=1),
                    offset=0,
                    name=_trace_name(name, ground, words),
                    legendgroup=app,
                    marker=_marker(ranked[app], statuses.get(app, "exact"), ground),
                    hovertemplate="%{x|%d.%m. %H:%M} · %{y:,.1f} MB<extra>%{fullData.name}</extra>",
                )
            )
    _shade(figure, findings, words)
    _style.dress(
        figure,
        question=words.say("figures.timeline_question"),
        x_title=words.say("figures.time_axis", zone=words.zone),
        y_title=words.say("figures.volume_axis", step=_step_name(step, words)),
    )
    _style.dates(figure, hours=True)
    figure.update_layout(title_font_size=15)  # the longest question of all; a phone is narrow
    if window:
        figure.update_xaxes(range=[_local(edge, words.zone) for edge in window])
    figure.update_layout(barmode="relative", bargap=0, hovermode="closest")
    return figure


def _trace_name(name: str, ground: str, words: Words) -> str:
    shown = plotly_text(name)
    return shown if ground == "unknown" else f"{shown} · {words.say(f'figures.ground_{ground}')}"


def _marker(colour: str, status: str, ground: str) -> dict[str, object]:
    marker: dict[str, object] = {
        "color": colour,
        "opacity": _FAINT if ground == "foreground" else 1.0,
        "line": {"width": 0},
    }
    if status in _style.UNSURE:
        marker["pattern"] = {"shape": "/", "size": 6, "solidity": 0.35, "fillmode": "overlay"}
    return marker


def _shade(figure: "go.Figure", findings: Sequence[Finding], words: Words) -> None:
    windows = sorted({window for finding in findings for window in finding.windows}, key=_start)
    for window in windows:
        figure.add_vrect(
            x0=_local(window.start_utc, words.zone),
            x1=_local(window.end_utc, words.zone),
            fillcolor=_style.CULPRIT,
            opacity=0.14,
            line={"width": 1, "dash": "dot", "color": _style.CULPRIT},
            layer="below",
        )
    if windows:
        figure.add_annotation(
            x=_local(windows[0].start_utc, words.zone),
            y=1,
            yref="paper",
            yanchor="bottom",
            showarrow=False,
            text=words.say("figures.finding_mark"),
            font={"color": _style.CULPRIT, "size": 12},
        )


def _start(window: Window) -> pd.Timestamp:
    return window.start_utc


def _local(instant: pd.Timestamp, zone: str) -> pd.Timestamp:
    return instant.tz_convert(zone).tz_localize(None)


def _step_name(step: pd.Timedelta, words: Words) -> str:
    hours = step / pd.Timedelta(hours=1)
    if hours == 1:
        return words.say("figures.step_hour")
    if hours == 24:  # noqa: PLR2004 - hours of a day
        return words.say("figures.step_day")
    return words.say("figures.step_hours", number=words.number(hours, 0 if hours >= 1 else 2))
