"""The waterfall of a reconciliation: from billed, through what is explained, to what is not."""

from typing import TYPE_CHECKING, Final

import pandas as pd

from esim_analysis.figures import _style
from esim_analysis.i18n import Words

if TYPE_CHECKING:
    import plotly.graph_objects as go

_GIGABYTE: Final = 1_000_000_000
_ROW: Final = 44  # pixels a step
_HEAD: Final = 150
_LOOKS: Final = {  # colour, and a pattern that tells the kinds apart without it
    "total": (_style.OTHERS, ""),
    "explained": (_style.APPS[0], ""),
    "possible": (_style.APPS[1], "/"),
    "rest": (_style.RESIDUAL, "x"),
}


def reconciliation_waterfall(
    steps: pd.DataFrame, *, words: Words, title: str | None = None
) -> "go.Figure":
    """Draw the steps of a reconciliation, each bar beginning where the one before it ended.

    Parameters
    ----------
    steps
        `step, kind, bytes, bytes_low, bytes_high, start, end`, as
        `report.reconciliation.placed_steps` returns them; `start, end` are bytes.
    title
        The question above; None for the usual one.
    """
    import plotly.graph_objects as go  # noqa: PLC0415 - a second to load, only for pictures

    names = [words.say(name) for name in steps["name_key"]]
    figure = go.Figure()
    for kind, (colour, pattern) in _LOOKS.items():
        mine = (steps["kind"] == kind).to_numpy()
        if not mine.any():
            continue
        rows = steps[mine]
        figure.add_trace(
            go.Bar(
                y=[name for name, is_mine in zip(names, mine, strict=True) if is_mine],
                base=rows[["start", "end"]].min(axis=1) / _GIGABYTE,
                x=(rows["end"] - rows["start"]).abs() / _GIGABYTE,
                orientation="h",
                name=words.say(f"reconciliation.kind_{kind}"),
                marker={"color": colour, "pattern": {"shape": pattern, "solidity": 0.3}},
                text=[words.volume(volume) for volume in rows["bytes"]],
                textposition="outside",
                cliponaxis=False,
                hovertext=[
                    words.band(low, high)
                    for low, high in zip(rows["bytes_low"], rows["bytes_high"], strict=True)
                ],
                hovertemplate="%{y}: %{text} (%{hovertext})<extra>%{fullData.name}</extra>",
            )
        )
    _style.dress(
        figure,
        question=title or words.say("reconciliation.figure_question"),
        x_title=words.say("reconciliation.figure_axis"),
        y_title="",
    )
    figure.update_layout(barmode="overlay", height=_HEAD + _ROW * len(steps))
    ends = steps[["start", "end"]] / _GIGABYTE
    # Room at the right for the figures behind the bars.
    figure.update_xaxes(range=[min(float(ends.min().min()), 0.0), 1.18 * float(ends.max().max())])
    figure.update_yaxes(
        automargin=True, categoryorder="array", categoryarray=names, autorange="reversed"
    )
    return figure
