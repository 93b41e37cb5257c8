"""One use told by two exports (sessions and a bill of the same month) counts once."""

from dataclasses import replace
from itertools import permutations
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.model import UsageRecords

# Two tellings of one use differ by rounding and by sessions over midnight, not by more.
_SAME: Final = 0.03
# Sessions against days, days against a month: nearer grains are parts of one export.
_COARSER: Final = 6


def count_once(usage: UsageRecords) -> UsageRecords:
    """Leave out the coarser of two exports that tell the same use.

    A row of the coarser file is compared with the sum of the finer file's rows
    that begin inside it. Where all that the finer file's span covers agrees
    within 3 %, those rows are left out and said so in `Source.notes`; a coarser
    file that says something else stays as it is.
    """
    data = usage.frame[usage.frame["bytes_total"] > 0]
    files = {str(source): rows for source, rows in data.groupby("source", sort=True)}
    repeated = pd.Series(data=False, index=usage.frame.index)
    notes: dict[str, str] = {}
    grains = {name: _grain(rows) for name, rows in files.items()}
    for fine, coarse in permutations(files, 2):
        # Exports of one kind, two years of them, are of one grain: no pair to look at.
        if fine in notes or grains[coarse] < _COARSER * grains[fine]:
            continue  # the finer one was left out itself, or neither is coarser
        rows = _told_again(files[fine], files[coarse])
        if len(rows):
            repeated[rows] = True
            notes[coarse] = sentence(
                "importing.rows_tell_use_tells_counted", count=len(rows), fine=fine
            )
    return _without(usage, repeated, notes) if notes else usage


def _told_again(fine: pd.DataFrame, coarse: pd.DataFrame) -> pd.Index:
    """Return the rows of `coarse` that `fine` tells in more detail.

    A bill often leaves the line out that an export names, so lines are compared
    only where both name theirs.
    """
    lines = [set(rows["line"].unique()) - {""} for rows in (fine, coarse)]
    elsewhere = all(lines) and not lines[0] & lines[1]
    if elsewhere:
        return coarse.index[:0]
    start, end = coarse["start_utc"].to_numpy(), coarse["end_utc"].to_numpy()
    begun = np.sort(fine["start_utc"].to_numpy())
    order = np.argsort(fine["start_utc"].to_numpy(), kind="stable")
    so_far = np.concatenate([[0], np.cumsum(fine["bytes_total"].to_numpy(np.int64)[order])])
    first, last = np.searchsorted(begun, start), np.searchsorted(begun, end)
    told = so_far[last] - so_far[first]
    inside = (start >= begun[0] - (end - start)) & (start <= begun[-1]) & (last > first)
    volume = coarse["bytes_total"].to_numpy(np.int64)
    off = np.abs(volume - told)[inside].sum()
    same = inside.any() and off <= _SAME * volume[inside].sum()
    return coarse.index[inside] if same else coarse.index[:0]


def _grain(rows: pd.DataFrame) -> float:
    """Return the usual length of a row in seconds, at least an hour: what it can tell apart."""
    length = (rows["end_utc"] - rows["start_utc"]).dt.total_seconds().fillna(0.0)
    return max(float(length.median()), 3600.0)


def _without(usage: UsageRecords, rows: pd.Series, notes: dict[str, str]) -> UsageRecords:
    left_out = usage.frame.loc[rows, "source"].value_counts()
    sources = tuple(
        replace(
            source,
            kept=source.kept - int(left_out[source.id]),
            duplicates=source.duplicates + int(left_out[source.id]),
            notes=(*source.notes, notes[source.id]),
        )
        if source.id in notes
        else source
        for source in usage.sources
    )
    return replace(usage, frame=usage.frame[~rows], sources=sources)
