"""Plans side by side: the same usage under each, as it was and with what was found put right."""

from typing import TYPE_CHECKING, Final

import pandas as pd

from esim_analysis.figures import _style
from esim_analysis.figures.text import plotly_text
from esim_analysis.i18n import Words

if TYPE_CHECKING:
    import plotly.graph_objects as go

_ROW: Final = 54  # pixels a plan
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
        barmode="group", height=_HEAD + _ROW * len(labels), legend={"traceorder": "reversed"}
    )
    figure.update_yaxes(automargin=True)
    figure.update_xaxes(automargin=True, nticks=6)
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
