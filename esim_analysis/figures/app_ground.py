"""App by ground: what each app used in the background, in use, and in neither known."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from esim_analysis.figures import _style
from esim_analysis.figures.text import plotly_text
from esim_analysis.i18n import Words

if TYPE_CHECKING:
    import plotly.graph_objects as go

_MEGABYTE: Final = 1_000_000
_ROW: Final = 34
_HEAD: Final = 190
# Filled, outlined, dotted: three forms, so that no ground is told by its colour alone.
_LOOKS: Final[dict[str, dict[str, Any]]] = {
    "background": {"color": _style.CULPRIT},
    "foreground": {"color": "rgba(0,114,178,0.12)", "line": {"color": "#0072B2", "width": 2}},
    "unknown": {"color": _style.OTHERS, "pattern": {"shape": ".", "solidity": 0.35}},
}


def app_ground(frame: pd.DataFrame, *, words: Words, names: Mapping[str, str]) -> "go.Figure":
    """Draw a bar an app, cut by ground; the largest on top.

    Parameters
    ----------
    frame
        `app, ground, bytes`.
    names
        App to the name shown, largest first; apps without a name are not drawn.
    """
    import plotly.graph_objects as go  # noqa: PLC0415 - a second to load, only for pictures

    table = frame.pivot_table(index="app", columns="ground", values="bytes", aggfunc="sum")
    table = table.reindex(list(names)).astype("float64").fillna(0) / _MEGABYTE
    figure = go.Figure()
    for ground, look in _LOOKS.items():
        if ground not in table or not table[ground].any():
            continue
        figure.add_trace(
            go.Bar(
                y=[plotly_text(names[app]) for app in table.index],
                x=table[ground],
                orientation="h",
                name=words.say(f"patterns.ground_{ground}"),
                marker=look,
                hovertemplate="%{y} · %{x:,.1f} MB<extra>%{fullData.name}</extra>",
            )
        )
    _style.dress(
        figure,
        question=words.say("patterns.ground_question"),
        x_title=words.say("patterns.megabytes"),
        y_title="",
    )
    figure.update_layout(barmode="stack", height=_HEAD + _ROW * len(table))
    figure.update_yaxes(automargin=True, autorange="reversed")
    return figure
