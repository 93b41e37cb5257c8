"""Billed versus seen: the steps from what the operator billed to what the phone counted."""

from typing import TYPE_CHECKING, Final

import pandas as pd

from esim_analysis.figures import _style
from esim_analysis.i18n import Words

if TYPE_CHECKING:
    import plotly.graph_objects as go

_MEGABYTE: Final = 1_000_000
_ROW: Final = 40
_HEAD: Final = 190
_ROOM: Final = 1.4  # beside the longest bar, for what is written there


def billed_versus_seen(frame: pd.DataFrame, *, words: Words) -> "go.Figure":
    """Draw a waterfall: totals stand on the ground, parts hang between them.

    Parameters
    ----------
    frame
        `step` (the end of a key `patterns.bridge_…`), `bytes` (signed), `base` (where the
        column begins), `total` (whether it stands on the ground), in the order drawn.
    """
    import plotly.graph_objects as go  # noqa: PLC0415 - a second to load, only for pictures

    figure = go.Figure()
    looks = (
        (True, "patterns.bridge_total", {"color": _style.APPS[0]}),
        (
            False,
            "patterns.bridge_part",
            {"color": _style.RESIDUAL, "pattern": {"shape": "/", "solidity": 0.3}},
        ),
    )
    for total, key, look in looks:
        mine = frame[frame["total"] == total]
        figure.add_trace(
            go.Bar(
                y=[words.say(f"patterns.bridge_{step}") for step in mine["step"]],
                x=mine["bytes"].astype("float64") / _MEGABYTE,
                base=mine["base"].astype("float64") / _MEGABYTE,
                orientation="h",
                text=[words.volume(int(volume)) for volume in mine["bytes"]],
                textposition="outside",
                cliponaxis=False,
                name=words.say(key),
                marker=look,
                hovertemplate="%{y} · %{text}<extra></extra>",
            )
        )
    _style.dress(
        figure,
        question=words.say("patterns.bridge_question"),
        x_title=words.say("patterns.megabytes"),
        y_title="",
    )
    order = [words.say(f"patterns.bridge_{step}") for step in frame["step"]]
    figure.update_layout(barmode="overlay", height=_HEAD + _ROW * len(order))
    figure.update_yaxes(
        automargin=True, autorange="reversed", categoryorder="array", categoryarray=order
    )
    figure.update_xaxes(range=[0, float(frame["bytes"].max()) / _MEGABYTE * _ROOM])
    return figure
