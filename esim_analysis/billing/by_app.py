"""Money by app: the charge of each record divided over its pieces, to the millionth."""

from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.billing.metered import Metered
from esim_analysis.billing.money import MICRO, money_series
from esim_analysis.model.attributions import Attribution
from esim_analysis.model.clock import local_day
from esim_analysis.model.frames import BYTES, MONEY, TEXT, Schema, conform

BY_APP: Final[Schema] = {
    "line": TEXT,
    "day": TEXT,  # by the operator's clock
    "app": TEXT,
    "bytes": BYTES,
    "charge": MONEY,  # beyond the price; sums to that of the records
}


def charge_by_app(metered: Metered, attribution: Attribution) -> pd.DataFrame:
    """Return bytes and charge a line, day and app; residual lines stand like apps.

    A record's charge follows the bytes of its pieces; a record without positive
    bytes gives it to `unattributed`. The sums equal those of the records exactly.

    Parameters
    ----------
    attribution
        Of the same records.
    """
    pieces = attribution.pieces.sort_values("record", kind="stable", ignore_index=True)
    records = metered.records
    charge = (records["charge"].astype("float64") * MICRO).round().astype("int64")
    by_record = pd.Series(charge.to_numpy(), index=records["record"].to_numpy(dtype="int64"))
    record = pieces["record"].to_numpy(dtype="int64")
    weight = pieces["bytes"].clip(lower=0).to_numpy(dtype="int64")
    money = by_record.reindex(record, fill_value=0).to_numpy()
    share = _divided(money, weight, record)
    told = (
        pieces[["line", "app", "bytes"]]
        .astype({"line": "str", "app": "str"})
        .assign(day=local_day(pieces["start_utc"], metered.zone), micro=share)
    )
    bare = _without_pieces(records, by_record, weight, record, metered.zone)
    told = pd.concat([told, bare], ignore_index=True)
    sums = told.groupby(["line", "day", "app"], as_index=False)[["bytes", "micro"]].sum()
    sums["charge"] = money_series(sums.pop("micro").to_numpy(dtype="int64"), sums.index)
    return conform(sums, BY_APP, what="charge by app")


def _divided(money: np.ndarray, weight: np.ndarray, record: np.ndarray) -> np.ndarray:
    """Divide by running sums, so that the parts of a record add up exactly."""
    running = pd.Series(weight).groupby(record).cumsum().to_numpy()
    total = np.maximum(pd.Series(weight).groupby(record).transform("sum").to_numpy(), 1)
    # The last piece of a record reaches share 1 exactly, whatever the others rounded to.
    upto = np.floor(money * (running / total)).astype(np.int64)
    before = pd.Series(upto).groupby(record).shift(fill_value=0).to_numpy()
    told: np.ndarray = upto - before
    return told


def _without_pieces(
    records: pd.DataFrame,
    by_record: pd.Series,
    weight: np.ndarray,
    record: np.ndarray,
    zone: str,
) -> pd.DataFrame:
    covered = pd.Series(weight).groupby(record).sum()
    has = covered.reindex(by_record.index, fill_value=0).to_numpy() > 0
    rest = records[~has & (by_record.to_numpy() != 0)]
    return pd.DataFrame({
        "line": rest["line"],
        "app": "unattributed",
        "bytes": 0,
        "day": local_day(rest["start_utc"], zone),
        "micro": by_record.loc[rest["record"].to_numpy(dtype="int64")].to_numpy(),
    })  # fmt: skip
