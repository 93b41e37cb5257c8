"""How well bill and phone fit under each offset of their clocks, drawn without scripts."""

from typing import Final

import pandas as pd
from markupsafe import Markup

from esim_analysis.figures.clock_scores import clock_sentence, offset_text
from esim_analysis.i18n import Words
from esim_analysis.model import ClockCheck, Reconciliation
from esim_analysis.model.reconciliation import CANNOT_TELL, EXPLAINS
from esim_analysis.report.svg import Picture, legend, nice_ticks

_CAUSE: Final = "clock"
_HEIGHT: Final = 120
_ROOM: Final = 40  # below: hours, and what they are
_LABELS: Final = 6  # hours between two of them
_LEFT: Final = 10.0  # percent, for the scale
_TOP: Final = 18  # pixels, for the chosen offset


def offset_picture(check: ClockCheck, found: Reconciliation, words: Words) -> Markup | None:
    """Draw the scores of a clock that was moved or could not be told; None where it agrees."""
    told = next(test for test in found.tests if test.cause == _CAUSE)
    scores = check.scores
    if not len(scores) or told.verdict not in (EXPLAINS, CANNOT_TELL):
        return None
    chosen = _chosen(check)
    picture = Picture(
        "clock-offsets",
        title=words.say("clock.question"),
        description=offset_sentence(check, words),
        height=_HEIGHT + _ROOM,
    )
    _columns(picture, scores, chosen, words)
    picture.text(
        50, _HEIGHT + _ROOM - 4, words.say("clock.axis_offset"), look="tick", anchor="middle"
    )
    entries = [(words.say("clock.other"), "app-others", False)]
    if chosen is not None:
        entries.insert(0, (words.say("clock.chosen"), "app-1", False))
    return picture.markup() + legend(entries)


def offset_sentence(check: ClockCheck, words: Words) -> str:
    """Say what the picture shows."""
    return clock_sentence(check.scores, words=words, chosen=_chosen(check))


def _chosen(check: ClockCheck) -> int | None:
    return None if check.verdict == "cannot_tell" else check.offset_minutes


def _columns(picture: Picture, scores: pd.DataFrame, chosen: int | None, words: Words) -> None:
    """Draw one column an offset; quarters of an hour stand as narrow ones between the hours."""
    first, last = scores["offset_minutes"].min() - 30, scores["offset_minutes"].max() + 30
    minute = (100.0 - _LEFT) / (last - first)
    most = max(float(scores["score"].max()) * 100, 1.0)
    scale = (_HEIGHT - _TOP) / most
    for tick in nice_ticks(most):
        y = _HEIGHT - tick * scale
        picture.line(_LEFT, y, 100, y, look="grid")
        picture.text(_LEFT - 1.5, y + 4, f"{words.number(tick, 0)} %", look="tick", anchor="end")
    for row in scores.to_dict("records"):
        minutes, percent = int(row["offset_minutes"]), 100 * float(row["score"])
        width = 44 if minutes % 60 == 0 else 10
        at = _LEFT + (minutes - first) * minute
        if minutes == chosen:
            # A low column is the best one: a stem leads to it.
            picture.bar(at - 0.15, _TOP, 0.3, _HEIGHT - _TOP, look="app-1")
            label = f"{offset_text(minutes)} h"
            picture.text(at, _TOP - 5, label, look="value", anchor="middle")
        picture.bar(
            at - width / 2 * minute,
            _HEIGHT - percent * scale,
            width * minute,
            percent * scale,
            look="app-1" if minutes == chosen else "app-others",
            tip=f"{offset_text(minutes)} h · {words.number(percent, 1)} %",
        )
        if minutes % (60 * _LABELS) == 0:
            label = f"{minutes // 60:+d}".replace("-", "−") if minutes else "0"
            picture.text(at, _HEIGHT + 16, label, look="tick", anchor="middle")
