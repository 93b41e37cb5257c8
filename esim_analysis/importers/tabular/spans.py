"""Durations as operators write them, in seconds."""

from typing import Final

import pandas as pd

_CLOCK: Final = r"^(?:(?P<h>\d{1,4}):)?(?P<m>\d{1,3}):(?P<s>\d{1,2}(?:\.\d+)?)$"
_WORDS: Final = (
    r"^(?:(?P<h>\d+)\s*(?:h|hr|hrs|hours?|horas?|小时|时))?\s*"
    r"(?:(?P<m>\d+)\s*(?:m|min|mins|minutes?|minutos?|分钟|分))?\s*"
    r"(?:(?P<s>\d+(?:[.,]\d+)?)\s*(?:s|sec|secs|seg|seconds?|segundos?|秒))?$"
)
UNIT_SECONDS: Final = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0}
_UNIT_NAMES: Final = {
    "ms": ("ms", "msec", "milliseconds", "milisegundos", "毫秒"),
    "s": ("s", "sec", "secs", "seg", "second", "seconds", "segundos", "segundo", "秒"),
    "min": ("min", "mins", "minute", "minutes", "minuto", "minutos", "分", "分钟"),
    "h": ("h", "hr", "hrs", "hour", "hours", "hora", "horas", "小时"),
}


def span_unit(word: str) -> str:
    """Return the unit of time a heading names (`"s"`, `"min"`, `"h"`, `"ms"`), else `""`."""
    return next((unit for unit, names in _UNIT_NAMES.items() if word in names), "")


def span_seconds(text: pd.Series, *, unit: str) -> pd.Series:
    """Turn `"00:12:24"`, `"1小时2分"`, `"12 min"` or plain numbers of `unit` into seconds.

    Two-part clocks (`"12:24"`) are minutes and seconds unless `unit` is `"h"`, then hours and
    minutes. What cannot be read is missing (`float64`).
    """
    cells = text.fillna("").str.strip().str.lower()
    seconds = pd.to_numeric(cells.str.replace(",", ".", regex=False), errors="coerce")
    seconds = seconds * UNIT_SECONDS[unit or "s"]
    if seconds.notna().all():
        return seconds.astype("float64")
    clock = cells.str.extract(_CLOCK).apply(pd.to_numeric)
    short = 60.0 if unit == "h" else 1.0
    lone = (clock["m"] * 60 + clock["s"]) * short
    clocked = lone.where(clock["h"].isna(), clock["h"] * 3600 + clock["m"] * 60 + clock["s"])
    words = cells.where(cells != "").str.replace(",", ".", regex=False).str.extract(_WORDS)
    parts = words.apply(pd.to_numeric)
    worded = (parts["h"].fillna(0) * 3600 + parts["m"].fillna(0) * 60 + parts["s"].fillna(0)).where(
        parts.notna().any(axis=1)
    )
    return seconds.fillna(clocked).fillna(worded).astype("float64")
