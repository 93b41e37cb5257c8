"""A plan's allowance day by day and what was reached on the way, as the view draws it."""

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from esim_analysis.billing import Account
from esim_analysis.billing.burn_down import burn_down

_REACHED: Final = "allowance"


def periods(account: Account | None, lines: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the running period of each line as plain values.

    Parameters
    ----------
    account
        The case under its plan; None without one.
    lines
        Line to its number on screen.

    Returns
    -------
    list of dict
        `line` (`""`: shared by all), `first` (ISO day of the operator's clock), `size`,
        and by day `left, low, high` in bytes; `seen`, how many of the days were seen;
        `cost` and `currency` of all periods as metered, `""` where the plan names none.
    """
    if account is None:
        return []
    table = burn_down(account)
    as_is = account.comparison[account.comparison["scenario"] == "as_is"]
    cost = str(as_is["cost"].iloc[0]) if len(as_is) else ""
    told = []
    for line in table["line"].unique():  # a plan has a handful of lines
        mine = table[table["line"] == line]
        columns = {name: mine[name].clip(lower=0).round().astype("int64").tolist()
                   for name in ("left", "low", "high")}  # fmt: skip
        told.append(
            {
                "line": lines.get(line, "") if line else "",
                "first": str(mine["day"].iloc[0]),
                "size": int(mine["size"].iloc[0]),
                **columns,
                "seen": int(mine["seen"].sum()),
                "cost": cost,
                "currency": account.plan.currency if cost else "",
            }
        )
    return told


def events(account: Account | None, lines: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return what was reached: `line, at` (seconds since 1970), `threshold` (share), `used`."""
    if account is None or account.warnings.empty:
        return []
    rows = account.warnings[account.warnings["what"] == _REACHED]
    return [
        {
            "line": lines.get(str(row["line"]), ""),
            "at": int(pd.Timestamp(row["t_utc"]).timestamp()),
            "threshold": float(row["threshold"]),
            "used": int(row["used"]),
        }
        for row in rows.to_dict("records")
    ]
