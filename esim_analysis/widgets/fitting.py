"""A box in which a Plotly figure has the width of the page, also on a narrow one."""

from importlib.resources import files

import anywidget
import ipywidgets
import plotly.graph_objects as go


class _Watcher(anywidget.AnyWidget):
    """Nothing to see: tells the page when its place changes its width."""

    _esm = files(__package__).joinpath("fitting.js").read_text(encoding="utf-8")


def responsive(figure: go.FigureWidget) -> ipywidgets.VBox:
    """Return a box that holds a figure and lets it follow the width it has."""
    figure._config = {**figure._config, "responsive": True}  # noqa: SLF001 - no public way to say it
    return ipywidgets.VBox([figure, _Watcher()], layout={"min_width": "0", "overflow": "hidden"})
