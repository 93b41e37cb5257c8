"""Two pictures of the whole bill, drawn without scripts: its days and its apps."""

from collections.abc import Callable
from typing import Final

import pandas as pd
from markupsafe import Markup

from esim_analysis.figures.text import plain
from esim_analysis.i18n import Words
from esim_analysis.model import CONFLICT, UNATTRIBUTED
from esim_analysis.report.moments import short_day
from esim_analysis.report.names import OTHERS
from esim_analysis.report.svg import Picture, legend, nice_ticks

Name = Callable[[str], str]
_UNSURE: Final = frozenset({"estimated", "bounded", "unattributed", "conflict"})
_DAY_HEIGHT: Final = 220
_FEWEST_COLUMNS: Final = 5  # two days are two columns of a few, not two walls
_ROOM_OF_TWO_DATES: Final = 32  # percent of a phone's width, in Chinese
_ROW: Final = 46
_NAME_LENGTH: Final = 30  # fits a phone 390 pixels wide


def looks(apps: list[str]) -> dict[str, str]:
    """Return the CSS class that colours each app, the same in every picture and table."""
    ranked = {app: f"app-{place}" for place, app in enumerate(apps)}
    return {**ranked, OTHERS: "app-others", UNATTRIBUTED: "app-rest", CONFLICT: "app-rest"}


def days_picture(
    days: pd.DataFrame,
    *,
    statuses: dict[tuple[str, str], str],
    look: dict[str, str],
    name: Name,
    words: Words,
) -> Markup:
    """Draw the days of a bill, stacked by app; what is estimated is hatched.

    Parameters
    ----------
    days
        Days × apps in bytes, as `shares.day_table` makes it, bottom of the stack first.
    statuses
        (day, app) to status.
    """
    total = days.sum(axis=1)
    ticks = nice_ticks(int(total.max()))
    scale = (_DAY_HEIGHT - 16) / max(int(total.max()), 1)
    picture = Picture(
        "days",
        title=words.say("report.days_title"),
        description=words.say(
            "report.days_about",
            day=words.day(str(total.idxmax())),
            bytes=words.volume(int(total.max())),
        ),
        height=_DAY_HEIGHT + 28,
    )
    for tick in ticks:
        y = _DAY_HEIGHT - tick * scale
        picture.line(0, y, 100, y, look="grid")
        if tick:
            picture.text(0, y - 4, words.volume(tick), look="tick")
    width = 100 / max(len(days), _FEWEST_COLUMNS)
    for place, day in enumerate(days.index):
        pile = [
            (
                look[app],
                f"{words.day(day)} · {name(app)} · {words.volume(volume)}",
                volume * scale,
                app == UNATTRIBUTED or statuses.get((day, app), "exact") in _UNSURE,
            )
            for app, volume in days.loc[day].items()
            if volume > 0
        ]
        _stack(picture, pile, x=place * width, width=width)
    _dates(picture, [str(day) for day in days.index], width=width, words=words)
    return picture.markup() + legend(
        (name(app), look[app], app == UNATTRIBUTED) for app in days.columns if (days[app] > 0).any()
    )


def _dates(picture: Picture, days: list[str], *, width: float, words: Words) -> None:
    """Write as many dates as a narrow phone shows side by side; of many days the last too."""
    y = _DAY_HEIGHT + 18
    if len(days) <= _FEWEST_COLUMNS:
        for place, day in enumerate(days):
            picture.text(place * width, y, short_day(day, words), look="tick")
        return
    end = len(days) * width
    for place in range(0, len(days), -(-len(days) // _FEWEST_COLUMNS)):
        if place * width <= end - _ROOM_OF_TWO_DATES:
            picture.text(place * width, y, short_day(days[place], words), look="tick")
    picture.text(end, y, short_day(days[-1], words), look="tick", anchor="end")


def _stack(
    picture: Picture, pile: list[tuple[str, str, float, bool]], *, x: float, width: float
) -> None:
    """Draw one column from the bottom up: (look, tip, height in pixels, unsure) a part."""
    inset = width * 0.12
    base = float(_DAY_HEIGHT)
    for look, tip, height, unsure in pile:
        base -= height
        # A hair of paper between the parts: they differ not by colour alone.
        box = (x + inset, base, width - 2 * inset, max(height - 0.7, 0.5))
        picture.bar(*box, look=look, tip=tip)
        if unsure:
            picture.hatched(*box)


def apps_picture(totals: pd.DataFrame, *, look: dict[str, str], name: Name, words: Words) -> Markup:
    """Draw each app's bytes as a bar, with a whisker from its lowest to its highest value.

    `totals` has `app, bytes, bytes_low, bytes_high, status`, in the order shown.
    """
    top = max(int(totals["bytes_high"].max()), 1)
    biggest = totals.iloc[int(totals["bytes"].argmax())]
    picture = Picture(
        "apps",
        title=words.say("report.apps_title"),
        description=words.say(
            "report.apps_about",
            app=name(biggest["app"]),
            bytes=words.volume(int(biggest["bytes"])),
        ),
        height=_ROW * len(totals) + 4,
    )
    for place, (app, volume, low, high, status) in enumerate(
        zip(*(totals[column].tolist() for column in totals.columns), strict=True)
    ):
        y = place * _ROW
        picture.text(0, y + 16, plain(name(app), limit=_NAME_LENGTH), look="label")
        told = words.volume(volume) if low == high else words.band(low, high)
        picture.text(100, y + 16, told, look="value", anchor="end")
        box = (0, y + 23, volume / top * 100, 14)
        picture.bar(*box, look=look.get(app, "app-others"), tip=f"{name(app)} · {told}")
        if status in _UNSURE:
            picture.hatched(*box)
        if low != high:
            picture.line(low / top * 100, y + 30, high / top * 100, y + 30, look="whisker")
            picture.line(low / top * 100, y + 26, low / top * 100, y + 34, look="whisker")
            picture.line(high / top * 100, y + 26, high / top * 100, y + 34, look="whisker")
    return picture.markup()
