"""The burn-down: how much of the allowance was left, and between what it may run out."""

from typing import TYPE_CHECKING, Final

import pandas as pd

from esim_analysis.figures import _style
from esim_analysis.i18n import Words

if TYPE_CHECKING:
    import plotly.graph_objects as go

_GIGABYTE: Final = 1_000_000_000
_SEEN: Final = _style.APPS[0]


def burn_down(frame: pd.DataFrame, *, words: Words, zone: str) -> "go.Figure":
    """Draw the allowance of one line day by day: seen as a line, to come as a band.

    Parameters
    ----------
    frame
        As `billing.burn_down` returns it, of one line.
    zone
        The operator's clock, by which the days are told.
    """
    import plotly.graph_objects as go  # noqa: PLC0415 - a second to load, only for pictures

    figure = go.Figure()
    seen, ahead = frame[frame["seen"]], frame[~frame["seen"]]
    if len(ahead):
        # The band begins where the line ends.
        joined = pd.concat([seen.tail(1), ahead])
        for name, width in (("high", 0), ("low", 0)):
            figure.add_trace(
                go.Scatter(
                    x=joined["day"],
                    y=joined[name] / _GIGABYTE,
                    mode="lines",
                    line={"width": width, "color": _SEEN},
                    fill="tonexty" if name == "low" else None,
                    fillcolor="rgba(0,114,178,0.22)",
                    name=words.say("money.range"),
                    showlegend=name == "low",
                    hovertemplate="%{x} · %{y:.2f} GB<extra>%{fullData.name}</extra>",
                )
            )
        figure.add_trace(_line(joined, words.say("money.ahead"), dash="dot"))
    figure.add_trace(_line(seen, words.say("money.seen"), dash="solid"))
    _style.dress(
        figure,
        question=words.say("money.burn_down"),
        x_title=words.say("money.axis_day", zone=zone),
        y_title=words.say("money.axis_left"),
    )
    _style.compact(figure)
    _style.dates(figure, short=True)
    figure.update_xaxes(type="date")
    return figure


def _line(frame: pd.DataFrame, name: str, *, dash: str) -> "go.Scatter":
    import plotly.graph_objects as go  # noqa: PLC0415 - loaded by the caller already

    return go.Scatter(
        x=frame["day"],
        y=frame["left"] / _GIGABYTE,
        mode="lines+markers",
        line={"color": _SEEN, "dash": dash, "width": 2},
        marker={"size": 5},
        name=name,
        hovertemplate="%{x} · %{y:.2f} GB<extra>%{fullData.name}</extra>",
    )
