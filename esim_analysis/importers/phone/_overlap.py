"""Dumps of one phone overlap: the same bucket, seen again, counts once."""

from collections.abc import Sequence
from typing import Final

import pandas as pd

from esim_analysis.model import EVIDENCE, REMOVED
from esim_analysis.model.evidence import DEVICE_TOTALS
from esim_analysis.model.frames import empty

_PLACE: Final = ["line", "sim_plmn", "sim_sub_id", "interface", "roaming", "metered"]
_TIME: Final = ["start_utc", "end_utc"]
_KEY: Final = [*_PLACE, "uid", "ground", *_TIME]
_BUCKET: Final = ["sim_plmn", "interface", *_TIME]
_FIRST_APP: Final = 10_000
_NO_UID: Final = -999


def newest_of(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Put dumps of one phone together: of a bucket seen twice the larger count, never the sum.

    A bucket only grows, so the larger is the newer. Within a dump a bucket may
    have several rows (one a radio type): they are summed before dumps are
    compared, and the rows of the winning dump are kept as they are. Bytes of an
    app uninstalled between two dumps move to "removed" in the later one: where
    an earlier dump still names the app, they are taken off "removed" again.

    Parameters
    ----------
    frames
        Columns of `model.EVIDENCE`, one frame a dump, in any order.

    Returns
    -------
    pandas.DataFrame
        Rows of the inputs, index renumbered; `removed` rows may be smaller.
    """
    filled = [frame for frame in frames if len(frame)]
    if not filled:
        return empty(EVIDENCE)
    if len(filled) == 1:
        return filled[0].reset_index(drop=True)
    # Equal counts are taken from the first by name, whatever order the files came in.
    filled.sort(key=lambda frame: (str(frame["source"].iloc[0]), str(frame["source_row"].iloc[0])))
    rows = pd.concat(filled, ignore_index=True)
    dump = pd.Series(range(len(filled))).repeat([len(frame) for frame in filled]).array
    nameless = rows["app"].where(rows["uid"].isna(), "")  # rows of other artefacts have no uid
    bucket = rows.groupby([*_KEY, nameless], dropna=False, sort=False).ngroup()
    volume = rows["bytes_up"].fillna(0) + rows["bytes_down"].fillna(0)
    table = pd.DataFrame({"bucket": bucket, "dump": dump, "volume": volume.astype("int64")})
    table["total"] = table.groupby(["bucket", "dump"], sort=False)["volume"].transform("sum")
    best = table.groupby("bucket", sort=False)["total"].transform("max")
    winner = table["dump"].where(table["total"] == best).groupby(table["bucket"]).transform("min")
    kept = table["dump"] == winner
    return _without_uninstalled(rows[kept], table.loc[kept, "dump"], rows, table["dump"])


def newest_totals(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Put device totals of several dumps together: of a bucket seen twice the larger count.

    Parameters
    ----------
    frames
        Columns of `model.DEVICE_TOTALS`, one row a network and bucket in each.
    """
    filled = sorted((f for f in frames if len(f)), key=lambda frame: str(frame["source"].iloc[0]))
    if not filled:
        return empty(DEVICE_TOTALS)
    rows = pd.concat(filled, ignore_index=True)
    if not rows.duplicated(_BUCKET).any():
        return rows
    rows["volume"] = rows["bytes_up"].fillna(0) + rows["bytes_down"].fillna(0)
    ordered = rows.sort_values("volume", ascending=False, kind="stable")
    kept = ordered.drop_duplicates(_BUCKET)
    return kept.drop(columns="volume").sort_index().reset_index(drop=True)


def _without_uninstalled(
    kept: pd.DataFrame, kept_dump: pd.Series, rows: pd.DataFrame, dump: pd.Series
) -> pd.DataFrame:
    """Take off `removed` what kept rows of other dumps still give to a named app.

    Never below what the dump with the least of it called removed: an app may be
    missing from a later dump because its text was cut.
    """
    removed = kept["app"] == REMOVED
    if not removed.any():
        return kept.reset_index(drop=True)
    every_place = rows.groupby([*_PLACE, *_TIME], dropna=False, sort=False).ngroup()
    place = every_place[kept.index]
    compared_with = place.map(kept_dump[removed].groupby(place[removed]).max())
    uid = rows["uid"].fillna(_NO_UID).astype("int64")
    owners = pd.MultiIndex.from_arrays([every_place, uid, dump])
    still_there = pd.MultiIndex.from_arrays([place, uid[kept.index], compared_with]).isin(owners)
    gone = compared_with.notna() & ~still_there & (uid[kept.index] >= _FIRST_APP)
    result = kept.copy()
    for column in ("bytes_up", "bytes_down"):
        moved = kept.loc[gone, column].fillna(0).groupby(place[gone]).sum()
        called_removed = rows[column].fillna(0).where(rows["app"] == REMOVED, 0)
        floor = called_removed.groupby([every_place, dump]).sum().groupby(level=0).min()
        counts = kept.loc[removed, column].fillna(0)
        spare = (counts.groupby(place[removed]).sum() - floor).clip(lower=0)
        due = pd.concat([moved, spare.reindex(moved.index)], axis=1).min(axis=1)
        # Several rows of one bucket give way in order, none below zero.
        until = counts.groupby(place[removed]).cumsum()
        left = (until - place[removed].map(due).fillna(0).astype("Int64")).clip(lower=0)
        result.loc[removed, column] = left - left.groupby(place[removed]).shift(fill_value=0)
    empty = removed & result[["bytes_up", "bytes_down"]].fillna(0).sum(axis=1).eq(0)
    return result[~empty].reset_index(drop=True)
