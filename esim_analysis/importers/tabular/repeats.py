"""Rows that say the same: copies by their id, and a month's volume spread over its days."""

from typing import Final

import pandas as pd

_PLACE: Final = ["source_row"]
_DAYS: Final = 7  # fewer equal days in a row may be chance


def drop_repeats(frame: pd.DataFrame) -> tuple[pd.DataFrame, int, list[str]]:
    """Drop rows whose record id and content were said before.

    An id that stands for different rows is no record id: it is kept as session
    id, and its rows all stay. Equal rows without id stay as well, since nothing
    tells copies from repetition.

    Returns
    -------
    (frame, dropped, notes)
    """
    notes: list[str] = []
    content = [column for column in frame.columns if column not in _PLACE]
    named = frame["record_id"] != ""
    copies = frame.duplicated(content) & named
    frame = frame[~copies]
    named = named[~copies]
    shared = frame.duplicated(["line", "record_id"], keep=False) & named
    if shared.any():
        session = frame["session_id"].where(frame["session_id"] != "", frame["record_id"])
        frame = frame.assign(
            session_id=frame["session_id"].mask(shared, session),
            record_id=frame["record_id"].mask(shared, ""),
        )
        notes.append(
            f"{int(shared.sum())} records share an id with a different record: "
            "their ids are taken as ids of sessions."
        )
    equal = int((frame.duplicated(content) & (frame["record_id"] == "")).sum())
    if equal:
        notes.append(
            f"{equal} rows equal another row in every column and carry no id: "
            "they are kept, since nothing tells copies from repetition."
        )
    return frame, int(copies.sum()), notes


def prorated(frame: pd.DataFrame, zone: str) -> pd.Series:
    """Tell rows of a line whose every row has one volume at one time of day, for a week or more."""
    known = "UTC" if zone == "offset" else zone
    local = frame["start_utc"].dt.tz_convert(known)
    day = local.dt.normalize()
    facts = pd.DataFrame(
        {
            "line": frame["line"],
            "day": day,
            "clock": local.dt.strftime("%H:%M:%S"),
            "volume": frame["bytes_total"],
        }
    )[frame["service_class"] == "data"]
    by_line = facts.groupby("line", sort=False)
    alike = (
        (by_line["clock"].transform("nunique") == 1)
        & (by_line["volume"].transform("nunique") == 1)
        & (by_line["day"].transform("nunique") >= _DAYS)
        & (by_line["day"].transform("nunique") == by_line["day"].transform("size"))
        & (facts["volume"] > 0)
    )
    return alike.reindex(frame.index, fill_value=False).fillna(value=False).astype(bool)
