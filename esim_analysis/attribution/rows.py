"""Each billed row with what explains it: the app that used most of it, and its band."""

from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.attribution.banding import bands, uncut
from esim_analysis.attribution.bill import micros
from esim_analysis.attribution.dark import Dark
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


_WHOLE: Final = ("bytes", "bytes_low", "bytes_high", "background", "screen_off")


def billed_rows(
    usage: UsageRecords, attribution: Attribution, *, screen: pd.DataFrame
) -> pd.DataFrame:
    """Return one row a billed interval, in the order of `usage.frame`.

    Parameters
    ----------
    screen
        Columns of `model.screen.SCREEN`; may be empty.

    Returns
    -------
    pandas.DataFrame
        `line, record, source, source_row, start_utc, end_utc, time_quality, billed,
        charge, currency, status, unattributed, conflict`, then the app that used most of
        it: `app, bytes, bytes_low, bytes_high, background, screen_off` (`background`: those of
        `bytes` used unseen; missing where the phone does not say; `screen_off`: those of
        `background` in intervals with the screen off all the time, by the phone's log). `app` is `""` where
        nothing is known; `status` is `explained`, `partly`, `no_evidence` or
        `conflicting`.
    """
    pieces = attribution.pieces
    apps = pieces[~pieces["app"].isin(RESIDUALS)]
    by_app = bands(attribution, apps, by=("record", "app"))
    largest = by_app.sort_values(
        ["record", "bytes", "app"], ascending=[True, False, True], kind="stable"
    ).drop_duplicates("record")
    grounds = _grounds(apps, attribution, screen)
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
        *("app", "bytes", "bytes_low", "bytes_high", "background", "screen_off"),
    ]
    whole = dict.fromkeys(_WHOLE, "Int64")
    return table[order].astype(whole).sort_values("record", ignore_index=True)


def _grounds(apps: pd.DataFrame, attribution: Attribution, screen: pd.DataFrame) -> pd.DataFrame:
    """Return `record, app, background, screen_off`; missing where some of it is of unknown ground."""
    volume = apps["bytes"].astype("int64")
    unseen = volume.where(apps["ground"] == "background", 0)
    unknown = np.where(apps["ground"] == "unknown", volume, 0)
    sums = apps[["record", "app"]].assign(background=unseen, unknown=unknown, screen_off=0)
    if not screen.empty:
        spans = uncut(attribution).loc[apps.index]
        dark = Dark.of(screen, micros(spans["start_utc"]), micros(spans["end_utc"]))
        sums["screen_off"] = unseen.where(dark.wholly, 0)
    named = ["background", "screen_off", "unknown"]
    sums = sums.groupby(["record", "app"], as_index=False)[named].sum()
    told = sums["unknown"] == 0
    return (
        sums.astype({"app": "str"})
        .assign(**{name: sums[name].astype("Int64").where(told) for name in named[:2]})
        .drop(columns="unknown")
    )
