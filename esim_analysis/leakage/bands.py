"""The band of a piece: what its bytes would be at both ends of the overhead."""

from typing import Final

import pandas as pd

from esim_analysis.model import Attribution

_FROM_PHONE: Final = ("exact", "estimated", "bounded")


def with_bands(attribution: Attribution) -> pd.DataFrame:
    """Return `attribution.pieces` with `bytes_low` and `bytes_high` (float) beside `bytes`.

    An app's bytes scale with the overhead and never exceed what its record billed;
    residuals are differences of the bill, whose band belongs to a rule that
    judges them together with the apps beside them.
    """
    overhead = attribution.overhead
    pieces = attribution.pieces
    volume = pieces["bytes"].astype("int64")
    unscaled = volume.astype("float64")
    scales = pieces["status"].isin(_FROM_PHONE) & (volume > 0)
    by_record = attribution.by_record
    billed = pd.Series(
        by_record["billed"].astype("int64").to_numpy(), index=by_record["record"].astype("int64")
    )
    ceiling = pieces["record"].astype("int64").map(billed)
    low = volume * (overhead.low / overhead.point)
    high = (volume * (overhead.high / overhead.point)).clip(upper=ceiling).clip(lower=volume)
    return pieces.assign(
        bytes=volume,
        bytes_low=low.where(scales, unscaled),
        bytes_high=high.where(scales, unscaled),
    )
