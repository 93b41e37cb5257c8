"""Fixed periods: each stands once for a line and place, and periods do not overlap."""

from collections.abc import Sequence
from typing import Final

import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.tabular.lines import line_hash
from esim_analysis.importers.tabular.sieve import Sieve
from esim_analysis.model import QuestionError

_WHERE: Final = ["line", "plmn", "network", "country", "service_class"]


def one_a_period(
    frame: pd.DataFrame, group: Sequence[pd.Series], sieve: Sieve, file: SourceFile
) -> pd.DataFrame:
    """Give each bucket an id of its line, place and period, so that none counts twice.

    Of one bucket said twice with different volumes the larger stands: counts of the last
    days still grow.

    Raises
    ------
    QuestionError
        Periods of different lengths overlap, such as hours and the days they add up to.
    """
    key = frame[_WHERE].astype("str").fillna("").agg("|".join, axis=1)
    for column in group:
        key = key + "|" + column.fillna("")
    _refuse_overlaps(frame[sieve.kept], key[sieve.kept], file.name)
    start, end = frame["start_utc"].astype("str"), frame["end_utc"].astype("str")
    period = start.fillna("") + "|" + end.fillna("")
    named = key + "|" + period
    ids = named.map({one: line_hash(one) for one in named.unique()})
    frame = frame.assign(record_id=ids.astype("str"))
    largest = frame["bytes_total"].where(sieve.kept).groupby(frame["record_id"]).transform("max")
    smaller = (frame["bytes_total"] < largest).fillna(value=False).astype(bool)
    sieve.reject(smaller, "period", sentence("importing.another_row_says_more_same"))
    return frame


def _refuse_overlaps(frame: pd.DataFrame, key: pd.Series, name: str) -> None:
    periods = pd.DataFrame({"key": key, "start": frame["start_utc"], "end": frame["end_utc"]})
    periods = periods.drop_duplicates().sort_values(["key", "start", "end"], kind="stable")
    before = periods.groupby("key", sort=False)["end"].shift()
    overlapping = periods[(periods["start"] < before).fillna(value=False)]
    if len(overlapping):
        first = overlapping.iloc[0]
        raise QuestionError(
            name,
            sentence("importing.periods_overlap_such_hours_days"),
            sentence("importing.export_one_period_at_time"),
            place=f"{first['start']:%Y-%m-%d %H:%M}",
        )
