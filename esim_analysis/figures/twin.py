"""The text twin of a figure: the values it draws, as a table anybody can read or be read."""

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from esim_analysis.i18n import Words

if TYPE_CHECKING:
    import plotly.graph_objects as go


def twin(figure: "go.Figure") -> pd.DataFrame:
    """Return what a figure of this package draws: a row a place, a column a trace.

    A heat map is its own table. Texts a figure writes beside its bars stand for
    the bars, since they carry the unit.
    """
    columns: dict[str, pd.Series] = {}
    for number, trace in enumerate(figure.data):
        if trace.type == "heatmap":
            return pd.DataFrame(
                np.asarray(trace.z, dtype="float64"),
                index=_told(trace.y),
                columns=_told(trace.x),
            )
        sideways = getattr(trace, "orientation", None) == "h"
        places, values = (trace.y, trace.x) if sideways else (trace.x, trace.y)
        told = values if getattr(trace, "text", None) is None else trace.text
        if trace.type == "scatter" and trace.showlegend is False:
            name = f"{trace.name or ''} ({number + 1})"
        else:
            name = trace.name or str(figure.layout.yaxis.title.text or "")
        rows = getattr(trace, "customdata", None)
        named = (
            _told(places)
            if rows is None
            else _told(map(" · ".join, zip(rows, places, strict=True)))
        )
        column = pd.Series(list(told), index=named)
        columns[name] = column[~column.index.duplicated()]
    if not columns:
        return pd.DataFrame()
    order = figure.layout.xaxis.categoryarray or figure.layout.yaxis.categoryarray
    places = order or dict.fromkeys(place for column in columns.values() for place in column.index)
    if figure.layout.xaxis.type == "date":
        places = sorted(places)  # apps were not used on the same days
    return pd.DataFrame(columns).reindex(list(places))


def twin_text(figure: "go.Figure", *, words: Words) -> str:
    """Return the twin for a terminal, as wide as it is, in numbers a person reads."""
    table = twin(figure)
    return table.map(lambda value: _value(value, words)).to_string()


def twin_html(figure: "go.Figure", *, words: Words) -> str:
    """Return the twin folded away under its name, every word of it as text."""
    table = twin(figure)
    if table.empty:
        return ""
    head = "".join(f"<th scope='col'>{escape(_plain(name))}</th>" for name in table.columns)
    rows = "".join(
        f"<tr><th scope='row'>{escape(_plain(place))}</th>"
        + "".join(f"<td>{escape(_value(value, words))}</td>" for value in values)
        + "</tr>"
        for place, values in zip(table.index, table.to_numpy(), strict=True)
    )
    title = f"{words.say('patterns.as_table')}: {figure.layout.title.text}"
    return (
        f"<details class='esim-twin'><summary>{escape(title)}</summary><div style='overflow-x:auto'>"
        f"<table><thead><tr><th></th>{head}</tr></thead><tbody>{rows}</tbody></table></div></details>"
    )


def _told(values: Any) -> list[str]:  # noqa: ANN401 - lists, arrays and dates of Plotly
    return [_plain(value) for value in values]


def _plain(value: object) -> str:
    """Return a place or name as text: dates without their empty time, escapes undone."""
    from html import unescape  # noqa: PLC0415 - names were escaped for Plotly

    text = str(value).removesuffix("T00:00:00.000000").removesuffix(" 00:00:00")
    return unescape(text.replace("<br>", " ").replace("<sub>", "").replace("</sub>", ""))


def _value(value: object, words: Words) -> str:
    if isinstance(value, str):
        return _plain(value)
    number = float(str(value)) if value is not None else float("nan")
    return "·" if np.isnan(number) else words.number(number, 1)
