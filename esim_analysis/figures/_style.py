"""The one look of all pictures: colours safe for colour blindness, quiet axes, no bubbles."""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import plotly.graph_objects as go

# Okabe and Ito's palette without its yellow and sky blue, which fail 3:1 on white.
CULPRIT: Final = "#D55E00"
APPS: Final = ("#0072B2", "#009E73", "#CC79A7", "#B07A00", "#5B6BD6", "#8C564B")
OTHERS: Final = "#8A8F98"
RESIDUAL: Final = "#6B7280"
HEAT: Final = ((0.0, "rgba(0,114,178,0.06)"), (1.0, "#0072B2"))
# Opaque: numbers written into cells choose black or white by what they stand on.
CELLS: Final = ((0.0, "#D6E6F2"), (1.0, "#0072B2"))
GRID: Final = "#8883"
FONT: Final = "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'PingFang SC', sans-serif"
UNSURE: Final = frozenset({"estimated", "bounded", "unattributed", "conflict"})
CONFIG: Final = {
    "displayModeBar": False,
    "displaylogo": False,
    "showTips": False,
    "plotlyServerURL": "",
    "responsive": True,
}


def colour(place: int) -> str:
    """Return the colour of the app in a place of the ranking, 0 first."""
    return APPS[place % len(APPS)]


def dress(figure: "go.Figure", *, question: str, y_title: str, x_title: str) -> None:
    """Give a figure its question, its axis titles with units, and the quiet look."""
    axis = {"gridcolor": GRID, "zerolinecolor": GRID, "linecolor": GRID}
    figure.update_layout(
        title={"text": question, "x": 0, "xanchor": "left", "font": {"size": 17}},
        font={"family": FONT, "size": 13, "color": "#808080"},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        height=440,
        margin={"l": 64, "r": 12, "t": 56, "b": 120},
        legend={"orientation": "h", "yref": "container", "y": 0, "yanchor": "bottom", "x": 0},
        showlegend=True,
        xaxis={"title": {"text": x_title}, **axis},
        yaxis={"title": {"text": y_title}, "rangemode": "tozero", **axis},
    )


def dates(figure: "go.Figure", *, hours: bool = False, short: bool = False) -> None:
    """Write dates of the horizontal axis as numbers: Plotly knows months in English only.

    With `short` a day has no year: six days stand side by side on a phone.
    """
    day, shown = "%Y-%m-%d", "%m-%d" if short else "%Y-%m-%d"
    clock = f"%H:%M\n{day}"
    stops = [{"dtickrange": [None, 86_399_999], "value": clock if hours else ""},
             {"dtickrange": [86_400_000, None], "value": shown}]  # fmt: skip
    figure.update_xaxes(
        tickformatstops=stops, hoverformat=f"{day} %H:%M" if hours else day, nticks=6
    )


def compact(figure: "go.Figure") -> None:
    """Let titles fit a phone of 390 pixels."""
    figure.update_layout(title={"font": {"size": 15}})
    figure.update_xaxes(title={"font": {"size": 13}}, tickangle=0)
    figure.update_yaxes(title={"font": {"size": 13}})
