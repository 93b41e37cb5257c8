"""Roaming: how much was used in each zone of the plan, and what it cost."""

from typing import TYPE_CHECKING, Final

import pandas as pd

from esim_analysis.figures import _style
from esim_analysis.figures.text import plotly_text
from esim_analysis.i18n import Words

if TYPE_CHECKING:
    import plotly.graph_objects as go

_MEGABYTE: Final = 1_000_000


def roaming_cost(frame: pd.DataFrame, *, words: Words, currency: str) -> "go.Figure":
    """Draw the charge of each zone as a bar, its volume written on it.

    Parameters
    ----------
    frame
        `zone, counted, charge`: rows of `billing.Metered.records`.
    """
    import plotly.graph_objects as go  # noqa: PLC0415 - a second to load, only for pictures

    sums = frame.groupby("zone")[["counted", "charge"]].sum().sort_values("charge")
    nowhere = words.say("money.zone_nowhere")
    figure = go.Figure(
        go.Bar(
            y=[plotly_text(zone) if zone else nowhere for zone in sums.index],
            x=sums["charge"].astype("float64"),
            text=[words.volume(volume) for volume in sums["counted"]],
            textposition="auto",
            orientation="h",
            marker={"color": _style.APPS[0]},
            hovertemplate="%{y} · %{x:.2f} " + currency + " · %{text}<extra></extra>",
            showlegend=False,
            width=0.6,
        )
    )
    _style.dress(
        figure,
        question=words.say("money.zone_question"),
        x_title=words.say("money.axis_cost", currency=currency),
        y_title="",
    )
    figure.update_layout(height=200 + 40 * len(sums), margin={"b": 60})
    figure.update_yaxes(automargin=True)
    _style.compact(figure)
    return figure
