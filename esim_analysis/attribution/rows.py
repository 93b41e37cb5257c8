"""Each billed row with what explains it: the app that used most of it, and its band."""

from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.attribution.banding import bands
from esim_analysis.model import RESIDUALS, Attribution, UsageRecords

_TOLD: Final = [
    "source",
    "source_row",
    "start_utc",
    "end_utc",
    "time_quality",
    "charge",
    "currency",
]


def billed_rows(usage: UsageRecords, attribution: Attribution) -> pd.DataFrame:
    """Return one row a billed interval, in the order of `usage.frame`.

    Returns
    -------
    pandas.DataFrame
        `line, record, source, source_row, start_utc, end_utc, time_quality, billed,
        charge, currency, status, unattributed, conflict`, then the app that used most of
        it: `app, bytes, bytes_low, bytes_high, background` (`background`: those of
        `bytes` used unseen; missing where the phone does not say). `app` is `""` where
        nothing is known; `status` is `explained`, `partly`, `no_evidence` or
        `conflicting`.
    """
    pieces = attribution.pieces
    apps = pieces[~pieces["app"].isin(RESIDUALS)]
    by_app = bands(attribution, apps, by=("record", "app"))
    largest = by_app.sort_values(
        ["record", "bytes", "app"], ascending=[True, False, True], kind="stable"
    ).drop_duplicates("record")
    grounds = _grounds(apps)
    largest = largest.merge(grounds, on=["record", "app"], how="left")
    columns = ["line", "record", "billed", "status", "unattributed", "conflict"]
    table = attribution.by_record[columns].merge(largest, on="record", how="left")
    table = table.merge(
        usage.frame[_TOLD], left_on="record", right_index=True, how="left", validate="1:1"
    )
    table = table.assign(app=table["app"].fillna(""))
    order = [
        *("line", "record", "source", "source_row", "start_utc", "end_utc", "time_quality"),
        *("billed", "charge", "currency", "status", "unattributed", "conflict"),
        *("app", "bytes", "bytes_low", "bytes_high", "background"),
    ]
    whole = dict.fromkeys(("bytes", "bytes_low", "bytes_high", "background"), "Int64")
    return table[order].astype(whole).sort_values("record", ignore_index=True)


def _grounds(apps: pd.DataFrame) -> pd.DataFrame:
    """Return `record, app, background`; missing where some of it is of unknown ground."""
    volume = apps["bytes"].astype("int64")
    unseen = volume.where(apps["ground"] == "background", 0)
    unknown = np.where(apps["ground"] == "unknown", volume, 0)
    sums = apps[["record", "app"]].assign(background=unseen, unknown=unknown)
    sums = sums.groupby(["record", "app"], as_index=False)[["background", "unknown"]].sum()
    known = sums["background"].astype("Int64").where(sums["unknown"] == 0)
    return sums.astype({"app": "str"}).assign(background=known).drop(columns="unknown")
