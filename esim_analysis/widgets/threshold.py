"""A slider over thresholds: what each of them would have told."""

from collections.abc import Mapping
from html import escape
from typing import Any

import ipywidgets

from esim_analysis.i18n import Words


def threshold(told: Mapping[str, str], *, lang: str = "en") -> "Threshold":
    """Return a slider over the thresholds of `alerts.what_if`, each with what it would have told.

    Parameters
    ----------
    told
        Threshold → text, in the order of the slider.
    """
    return Threshold(told, Words(lang))


class Threshold(ipywidgets.VBox):  # type: ignore[misc] # ipywidgets ships no types
    """The slider and its text."""

    def __init__(self, told: Mapping[str, str], words: Words) -> None:
        self._told = dict(told)
        levels = list(self._told)
        self.slider = ipywidgets.SelectionSlider(
            options=levels,
            value=levels[len(levels) // 2],
            description=words.say("alerts.replay_slider"),
            style={"description_width": "initial"},
            layout={"width": "min(100%, 560px)"},
        )
        self.text = ipywidgets.HTML()
        super().__init__(children=[self.slider, self.text])
        self.slider.observe(self._moved, "value")
        self._show(self.slider.value)

    def _moved(self, change: dict[str, Any]) -> None:
        self._show(change["new"])

    def _show(self, level: str) -> None:
        first, *rest = self._told[level].split("\n")
        items = "".join(f"<li>{escape(line)}</li>" for line in rest)
        listed = f"<ul>{items}</ul>" if items else ""
        self.text.value = f"<p><b>{escape(first)}</b></p>{listed}"
