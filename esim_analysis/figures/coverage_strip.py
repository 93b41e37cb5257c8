"""The coverage strip: for which days of a bill there is any evidence."""

from typing import TYPE_CHECKING, Final

import pandas as pd

from esim_analysis.figures import _style
from esim_analysis.i18n import Words

if TYPE_CHECKING:
    import plotly.graph_objects as go

_MOST: Final = 12  # lines on one picture
_HIGH: Final = 0.8  # of a row
_ROW: Final = 70
_HEAD: Final = 210
_LEAST: Final = 180  # the axis has a title, which is longer than one row is high


def coverage_strip(frame: pd.DataFrame, *, words: Words) -> "go.Figure":
    """Draw a row a line and a column a day: filled as far as evidence reaches, hatched above.

    Parameters
    ----------
    frame
        `line` (as shown), `day` (ISO), `share` (0 to 1 of the day's billed bytes); the
        first twelve lines are drawn.
    """
    import plotly.graph_objects as go  # noqa: PLC0415 - a second to load, only for pictures

    lines = list(dict.fromkeys(frame["line"]))[:_MOST]
    mine = frame[frame["line"].isin(lines)]
    row = mine["line"].map({line: place for place, line in enumerate(lines)}).astype("float64")
    share = mine["share"].astype("float64")
    figure = go.Figure()
    parts = (
        (share, row, "patterns.covered", {"color": _style.APPS[0]}),
        (
            1 - share,
            row + share * _HIGH,
            "patterns.uncovered",
            {"color": _style.OTHERS, "pattern": {"shape": "/", "solidity": 0.3}},
        ),
    )
    for part, base, key, look in parts:
        figure.add_trace(
            go.Bar(
                x=mine["day"],
                y=part * _HIGH,
                base=base,
                customdata=mine["line"],
                text=[words.percent(each) for each in part],
                textposition="none",
                name=words.say(key),
                marker=look,
                hovertemplate="%{x} · %{customdata} · %{text}<extra></extra>",
            )
        )
    _style.dress(
        figure,
        question=words.say("patterns.coverage_question"),
        x_title=words.say("money.axis_day", zone=words.zone),
        y_title=words.say("patterns.coverage_axis"),
    )
    figure.update_layout(barmode="overlay", height=_HEAD + max(_ROW * len(lines), _LEAST))
    middles = [place + _HIGH / 2 for place in range(len(lines))]
    figure.update_yaxes(tickvals=middles, ticktext=lines, showgrid=False)
    _style.dates(figure)
    return figure
