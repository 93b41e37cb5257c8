"""Wall-clock times of a table as instants: by the zone of its file, or by offsets of their own."""

from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.model.clock import localise
from esim_analysis.model.frames import UTC_TIME

OFFSET: Final = "offset"


def instants(
    naive: pd.Series, offset: pd.Series, zone: str, who: pd.DataFrame
) -> tuple[pd.Series, pd.Series]:
    """Turn local starts into UTC, in the order of their ids, else as a file runs through time."""
    if zone == OFFSET:
        return _by_offset(naive, offset), pd.Series("", index=naive.index, dtype="str")
    utc, fold = localise(naive, zone)
    if (fold != "").any():  # only in a repeated hour does the order of rows matter
        order = _chronicle(naive, who)
        line = who.groupby(["file", "line"], sort=False).ngroup()
        told, _ = localise(naive.reindex(order), zone, line=line.reindex(order))
        utc = told.reindex(naive.index)
    return _by_offset(naive, offset).fillna(utc) if offset.notna().any() else utc, fold


def _chronicle(naive: pd.Series, who: pd.DataFrame) -> pd.Index:
    """Return the rows of each file in the order in which they happened."""
    files = naive.groupby(who["file"], sort=False)
    orders = [_order_in_file(rows, who["record_id"]) for _, rows in files]
    return orders[0].append(orders[1:])


def _order_in_file(naive: pd.Series, record_id: pd.Series) -> pd.Index:
    """Return rows in the order of their ids, where all have one, else as their times run."""
    ids = record_id.loc[naive.index]
    if len(ids) and (ids != "").all():
        width = int(ids.str.len().max())
        key = ids.str.zfill(width) if ids.str.isdigit().all() else ids
        in_order: pd.Index = key.sort_values(kind="stable").index
        return in_order
    known = naive.dropna()
    newest_first = len(known) > 1 and known.iloc[0] > known.iloc[-1]
    as_told: pd.Index = naive.index[::-1] if newest_first else naive.index
    return as_told


def end_instants(naive: pd.Series, offset: pd.Series, start_utc: pd.Series, zone: str) -> pd.Series:
    """Turn local ends into UTC: the first instant of that name not before the start."""
    if zone == OFFSET:
        return _by_offset(naive, offset)
    first = first_instants(naive, zone)
    early = first < start_utc
    if early.any():
        again = np.zeros(len(naive), dtype=bool)
        second = naive.dt.tz_localize(zone, ambiguous=again, nonexistent="shift_forward")
        first = first.mask(early, second.dt.tz_convert("UTC").astype(UTC_TIME))
    return _by_offset(naive, offset).fillna(first) if offset.notna().any() else first


def _by_offset(naive: pd.Series, offset: pd.Series) -> pd.Series:
    shift = pd.to_timedelta(offset, unit="m")
    return (naive - shift).astype("datetime64[us]").dt.tz_localize("UTC").astype(UTC_TIME)


def first_instants(naive: pd.Series, zone: str) -> pd.Series:
    """Turn local times into UTC, each into the first instant of its name."""
    # Some zones step over midnight itself; the day then begins at the first instant after it.
    known = "UTC" if zone == OFFSET else zone
    ones = np.ones(len(naive), dtype=bool)
    local = naive.dt.tz_localize(known, ambiguous=ones, nonexistent="shift_forward")
    first: pd.Series = local.dt.tz_convert("UTC").astype(UTC_TIME)
    return first
