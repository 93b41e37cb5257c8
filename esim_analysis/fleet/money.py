"""Money of lines: what their plans charge where the export names nothing, and the month ahead."""

from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.billing import meter
from esim_analysis.model import UsageRecords
from esim_analysis.model.plan import Plan

MONTH: Final = 30.0  # days a forecast looks ahead


def metered_cost(lines: pd.DataFrame, usage: UsageRecords, plan: Plan) -> pd.DataFrame:
    """Fill `cost` and `currency` of the plan's lines where the export names no charge.

    A line pays the prices of its periods and what its records are charged.
    """
    mine = lines["line"].isin(usage.frame["line"].unique()) & lines["cost"].isna()
    if not mine.any():
        return lines
    told = meter(usage, plan)
    records = told.records.groupby("line")["charge"].sum().astype("float64")
    periods = told.periods.groupby("line")["price"].sum().astype("float64")
    total = records.add(periods, fill_value=0.0)
    return lines.assign(
        cost=lines["cost"].mask(mine, lines["line"].map(total)),
        currency=lines["currency"].mask(mine, plan.currency),
    )


def forecast_lines(lines: pd.DataFrame) -> pd.DataFrame:
    """Add what thirty days like those since the last change would use and cost.

    `month_bytes` follows the days after the step of a line where there is a clear one, else
    all of them; `month_low, month_high` are the two readings, so a line without a step has none
    to tell apart and a line with one shows both.
    """
    step = lines["step_ratio"].fillna(1.0).clip(1e-3, 1e3)
    begin = pd.to_datetime(lines["first_utc"].dt.tz_localize(None)).dt.normalize()
    before = (pd.to_datetime(lines["step_day"]) - begin).dt.days.clip(lower=0)
    before = np.minimum(before, lines["days"] - 1)
    after = lines["days"] - before
    # Total = days before x pace + days after x pace x ratio.
    pace_after = lines["bytes"] * step / (before + after * step)
    whole = lines["per_day"]
    clear = (step > 1.5) | (step < 1 / 1.5)  # noqa: PLR2004 - half as much again
    ahead = pace_after.where(clear, whole)
    price = lines["cost"] / lines["bytes"].where(lines["bytes"] > 0)
    return lines.assign(
        month_bytes=ahead * MONTH,
        month_low=np.minimum(ahead, whole) * MONTH,
        month_high=np.maximum(ahead, whole) * MONTH,
        month_cost=ahead * MONTH * price,
    )
