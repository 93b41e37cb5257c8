"""Hour by weekday: the usual week, the fuller the darker, the fullest with their megabytes."""

from typing import TYPE_CHECKING, Final

import pandas as pd
from babel.dates import get_day_names

from esim_analysis.figures import _style
from esim_analysis.i18n import Words

if TYPE_CHECKING:
    import plotly.graph_objects as go

_MEGABYTE: Final = 1_000_000
_WRITTEN: Final = 0.25  # of the fullest cell: from here on a number is written in


def hour_weekday(frame: pd.DataFrame, *, words: Words) -> "go.Figure":
    """Draw what was billed in each hour of each weekday.

    Parameters
    ----------
    frame
        `weekday` (0 is Monday), `hour` (0 to 23, on the clock of `words`), `bytes`.
    """
    import plotly.graph_objects as go  # noqa: PLC0415 - a second to load, only for pictures

    names = get_day_names("abbreviated", locale=words.lang)
    table = frame.pivot_table(index="weekday", columns="hour", values="bytes", aggfunc="sum")
    table = table.reindex(index=range(7), columns=range(24)).astype("float64") / _MEGABYTE
    table = table.fillna(0.0).clip(lower=0)
    least = max(float(table.max().max()) * _WRITTEN, 1)
    told = table.map(lambda volume: words.number(volume) if volume >= least else "")
    figure = go.Figure(
        go.Heatmap(
            x=[f"{hour:02d}" for hour in table.columns],
            y=[str(names[day]) for day in table.index],
            z=table,
            text=told,
            texttemplate="%{text}",
            textfont={"size": 10},
            colorscale=_style.HEAT,
            xgap=2,
            ygap=2,
            hovertemplate="%{y} %{x}:00 · %{z:,.1f} MB<extra></extra>",
            colorbar={"title": {"text": "MB"}},
        )
    )
    _style.dress(
        figure,
        question=words.say("patterns.hour_question"),
        x_title=words.say("patterns.hour_axis", zone=words.zone),
        y_title=words.say("patterns.weekday_axis"),
    )
    figure.update_layout(height=400, margin={"b": 60}, showlegend=False)
    figure.update_xaxes(type="category", dtick=2)
    figure.update_yaxes(autorange="reversed", rangemode="normal")
    return figure
