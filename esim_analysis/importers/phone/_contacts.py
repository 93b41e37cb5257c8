"""Contacts without bytes, seen by several reports: the same contacts count once."""

from collections.abc import Sequence
from typing import Final

import pandas as pd

from esim_analysis.model import EVIDENCE
from esim_analysis.model.frames import conform

KEY: Final = ["line", "app", "remote_host", "remote_ip", "ground", "interface"]


def merge_contacts(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Put reports that overlap by days together: of contacts seen twice the larger number.

    Each report covers a sliding week, so rows of one app and one host whose spans
    touch tell of the same contacts. They become one row over both spans with the
    larger `hits`, never the sum; provenance is that of the row with most hits.

    Parameters
    ----------
    frames
        Columns of `model.EVIDENCE`; rows whose `time_kind` is not `first_last`
        pass through unchanged, after the contacts.
    """
    if not frames:
        return conform(pd.DataFrame(), EVIDENCE, what="contacts")
    rows = pd.concat(frames, ignore_index=True)
    contacts = rows["time_kind"] == "first_last"
    if not contacts.any():
        return rows
    return pd.concat([same_contacts(rows[contacts], KEY), rows[~contacts]], ignore_index=True)


def same_contacts(rows: pd.DataFrame, key: Sequence[str]) -> pd.DataFrame:
    """Merge rows of one key whose spans touch: first start, last end, most hits."""
    if rows.empty:
        return rows
    rows = rows.sort_values([*key, "start_utc", "end_utc", "source", "source_row"], kind="stable")
    who = rows.groupby([*key], dropna=False, sort=False).ngroup()
    # µs since 1970: a running maximum of times with a zone is not defined by group.
    reach = rows["end_utc"].astype("int64").groupby(who).cummax().groupby(who).shift()
    apart = ~(rows["start_utc"].astype("int64") <= reach)  # the first of a key has nothing before
    span = apart.cumsum()
    most = rows.sort_values("hits", ascending=False, kind="stable", na_position="last")
    most = most[~span[most.index].duplicated()].sort_index()
    by_span = rows.groupby(span)
    return most.assign(
        start_utc=span[most.index].map(by_span["start_utc"].min()),
        end_utc=span[most.index].map(by_span["end_utc"].max()),
    )
