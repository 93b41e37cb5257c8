"""Rows that say the same: copies by their id, and a month's volume spread over its days."""

from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.i18n.sentences import sentence

_PLACE: Final = ["source_row"]
_FIRST: Final = ("line", "record_id", "start_utc", "bytes_total")
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
    # Most files repeat nothing; the exact comparison of all columns is dear.
    twins = np.arange(len(frame))
    if named.any():
        twins = np.flatnonzero(frame.duplicated(["line", "record_id"], keep=False))
    if named.all() and not len(twins):
        return frame, 0, notes
    alike = frame if len(twins) == len(frame) else frame.iloc[twins]
    twins = twins[alike.duplicated([*_FIRST], keep=False)]
    same = pd.Series(data=False, index=frame.index)
    if len(twins):
        same = frame.iloc[twins].duplicated(content).reindex(frame.index, fill_value=False)
    copies = same & named
    if copies.any():
        frame, named = frame[~copies], named[~copies]
    shared = named
    if named.any():
        shared = frame.duplicated(["line", "record_id"], keep=False) & named
    if shared.any():
        session = frame["session_id"].where(frame["session_id"] != "", frame["record_id"])
        frame = frame.assign(
            session_id=frame["session_id"].mask(shared, session),
            record_id=frame["record_id"].mask(shared, ""),
        )
        notes.append(
            sentence("importing.records_share_id_different_record", count=int(shared.sum()))
        )
    equal = int((same.reindex(frame.index) & (frame["record_id"] == "")).sum())
    if equal:
        notes.append(sentence("importing.rows_equal_another_row_every", equal=equal))
    return frame, int(copies.sum()), notes


def prorated(frame: pd.DataFrame, zone: str) -> pd.Series:
    """Tell rows of a line whose every row has one volume at one time of day, for a week or more."""
    # All of a month spread evenly has one volume: few lines have to be looked at.
    data = (frame["service_class"] == "data").to_numpy()
    volume = frame["bytes_total"].to_numpy(dtype=np.float64, na_value=np.nan)
    codes, lines = pd.factorize(frame["line"])
    first = np.full(len(lines), np.nan)
    first[codes[data][::-1]] = volume[data][::-1]  # of one place written twice the last stands
    even = np.full(len(lines), fill_value=True)
    even[codes[data & (volume != first[codes])]] = False
    one = pd.Series(data & even[codes], index=frame.index)
    if not one.any():
        return one
    some = frame[one]
    local = some["start_utc"].dt.tz_convert("UTC" if zone == "offset" else zone)
    facts = pd.DataFrame(
        {
            "line": some["line"],
            "day": local.dt.normalize(),
            "clock": local.dt.hour * 3600 + local.dt.minute * 60 + local.dt.second,
            "volume": some["bytes_total"],
        }
    )
    by_line = facts.groupby("line", sort=False)
    alike = (
        (by_line["clock"].transform("nunique") == 1)
        & (by_line["volume"].transform("nunique") == 1)
        & (by_line["day"].transform("nunique") >= _DAYS)
        & (by_line["day"].transform("nunique") == by_line["day"].transform("size"))
        & (facts["volume"] > 0)
    )
    return alike.reindex(frame.index, fill_value=False).fillna(value=False).astype(bool)
