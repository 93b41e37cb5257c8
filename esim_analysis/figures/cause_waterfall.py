"""The waterfall of causes: how much of the bill each pattern took, and what is left."""

from typing import TYPE_CHECKING, Final

import pandas as pd

from esim_analysis.figures import _style
from esim_analysis.i18n import Words

if TYPE_CHECKING:
    import plotly.graph_objects as go

_MEGABYTE: Final = 1_000_000


def cause_waterfall(frame: pd.DataFrame, *, words: Words) -> "go.Figure":
    """Draw causes as steps that add up to the bill.

    Parameters
    ----------
    frame
        `cause, bytes`, `rest` last; rows sum to the bill.
    """
    import plotly.graph_objects as go  # noqa: PLC0415 - a second to load, only for pictures

    names = [cause_name(cause, words) for cause in frame["cause"]]
    volume = frame["bytes"].astype("float64")
    # Ordinary use is no cause: only patterns have the colour of what is to be looked at.
    colours = [_style.OTHERS if cause == "rest" else _style.CULPRIT for cause in frame["cause"]]
    places = [*names, words.say("patterns.waterfall_total")]
    figure = go.Figure(
        go.Bar(
            x=places,
            y=[*(volume / _MEGABYTE), volume.sum() / _MEGABYTE],
            base=[*((volume.cumsum() - volume) / _MEGABYTE), 0],
            text=[words.volume(each) for each in [*volume, volume.sum()]],
            textposition="outside",
            marker={"color": [*colours, _style.APPS[0]]},
            hovertemplate="%{x} · %{text}<extra></extra>",
            cliponaxis=False,
            showlegend=False,
        )
    )
    _style.dress(
        figure,
        question=words.say("patterns.waterfall_question"),
        x_title="",
        y_title=words.say("patterns.waterfall_axis"),
    )
    figure.update_layout(height=400, margin={"b": 80})
    figure.update_xaxes(categoryorder="array", categoryarray=places)
    return figure


def cause_name(cause: str, words: Words) -> str:
    """Return the name of a cause, or of what no pattern took."""
    return words.say("patterns.waterfall_rest" if cause == "rest" else f"patterns.cause_{cause}")
