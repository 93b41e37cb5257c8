"""Companies behind the hosts a phone spoke to: bytes as bars, contacts written on them."""

from typing import TYPE_CHECKING, Final

import pandas as pd

from esim_analysis.figures import _style
from esim_analysis.figures.text import plotly_text
from esim_analysis.i18n import Words

if TYPE_CHECKING:
    import plotly.graph_objects as go

_MEGABYTE: Final = 1_000_000


def company_bars(frame: pd.DataFrame, *, words: Words) -> "go.Figure":
    """Draw companies by bytes on the bill.

    Parameters
    ----------
    frame
        `owner, bytes, contacts`, the largest first; "" is drawn in grey as unknown, and of
        `≈ AS…`, the network of an address, the axis says that it is approximate.
    """
    import plotly.graph_objects as go  # noqa: PLC0415 - a second to load, only for pictures

    shown = frame.iloc[::-1]
    known = shown["owner"] != ""
    names = [plotly_text(name) if name else words.say("patterns.company_unknown")
             for name in shown["owner"]]  # fmt: skip
    told = [words.say("patterns.company_contacts", count=words.number(count))
            for count in shown["contacts"]]  # fmt: skip
    figure = go.Figure(
        go.Bar(
            y=names,
            x=shown["bytes"].astype("float64") / _MEGABYTE,
            text=told,
            textposition="auto",
            orientation="h",
            marker={"color": known.map({True: _style.APPS[0], False: _style.RESIDUAL})},
            hovertemplate="%{y} · %{x:.1f} MB · %{text}<extra></extra>",
            showlegend=False,
        )
    )
    axis = [words.say("patterns.company_bytes")]
    if frame["owner"].str.startswith("≈").any():
        axis.append(words.say("patterns.company_approximate"))
    _style.dress(
        figure,
        question=words.say("patterns.company_question"),
        x_title="<br>".join(axis),
        y_title="",
    )
    figure.update_layout(height=180 + 30 * max(len(shown), 1), margin={"b": 60})
    figure.update_yaxes(automargin=True)
    return figure
