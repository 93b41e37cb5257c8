"""Plans side by side: the same usage under each, as it was and with what was found put right."""

from typing import TYPE_CHECKING, Final

import pandas as pd

from esim_analysis.figures import _style
from esim_analysis.figures.text import plotly_text
from esim_analysis.i18n import Words

if TYPE_CHECKING:
    import plotly.graph_objects as go

_ROW: Final = 92  # pixels a plan: its name, what is to be known of it, then two bars
_NAME: Final = 18  # pixels from the middle of the bars up to the foot of the name
_GAP: Final = 0.62  # of a plan's row: what its name takes
_ROOM: Final = 1.4  # of the dearest plan: its cost stands beside its bar
_HEAD: Final = 160
_FADED: Final = 0.45


def plan_comparison(frame: pd.DataFrame, *, words: Words) -> "go.Figure":
    """Draw the cost of each plan of one currency, cheapest on top.

    Parameters
    ----------
    frame
        As `billing.compare` returns it; of the first plan's currency are drawn.
    """
    import plotly.graph_objects as go  # noqa: PLC0415 - a second to load, only for pictures

    currency = str(frame["currency"].iloc[0]) if len(frame) else ""
    mine = frame[frame["currency"] == currency]
    as_is = mine[mine["scenario"] == "as_is"].sort_values("cost", ascending=False, kind="stable")
    best = mine.groupby("plan")["cost"].min().reindex(as_is["plan"])
    labels = [_label(row, words) for row in as_is.to_dict("records")]
    most = float(as_is["cost"].astype("float64").max()) if len(as_is) else 0.0
    figure = go.Figure()
    pairs = (
        (best, "money.compare_fixed", _style.APPS[1], "/"),
        (as_is["cost"], "money.compare_as_is", _style.APPS[0], ""),
    )
    for costs, key, colour, shape in pairs:
        figure.add_trace(
            go.Bar(
                y=labels,
                x=costs.astype("float64"),
                orientation="h",
                name=words.say(key),
                text=[words.money(cost, currency) for cost in costs],
                textposition="outside",
                # The hatching tells the two apart without their colours.
                marker={
                    "color": colour,
                    # Old terms fade; a colour of their own would be taken for the legend's.
                    "opacity": [_FADED if old else 1.0 for old in as_is["stale"]],
                    "pattern": {"shape": shape, "solidity": 0.3},
                },
                hovertemplate="%{y} · %{x:.2f} " + currency + "<extra>%{fullData.name}</extra>",
            )
        )
    _style.dress(
        figure,
        question=words.say("money.compare_question"),
        x_title=words.say("money.axis_total", currency=currency),
        y_title="",
    )
    figure.update_layout(
        barmode="group",
        bargap=_GAP,
        height=_HEAD + _ROW * len(labels),
        legend={"traceorder": "reversed"},
        margin={"l": 12},
    )
    figure.update_xaxes(nticks=4, range=[0, most * _ROOM or 1])
    # Beside the bars long names would leave a phone no room for the bars.
    figure.update_yaxes(showticklabels=False, showgrid=False)
    for label in labels:
        figure.add_annotation(
            text=label, showarrow=False, align="left", x=0, xref="paper", xanchor="left",
            y=label, yanchor="bottom", yshift=_NAME,
        )  # fmt: skip
    _style.compact(figure)
    return figure


def _label(row: dict[object, object], words: Words) -> str:
    marks = []
    if row["stopped"]:
        marks.append(
            words.say("money.stopped_mark", volume=words.volume(float(str(row["stopped"]))))
        )
    if row["stale"]:
        marks.append(words.say("money.stale_mark"))
    name = plotly_text(str(row["name"]))
    return f"{name}<br><sub>{' · '.join(marks)}</sub>" if marks else name
