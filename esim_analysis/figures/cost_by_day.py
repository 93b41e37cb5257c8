"""The cost a day, stacked by app: whose money it was, and when."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from esim_analysis.figures import _style
from esim_analysis.figures.text import plotly_text
from esim_analysis.i18n import Words

if TYPE_CHECKING:
    import plotly.graph_objects as go


def cost_by_day(
    frame: pd.DataFrame, *, words: Words, names: Mapping[str, str], currency: str, zone: str
) -> "go.Figure":
    """Draw what each app cost a day beyond the price of the plan.

    Parameters
    ----------
    frame
        As `billing.charge_by_app` returns it.
    names
        App to the name shown, in the order of the stack; other apps are drawn together.
    currency
        ISO code of the plan's money.
    zone
        The operator's clock, by which the days are told.
    """
    import plotly.graph_objects as go  # noqa: PLC0415 - a second to load, only for pictures

    figure = go.Figure()
    known = frame["app"].where(frame["app"].isin(list(names)), "")
    sums = frame.assign(app=known).groupby(["app", "day"], as_index=False)["charge"].sum()
    shown = {**names, "": words.say("money.others")}
    for place, (app, name) in enumerate(shown.items()):
        part = sums[sums["app"] == app]
        if part.empty:
            continue
        figure.add_trace(
            go.Bar(
                x=part["day"],
                y=part["charge"].astype("float64"),
                name=plotly_text(name),
                marker={"color": _style.colour(place) if app else _style.OTHERS},
                hovertemplate="%{x} · %{y:.2f} " + currency + "<extra>%{fullData.name}</extra>",
            )
        )
    _style.dress(
        figure,
        question=words.say("money.cost_question"),
        x_title=words.say("money.axis_day", zone=zone),
        y_title=words.say("money.axis_cost", currency=currency),
    )
    figure.update_layout(barmode="stack", legend={"traceorder": "normal"})
    _style.compact(figure)
    _style.dates(figure, short=True)
    figure.update_xaxes(type="date")
    return figure
