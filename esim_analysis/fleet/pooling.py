"""What one pool of all allowances would change, against each SIM with its own."""

import pandas as pd

from esim_analysis.billing import find_plan
from esim_analysis.model import UsageError
from esim_analysis.model.plan import Plan
from esim_analysis.model.plan_parts import AUTO_FUP, UNLIMITED

_MONTH = 30.0


def pool(lines: pd.DataFrame, plan: Plan | str) -> pd.DataFrame:
    """Compare each SIM's own allowance with one pool of them, a month of thirty days.

    An estimate by totals: every line under `plan`, its use scaled to thirty days, the sized
    allowances of the plan added up. Rounding, zones and free windows are left out.

    Parameters
    ----------
    lines
        As `Fleet.lines`.

    Returns
    -------
    pandas.DataFrame
        One row: `lines, allowance, used, lines_over, over_alone, over_pooled, spared` (bytes).

    Raises
    ------
    UsageError
        The plan has no sized allowance, so that there is nothing to pool.
    """
    told = find_plan(plan) if isinstance(plan, str) else plan
    own = [one.bytes for one in told.allowances if not one.inside]
    sized = [told.size(one) for one in own if one not in (UNLIMITED, AUTO_FUP)]
    if not sized:
        raise UsageError(f"plan {told.id}: it has no sized allowance, so there is nothing to pool")
    allowance = sum(sized)
    used = lines["per_day"] * _MONTH
    alone = (used - allowance).clip(lower=0.0)
    pooled = max(float(used.sum()) - allowance * len(lines), 0.0)
    return pd.DataFrame(
        {
            "lines": [len(lines)],
            "allowance": [allowance],
            "used": [round(float(used.sum()))],
            "lines_over": [int((alone > 0).sum())],
            "over_alone": [round(float(alone.sum()))],
            "over_pooled": [round(pooled)],
            "spared": [round(float(alone.sum()) - pooled)],
        }
    )
