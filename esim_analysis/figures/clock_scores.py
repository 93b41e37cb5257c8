"""The clock's scores: under which offset the bill fits the phone."""

from typing import TYPE_CHECKING, Final

import pandas as pd

from esim_analysis.figures import _style
from esim_analysis.i18n import Words

if TYPE_CHECKING:
    import plotly.graph_objects as go

_HEIGHT: Final = 260


def clock_scores(scores: pd.DataFrame, *, words: Words, chosen: int | None = None) -> "go.Figure":
    """Draw the share of bytes that does not fit, by offset between bill and phone.

    Parameters
    ----------
    scores
        As `ClockCheck.scores`: `offset_minutes, score`.
    chosen
        The offset that was applied, in minutes; None where it cannot be told.
    """
    import plotly.graph_objects as go  # noqa: PLC0415 - a second to load, only for pictures

    figure = go.Figure()
    shown = scores if len(scores) else pd.DataFrame({"offset_minutes": [], "score": []})
    best = shown["offset_minutes"] == chosen
    for rows, name, colour, size, symbol in (
        (shown[~best], words.say("clock.other"), _style.OTHERS, 6, "circle"),
        (shown[best], words.say("clock.chosen"), _style.CULPRIT, 12, "diamond"),
    ):
        if len(rows):
            figure.add_trace(
                go.Scatter(
                    x=rows["offset_minutes"] / 60,
                    y=100 * rows["score"],
                    mode="markers",
                    marker={"color": colour, "size": size, "symbol": symbol},
                    name=name,
                    hovertemplate="%{x:+} h · %{y:.1f} %<extra>%{fullData.name}</extra>",
                )
            )
    _style.dress(
        figure,
        question=words.say("clock.question"),
        x_title=words.say("clock.axis_offset"),
        y_title=words.say("clock.axis_score"),
    )
    figure.update_layout(height=_HEIGHT, margin={"b": 90, "t": 48})
    figure.update_xaxes(tickformat="+d", dtick=3)
    return figure


def clock_sentence(scores: pd.DataFrame, *, words: Words, chosen: int | None = None) -> str:
    """Say what the picture shows, for those who do not see it."""
    if not len(scores):
        return words.say("clock.nothing")
    if chosen is None:
        return words.say("clock.unclear", count=len(scores))
    ordered = scores.set_index("offset_minutes")["score"]
    away = ordered[(ordered.index - chosen) % 60 == 0].drop(chosen, errors="ignore")
    return words.say(
        "clock.clear",
        offset=offset_text(chosen),
        best=words.number(100 * float(ordered[chosen]), 1),
        second=words.number(100 * float(away.min()), 1),
        other=offset_text(int(away.index.to_numpy()[away.to_numpy().argmin()])),
    )


def offset_text(minutes: int) -> str:
    """Return an offset as people write it.

    >>> offset_text(-210), offset_text(120)
    ('−3:30', '+2:00')
    """
    hours, rest = divmod(abs(minutes), 60)
    return f"{'−' if minutes < 0 else '+'}{hours}:{rest:02d}"
