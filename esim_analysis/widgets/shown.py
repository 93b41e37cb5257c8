"""A figure in a notebook with its text twin under it."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from esim_analysis.figures import twin_html, twin_text
from esim_analysis.i18n import Words

if TYPE_CHECKING:
    import plotly.graph_objects as go


# On a phone a cell is narrower than its number; the table below the picture has it all the same.
_NARROW: Final = "<style>@media (max-width: 600px) {.heatmap-label {display: none}}</style>"


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture and its table; `figure` is Plotly's, to be changed like any other."""

    figure: "go.Figure"
    words: Words

    def __repr__(self) -> str:
        """Return question and table, for terminals."""
        return f"{self.figure.layout.title.text}\n{twin_text(self.figure, words=self.words)}"

    def _ipython_display_(self) -> None:
        from IPython.display import display  # noqa: PLC0415 - only in a notebook

        # Plotly's own JSON: its plain values still hold arrays and moments no kernel can send.
        picture = {"application/vnd.plotly.v1+json": json.loads(self.figure.to_json())}
        display({**picture, "text/plain": repr(self)}, raw=True)  # type: ignore[no-untyped-call]
        table = _NARROW + twin_html(self.figure, words=self.words)
        display({"text/html": table, "text/plain": ""}, raw=True)  # type: ignore[no-untyped-call]
