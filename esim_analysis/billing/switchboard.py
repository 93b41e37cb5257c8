"""The switchboard: what every combination of findings put right would change, computed before."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import pandas as pd

from esim_analysis.billing.account import Account, without
from esim_analysis.billing.forecasting import forecast
from esim_analysis.billing.metered import Metered
from esim_analysis.billing.metering import meter
from esim_analysis.model.analysis import Analysis
from esim_analysis.model.findings import Finding
from esim_analysis.model.frames import BYTES, COUNT, FLAG, MONEY, UTC_TIME, Schema, conform

TOGETHER: Final = 5  # findings whose combinations are offered: 32 outcomes
_ENDS: Final = ("low", "middle", "high")

SWITCHBOARD: Final[Schema] = {
    "off": COUNT,  # bit n: the n-th finding is put right
    "bytes": BYTES,  # less, with its band
    "bytes_low": BYTES,
    "bytes_high": BYTES,
    "cost": MONEY,  # of the whole case
    "cost_low": MONEY,
    "cost_high": MONEY,
    "until_utc": UTC_TIME,  # the allowance of the running period ends; missing: it lasts
    "until_low_utc": UTC_TIME,
    "until_high_utc": UTC_TIME,
    "ends": FLAG,  # there is an allowance that could end
}


def switchboard(account: Account, analysis: Analysis) -> pd.DataFrame:
    """Return what each combination of the first five findings would change.

    The band is that of the findings' bytes: their low end, their point, their high end.
    The date is the one on which the allowance was used up, else the one on which it
    would be at the pace since.

    Returns
    -------
    pandas.DataFrame
        `SWITCHBOARD`, one row a combination, none put right first; of the first line,
        or of all where they share the plan.
    """
    findings = account.findings[:TOGETHER]
    rows = [
        _outcome(account, analysis, [one for n, one in enumerate(findings) if off >> n & 1])
        | {"off": off}
        for off in range(1 << len(findings))
    ]
    return conform(pd.DataFrame(rows), SWITCHBOARD, what="switchboard")


def _outcome(
    account: Account, analysis: Analysis, findings: Sequence[Finding]
) -> dict[str, object]:
    told: dict[str, object] = {}
    billed = int(analysis.usage.billed.sum())
    for end in _ENDS:
        less = [_scaled(finding, end) for finding in findings]
        usage = without(analysis.usage, analysis.attribution, findings=less)
        metered = meter(usage, account.plan, analysis.attribution)
        ahead = forecast(usage, account.plan, account.as_of).lines.iloc[0]
        mark = "" if end == "middle" else f"_{end}"
        told[f"bytes{mark}"] = billed - int(usage.billed.sum())
        told[f"cost{mark}"] = metered.total
        told[f"until{mark}_utc"] = _reached(metered, ahead)
        told["ends"] = ahead["basis"] not in {"no_end", "not_running"}
    # Less may be put right at the high end, and then more is paid at the low one.
    told["cost_low"], told["cost_high"] = told["cost_high"], told["cost_low"]
    return told


def _scaled(finding: Finding, end: str) -> Finding:
    """Return a finding whose windows hold the low or the high end of its bytes."""
    if end == "middle" or finding.bytes <= 0:
        return finding
    ratio = getattr(finding, f"bytes_{end}") / finding.bytes
    windows = tuple(replace(one, bytes=round(one.bytes * ratio)) for one in finding.windows)
    return replace(finding, windows=windows)


def _reached(metered: Metered, ahead: pd.Series) -> pd.Timestamp:
    """Return when the allowance was used up in the running period, else when it would be."""
    notices = metered.notices
    full = notices[
        (notices["what"] == "allowance")
        & (notices["threshold"] >= 1)
        & (notices["line"] == ahead["line"])
        & (notices["t_utc"] >= ahead["start_utc"])
    ]
    return pd.Timestamp(full["t_utc"].min() if len(full) else ahead["pace_until_utc"])
