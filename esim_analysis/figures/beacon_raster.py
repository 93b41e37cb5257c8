"""The raster of contacts: a mark a contact, so that a rhythm is seen as a column of marks."""

from typing import TYPE_CHECKING, Final

import pandas as pd

from esim_analysis.figures import _style
from esim_analysis.figures.text import plotly_text
from esim_analysis.i18n import Words

if TYPE_CHECKING:
    import plotly.graph_objects as go

_SYMBOLS: Final = ("line-ns", "x-thin", "cross-thin", "asterisk", "line-ne", "line-nw", "y-up")
# One more shape than colours: the seventh host repeats a colour, never both.
_DENSE: Final = 48  # marks a day; from here on they are drawn faint, or nothing is seen behind them
_FAINT: Final = 0.45
_HOURS: Final = (0, 4, 8, 12, 16, 20, 24)


def beacon_raster(frame: pd.DataFrame, *, words: Words, zone: str) -> "go.Figure":
    """Draw every contact at its day and time of day, a colour and a shape a host.

    Parameters
    ----------
    frame
        `domain, day, hour` (0 to 24, local).
    """
    import plotly.graph_objects as go  # noqa: PLC0415 - a second to load, only for pictures

    figure = go.Figure()
    counts = frame["domain"].value_counts().sort_values(ascending=False, kind="stable")
    for place, domain in enumerate(counts.index):
        mine = frame[frame["domain"] == domain]
        dense = len(mine) >= _DENSE * mine["day"].nunique()
        figure.add_trace(
            go.Scattergl(
                x=mine["hour"],
                y=mine["day"],
                mode="markers",
                name=plotly_text(domain),
                marker={
                    "symbol": _SYMBOLS[place % len(_SYMBOLS)],
                    "size": 9,
                    "opacity": _FAINT if dense else 1.0,
                    "line": {"width": 1.5, "color": _style.colour(place)},
                    "color": _style.colour(place),
                },
                hovertemplate="%{y} · %{x:.2f} h<extra>%{fullData.name}</extra>",
            )
        )
    _style.dress(
        figure,
        question=words.say("patterns.raster_question"),
        x_title=words.say("patterns.raster_axis", zone=zone),
        y_title=words.say("patterns.raster_day"),
    )
    figure.update_xaxes(
        range=[0, 24],
        tickvals=list(_HOURS),
        ticktext=[f"{hour:02d}" for hour in _HOURS],
        tickangle=0,
    )
    days = max(frame["day"].nunique() if len(frame) else 1, 1)
    figure.update_yaxes(type="category", categoryorder="category descending", rangemode="normal")
    figure.update_layout(height=260 + 16 * days)
    return figure
