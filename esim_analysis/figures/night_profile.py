"""The night profile: a usual night, and the nights that are unlike it."""

from typing import TYPE_CHECKING, Final

import pandas as pd

from esim_analysis.figures import _style
from esim_analysis.i18n import Words

if TYPE_CHECKING:
    import plotly.graph_objects as go

_MEGABYTE: Final = 1_000_000
_LINES: Final = (  # colour, dash and mark together: each tells a night from the others
    (_style.CULPRIT, "solid", "circle"),
    (_style.APPS[1], "dash", "square"),
    (_style.APPS[2], "dot", "diamond"),
)


def night_profile(frame: pd.DataFrame, *, words: Words) -> "go.Figure":
    """Draw the hours of a night: bars for a usual one, lines for the fullest.

    Parameters
    ----------
    frame
        `night` (ISO date of its evening; "" for the usual night), `hour` (clock, in
        the order of the night), `bytes`. At most three nights are drawn as lines.
    """
    import plotly.graph_objects as go  # noqa: PLC0415 - a second to load, only for pictures

    usual = frame[frame["night"] == ""]
    figure = go.Figure()
    if len(usual):
        figure.add_trace(
            go.Bar(
                x=_clocks(usual),
                y=usual["bytes"].astype("float64") / _MEGABYTE,
                name=words.say("patterns.night_usual"),
                marker={"color": _style.OTHERS},
                hovertemplate="%{x} · %{y:,.1f} MB<extra>%{fullData.name}</extra>",
            )
        )
    nights = [night for night in frame["night"].unique() if night]
    for night, (colour, dash, mark) in zip(nights, _LINES, strict=False):
        mine = frame[frame["night"] == night]
        figure.add_trace(
            go.Scatter(
                x=_clocks(mine),
                y=mine["bytes"].astype("float64") / _MEGABYTE,
                mode="lines+markers",
                line={"color": colour, "dash": dash, "width": 2},
                marker={"symbol": mark, "size": 8},
                name=words.say("patterns.night_of", day=words.day(night)),
                hovertemplate="%{x} · %{y:,.1f} MB<extra>%{fullData.name}</extra>",
            )
        )
    _style.dress(
        figure,
        question=words.say("patterns.night_question"),
        x_title=words.say("patterns.night_axis", zone=words.zone),
        y_title=words.say("patterns.megabytes"),
    )
    figure.update_xaxes(type="category")
    return figure


def _clocks(frame: pd.DataFrame) -> list[str]:
    return [f"{hour:02d}:00" for hour in frame["hour"]]
