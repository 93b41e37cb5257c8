"""A bill by day: what operators hand out where they give no sessions."""

import pandas as pd

from esim_analysis.simulator.calendar import Calendar


def by_day(records: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:
    """Return `day, billed, charge` of every day of the month, silent ones included.

    Parameters
    ----------
    records
        `start` (epoch seconds), `billed` (bytes), `charge` (ten-thousandths of a
        euro); none crosses midnight.
    """
    day = calendar.wall(records["start"].to_numpy()).normalize()
    sums = records[["billed", "charge"]].groupby(day).sum()
    sums = sums.reindex(calendar.days(), fill_value=0)
    return sums.rename_axis("day").reset_index()


def decimals(value: int, digits: int) -> str:
    """Write whole `value` of a `digits`-fold fraction as Spain does: `7062580, 3` is `7.062,580`."""
    whole, rest = divmod(value, 10**digits)
    return f"{whole:,}".replace(",", ".") + "," + f"{rest:0{digits}d}"
