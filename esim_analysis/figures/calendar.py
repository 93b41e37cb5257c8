"""The calendar: each day of the bill in its week, the fuller the darker, with its cost."""

from typing import TYPE_CHECKING, Final

import pandas as pd
from babel.dates import get_day_names

from esim_analysis.figures import _style
from esim_analysis.i18n import Words

if TYPE_CHECKING:
    import plotly.graph_objects as go

_MEGABYTE: Final = 1_000_000
_ROW: Final = 46


def calendar(frame: pd.DataFrame, *, words: Words, currency: str = "") -> "go.Figure":
    """Draw days as cells of weeks.

    Parameters
    ----------
    frame
        `day` (ISO text), `bytes`, and `charge` where money is known: several rows a day
        are added up.
    currency
        ISO code of the charges; "" for none.
    """
    import plotly.graph_objects as go  # noqa: PLC0415 - a second to load, only for pictures

    columns = ["bytes", *(["charge"] if currency else [])]
    sums = frame.groupby("day")[columns].sum()
    dates = pd.to_datetime(pd.Series(sums.index))
    monday = dates - pd.to_timedelta(dates.dt.day_of_week, unit="D")
    cells = sums.reset_index().assign(
        week=monday.dt.strftime("%Y-%m-%d"), weekday=dates.dt.day_of_week
    )
    volume = cells.pivot_table(index="week", columns="weekday", values="bytes", aggfunc="sum")
    volume = volume.reindex(columns=range(7)).astype("float64") / _MEGABYTE
    cells["told"] = _told(cells, words, currency)
    told = cells.pivot_table(index="week", columns="weekday", values="told", aggfunc="first")
    names = get_day_names("abbreviated", locale=words.lang)
    figure = go.Figure(
        go.Heatmap(
            x=[names[day] for day in range(7)],
            y=volume.index,
            z=volume,
            text=told.reindex(columns=range(7)).astype("object").fillna(""),
            hovertemplate="%{text}<extra></extra>",
            texttemplate="%{z:,.0f}",
            colorscale=_style.CELLS,
            xgap=3,
            ygap=3,
            # The cells carry their numbers; a scale would take half of a phone.
            showscale=False,
        )
    )
    _style.dress(
        figure,
        question=words.say("money.calendar_question"),
        x_title=words.say("money.volume"),
        y_title=words.say("money.axis_week"),
    )
    figure.update_layout(height=150 + _ROW * len(volume), margin={"b": 50}, showlegend=False)
    _style.compact(figure)
    figure.update_yaxes(autorange="reversed", type="category", rangemode="normal")
    return figure


def _told(cells: pd.DataFrame, words: Words, currency: str) -> list[str]:
    charges = cells["charge"] if currency else [None] * len(cells)
    rows = zip(cells["day"], cells["bytes"], charges, strict=True)
    return [
        words.say(
            "money.calendar_cell",
            day=words.day(day),
            volume=words.volume(float(volume)),
            cost=words.money(charge, currency) if charge is not None else "–",
        )
        for day, volume, charge in rows
    ]
