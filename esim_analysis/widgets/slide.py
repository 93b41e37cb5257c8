"""Slide the clocks: drag the bill over the phone's curve and see where both belong together."""

from collections.abc import Sequence
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import anywidget
import pandas as pd
import traitlets

from esim_analysis.attribution import Sliding, sliding
from esim_analysis.i18n import Words
from esim_analysis.model import Analysis

if TYPE_CHECKING:
    from esim_analysis.case import Case

_WORDS: Final = (
    "title", "about", "phone", "billed", "overhead_title", "score", "table", "nothing",
)  # fmt: skip
_HOUR: Final = 60  # minutes


class SlideClocks(anywidget.AnyWidget):
    """The bill as an outline over the phone's filled curve, both ready to be moved.

    Scores are those attribution decided by; the screen only draws them.

    Attributes
    ----------
    offset_minutes
        How far the bill's clock is taken to be ahead of the phone's.
    overhead
        Bytes billed for one byte of the phone.
    """

    _esm = files(__package__).joinpath("slide.js").read_text(encoding="utf-8")
    _css = files(__package__).joinpath("slide.css").read_text(encoding="utf-8")
    offset_minutes = traitlets.Int(0).tag(sync=True)
    overhead = traitlets.Float(1.0).tag(sync=True)
    _data = traitlets.Dict().tag(sync=True)
    _words = traitlets.Dict().tag(sync=True)

    def __init__(self, analysis: Analysis, words: Words) -> None:
        found = sliding(analysis.usage, analysis.evidence)
        told = {key: words.say(f"slide.{key}") for key in _WORDS}
        super().__init__(_words=told, _data={} if found is None else _data(found, analysis, words))
        if found is not None:
            self.overhead = analysis.attribution.overhead.point

    @property
    def sentence(self) -> str:
        """What the screen says of the place the bill was moved to."""
        if not self._data:
            return str(self._words["nothing"])
        scan = self._data["clock"]
        if self.offset_minutes not in scan["values"]:
            return str(scan["verdict"])
        return str(scan["told"][scan["values"].index(self.offset_minutes)])

    def __repr__(self) -> str:
        """Return what a page without a kernel can still say."""
        return f"{self.sentence} {self._data['clock']['verdict']}" if self._data else self.sentence


def slide_clocks(case: "Case", *, lang: str | None = None) -> SlideClocks:
    """Return the bill over the phone's curve, ready to be dragged.

    Parameters
    ----------
    lang
        `"en"`, `"es"` or `"zh"`; None: the language of the case.
    """
    return SlideClocks(case.analysis, Words(lang or case.lang, case.analysis.zone))


def _data(found: Sliding, analysis: Analysis, words: Words) -> dict[str, Any]:
    times = found.curves["start_utc"]
    begin, end = times.searchsorted(pd.Index([found.start_utc, found.end_utc]))
    return {
        "phone": found.curves["phone"].tolist(),
        "billed": found.curves["billed"].tolist(),
        "from": int(begin),
        "to": int(end),
        "ticks": [tick for tick in _ticks(times, words) if begin <= tick[0] < end],
        "axis": words.say("slide.axis", zone=words.zone),
        "clock": _clock(found, words),
        "overhead": _overhead(found, analysis, words),
    }


def _ticks(times: pd.Series, words: Words) -> list[list[Any]]:
    """Return place and name of the midnights of the zone."""
    local = times.dt.tz_convert(words.zone)
    midnight = (local.dt.hour == 0) & (local.dt.minute == 0)
    return [[int(place), words.day(local[place].date())] for place in times.index[midnight]]


def _clock(found: Sliding, words: Words) -> dict[str, Any]:
    clock, scores = found.clock, found.clock.scores
    verdict = words.say(f"slide.clock_{clock.verdict}", hours=_moved(clock.offset_minutes, words))
    if scores.empty:
        return _scan("clock", [], [], verdict=verdict, label="", names=[], told=[], words=words)
    # A bill whose clock is ahead is put right by moving it to the left, so that comes first.
    # A finger moves by hours; of the finer steps only the one that was chosen is shown.
    shown = (scores["offset_minutes"] % 60 == 0) | (
        scores["offset_minutes"] == clock.offset_minutes
    )
    scores = scores[shown].sort_values("offset_minutes", ascending=False)
    offsets = [int(minutes) for minutes in scores["offset_minutes"]]
    fits = [float(fit) for fit in (1 - scores["score"]).clip(0, 1)]
    names = [
        words.say("slide.hours", hours=_moved(minutes, words))
        if minutes
        else words.say("slide.here")
        for minutes in offsets
    ]
    told = [
        words.say(
            "slide.fits_moved" if minutes else "slide.fits_here",
            hours=_moved(minutes, words),
            share=words.percent(fit),
        )
        for minutes, fit in zip(offsets, fits, strict=True)
    ]
    return _scan("clock", offsets, fits, verdict=verdict, names=names, told=told,
                 label=words.say("slide.offset"), words=words)  # fmt: skip


def _overhead(found: Sliding, analysis: Analysis, words: Words) -> dict[str, Any]:
    known, scan = analysis.attribution.overhead, found.overheads
    point, low, high = (words.number(each, 3) for each in (known.point, known.low, known.high))
    verdict = words.say(f"slide.overhead_{known.origin}", point=point, low=low, high=high)
    names = [words.number(float(each), 3) for each in scan["overhead"]]
    told = [
        words.say("slide.believed", factor=name, share=words.percent(float(score)))
        for name, score in zip(names, scan["score"], strict=True)
    ]
    return _scan("overhead", scan["overhead"].tolist(), scan["score"].tolist(), verdict=verdict,
                 names=names, told=told, label=words.say("slide.overhead"), words=words)  # fmt: skip


def _scan(  # noqa: PLR0913 - a scan and how it is told
    key: str,
    values: Sequence[float],
    scores: list[float],
    *,
    verdict: str,
    label: str,
    names: list[str],
    told: list[str],
    words: Words,
) -> dict[str, Any]:
    return {
        "key": key,
        "values": list(values),
        "scores": scores,
        "shares": [words.percent(score) for score in scores],
        "best": scores.index(max(scores)) if scores else -1,
        "names": names,
        "told": told,
        "label": label,
        "verdict": verdict,
    }


def _moved(offset_minutes: int, words: Words) -> str:
    """Write how far the bill is moved on the screen to make up for an offset of its clock."""
    minutes = -offset_minutes
    sign = "−" if minutes < 0 else "+" if minutes > 0 else ""
    return sign + words.number(abs(minutes) / _HOUR)
