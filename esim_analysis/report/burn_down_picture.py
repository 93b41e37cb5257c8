"""The allowance day by day, drawn without scripts: seen days full, days to come hatched."""

from typing import Final

import pandas as pd
from markupsafe import Markup

from esim_analysis.i18n import Words
from esim_analysis.report.moments import short_day
from esim_analysis.report.svg import Picture, legend, nice_ticks

_HEIGHT: Final = 180
_GAP: Final = 0.18  # of a column
_DATES: Final = 5  # that fit a phone


def burn_down_picture(frame: pd.DataFrame, words: Words) -> Markup | None:
    """Draw `billing.burn_down` of one line, sorted; None without an allowance, or of several lines."""
    if frame.empty or frame["line"].iloc[0] != frame["line"].iloc[-1]:
        return None
    size = int(frame["size"].max())
    seen = frame[frame["seen"]]
    left = float(seen["left"].iloc[-1]) if len(seen) else float(size)
    picture = Picture(
        "burn-down",
        title=words.say("money.burn_down"),
        description=words.say(
            "money.burn_down_about", left=words.volume(left), size=words.volume(size)
        ),
        height=_HEIGHT + 28,
    )
    scale = (_HEIGHT - 16) / size
    for tick in nice_ticks(size):
        picture.line(0, _HEIGHT - tick * scale, 100, _HEIGHT - tick * scale, look="grid")
        if tick:
            # Columns are high on the left: the scale stands where they are low.
            y = _HEIGHT - tick * scale - 4
            picture.text(100, y, words.volume(tick), look="tick", anchor="end")
    _columns(picture, frame, scale, words)
    entries = [(words.say("money.seen"), "app-1", False)]
    if (~frame["seen"]).any():
        entries.append((words.say("money.range"), "app-1", True))
    return picture.markup() + legend(entries)


def _columns(picture: Picture, frame: pd.DataFrame, scale: float, words: Words) -> None:
    width = 100 / len(frame)
    every = -(-len(frame) // _DATES)
    told = frame[["day", "left", "low", "high", "seen"]].to_dict("records")
    for place, row in enumerate(told):
        x, wide = place * width + width * _GAP / 2, width * (1 - _GAP)
        day = words.day(str(row["day"]))
        if row["seen"]:
            tip = words.say("money.day_left", day=day, left=words.volume(row["left"]))
            _bar(picture, (x, wide), (0.0, row["left"] * scale), tip)
        else:
            low, high = words.volume(row["low"]), words.volume(row["high"])
            tip = words.say("money.day_between", day=day, low=low, high=high)
            _bar(picture, (x, wide), (row["low"] * scale, row["high"] * scale), tip)
            foot = _HEIGHT - row["high"] * scale
            picture.hatched(x, foot, wide, (row["high"] - row["low"]) * scale)
        if place % every == 0:
            anchor = "start" if place == 0 else "middle"
            at = 0 if place == 0 else x + wide / 2
            label = short_day(str(row["day"]), words)
            picture.text(at, _HEIGHT + 18, label, look="tick", anchor=anchor)


def _bar(picture: Picture, across: tuple[float, float], up: tuple[float, float], tip: str) -> None:
    x, wide = across
    low, high = up
    if high > low:
        picture.bar(x, _HEIGHT - high, wide, high - low, look="app-1", tip=tip)
