"""Balances beside an export: what the export lists is not counted a second time."""

from dataclasses import replace

import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.model import Source, UsageRecords


def leave_out_listed(balances: UsageRecords, export: UsageRecords) -> UsageRecords:
    """Leave out what was used between two readings while the export lists records.

    Both speak of the same bytes. Readings that name no line are taken to be those of
    the export's line when it has only one. What is left out counts as duplicates of
    its source, with a note; an interval that only begins before the export ends is
    left out as a whole, since its parts are unknown.

    Parameters
    ----------
    balances
        Result of `usage_from_snapshots`.
    export
        Records of the other files of the case.
    """
    data = export.frame[export.frame["service_class"].fillna("data") == "data"]
    if data.empty or balances.frame.empty:
        return balances
    listed = data.groupby("line").agg(begin=("start_utc", "min"), finish=("end_utc", "max"))
    frame = balances.frame
    line = frame["line"]
    if len(listed) == 1:
        line = line.mask(line == "", str(listed.index[0]))
    begin, finish = line.map(listed["begin"]), line.map(listed["finish"])
    twice = (frame["start_utc"] < finish) & (frame["end_utc"] > begin)
    return replace(
        balances,
        frame=frame[~twice],
        sources=tuple(_noted(source, frame.loc[twice, "source"]) for source in balances.sources),
    )


def _noted(source: Source, twice: pd.Series) -> Source:
    count = int((twice == source.id).sum())
    if not count:
        return source
    said = sentence("importing.intervals_between_readings_not_counted", count=count)
    return replace(source, duplicates=source.duplicates + count, notes=(*source.notes, said))
