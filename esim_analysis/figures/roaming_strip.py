"""The roaming strip: what was billed in which country, day by day."""

from typing import TYPE_CHECKING, Final

import pandas as pd

from esim_analysis.figures import _style
from esim_analysis.figures.text import plotly_text
from esim_analysis.i18n import Words

if TYPE_CHECKING:
    import plotly.graph_objects as go

_MEGABYTE: Final = 1_000_000
_PATTERNS: Final = ("", "/", "x", ".", "-", "+")


def roaming_strip(frame: pd.DataFrame, *, words: Words, zone: str) -> "go.Figure":
    """Draw days as bars, a colour and a hatching a country.

    Parameters
    ----------
    frame
        `day, place` (ISO country, a network, or ""), `bytes`.
    """
    import plotly.graph_objects as go  # noqa: PLC0415 - a second to load, only for pictures

    figure = go.Figure()
    for place, code in enumerate(_order(frame)):
        mine = frame[frame["place"] == code]
        figure.add_trace(
            go.Bar(
                x=mine["day"],
                y=mine["bytes"].astype("float64") / _MEGABYTE,
                name=plotly_text(place_name(code, words)),
                marker={
                    "color": _style.colour(place) if code else _style.RESIDUAL,
                    "pattern": {"shape": _PATTERNS[place % len(_PATTERNS)]},
                },
                hovertemplate="%{x} · %{y:.1f} MB<extra>%{fullData.name}</extra>",
            )
        )
    _style.dress(
        figure,
        question=words.say("patterns.roaming_question"),
        x_title=words.say("patterns.roaming_axis", zone=zone),
        y_title=words.say("patterns.roaming_volume"),
    )
    figure.update_layout(barmode="stack", height=340)
    _style.dates(figure)
    return figure


def place_name(code: str, words: Words) -> str:
    """Return the country of a code in the reader's language, "" as a place not told."""
    return words.place(code) if code else words.say("patterns.roaming_unknown")


def _order(frame: pd.DataFrame) -> list[str]:
    sums = frame.groupby("place")["bytes"].sum().sort_values(ascending=False, kind="stable")
    return [str(code) for code in sums.index]
