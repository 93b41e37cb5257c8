"""What metering gives: a charge a record, fillings of allowances, notices, slowed spans."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

import pandas as pd

from esim_analysis.model.errors import FrameError
from esim_analysis.model.frames import BYTES, COUNT, MONEY, RATIO, TEXT, UTC_TIME, Schema, conform
from esim_analysis.model.plan import Plan

KINDS: Final = ("zero_rated", "included", "charged", "throttled", "stopped", "unpriced")

RECORDS: Final[Schema] = {
    "line": TEXT,
    "record": COUNT,  # row number in UsageRecords.frame
    "start_utc": UTC_TIME,
    "period": COUNT,  # row number in Metered.periods
    "zone": TEXT,  # id of the plan's zone; "" where none holds the place
    "billed": BYTES,  # as the operator says it
    "counted": BYTES,  # after this plan's rounding: the six below sum to it
    **dict.fromkeys(KINDS, BYTES),
    "left": BYTES,  # of the period's allowances after the record; missing: no end
    "charge": MONEY,  # with VAT, beyond the price of the period
}
PERIODS: Final[Schema] = {
    "line": TEXT,  # "" where the lines share one plan
    "start_utc": UTC_TIME,
    "end_utc": UTC_TIME,
    "price": MONEY,
    "charge": MONEY,
    "counted": BYTES,
}
FILLINGS: Final[Schema] = {
    "line": TEXT,
    "allowance": TEXT,
    "kind": TEXT,  # allowance | limit | addon | tail
    "period": COUNT,
    "start_utc": UTC_TIME,  # first record that could draw
    "size": BYTES,
    "used": BYTES,
}
NOTICES: Final[Schema] = {
    "line": TEXT,
    "t_utc": UTC_TIME,
    "record": COUNT,
    "period": COUNT,
    "what": TEXT,  # allowance | limit | addon | tail | step | cut_off
    "name": TEXT,  # id of the allowance; zone of the step
    "threshold": RATIO,
    "used": BYTES,  # bytes at that moment; missing for cut_off
    "limit": BYTES,  # missing for cut_off
    "limit_cost": MONEY,  # of the cut-off, with VAT
}
THROTTLED: Final[Schema] = {
    "line": TEXT,
    "start_utc": UTC_TIME,
    "end_utc": UTC_TIME,
    "zone": TEXT,
    "kbps": COUNT,
    "bytes": BYTES,
}


@dataclass(frozen=True, slots=True)
class Metered:
    """Usage under a plan.

    Attributes
    ----------
    records
        `RECORDS`, one row a data record, in the order of `UsageRecords.frame`.
    periods, fillings, notices, throttled
        `PERIODS`, `FILLINGS`, `NOTICES`, `THROTTLED`.
    extras
        Paid once by all lines together: activation, eSIM, add-ons bought.
    zone
        IANA name of the operator's clock.
    assumed
        Keys of `billing.assumed_*` sentences, each with the number of rows.
    """

    plan: Plan
    records: pd.DataFrame
    periods: pd.DataFrame
    fillings: pd.DataFrame
    notices: pd.DataFrame
    throttled: pd.DataFrame
    extras: Decimal
    zone: str
    assumed: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check the contracts, and that every byte has one place."""
        for name, schema in (
            ("records", RECORDS),
            ("periods", PERIODS),
            ("fillings", FILLINGS),
            ("notices", NOTICES),
            ("throttled", THROTTLED),
        ):
            object.__setattr__(self, name, conform(getattr(self, name), schema, what=name))
        told = self.records[list(KINDS)].sum(axis=1)
        off = int((told != self.records["counted"]).sum())
        if off:
            raise FrameError.broken_rule("metered", "each byte has one place", off)

    @property
    def charges(self) -> Decimal:
        """Everything beyond the prices of the periods."""
        return _sum(self.records["charge"])

    @property
    def total(self) -> Decimal:
        """What all lines pay, VAT included."""
        return self.charges + _sum(self.periods["price"]) + self.extras


def _sum(money: pd.Series) -> Decimal:
    return Decimal(money.sum()) if len(money) else Decimal(0)
