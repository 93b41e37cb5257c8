"""The switchboard of a page: ticks and outcomes, joined by style rules alone.

All outcomes stand in the page; which one shows is a matter of which boxes are ticked. So it works
offline, without scripts, under the strictest content policy.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd

from esim_analysis.billing import Account, switchboard
from esim_analysis.billing.switchboard import TOGETHER
from esim_analysis.i18n import Words
from esim_analysis.model import Analysis


@dataclass(frozen=True, slots=True)
class Outcome:
    """One combination; `off` is its number, bit n for the n-th tick."""

    off: int
    bytes: str
    bytes_band: str
    cost: str
    cost_band: str
    less: str
    until: str
    until_band: str


def outcomes(account: Account, analysis: Analysis, words: Words) -> tuple[Outcome, ...]:
    """Return every outcome in words; none where nothing was found that could be put right."""
    if not account.findings:
        return ()
    rows = switchboard(account, analysis).to_dict("records")
    as_is = Decimal(rows[0]["cost"])
    return tuple(_told(row, as_is, account.plan.currency, words) for row in rows)


def rules() -> str:
    """Return the style rules that show the outcome of what is ticked, for up to five ticks."""
    shown = ",".join(
        f".switchboard{''.join(_bit(bit, on=bool(off >> bit & 1)) for bit in range(TOGETHER))}"
        f" .o-{off}"
        for off in range(1 << TOGETHER)
    )
    # A browser that cannot ask for ticks shows every outcome instead of none.
    return (
        "@supports selector(:has(*)){.esim .outcome{display:none}"
        f"{shown.replace('.switchboard', '.esim .switchboard')}{{display:grid}}}}"
    )


def _bit(bit: int, *, on: bool) -> str:
    ticked = f":has(.s-{bit}:checked)"
    return ticked if on else f":not({ticked})"


def _told(row: dict[Any, Any], as_is: Decimal, currency: str, words: Words) -> Outcome:
    cost, low, high = (Decimal(row[name]) for name in ("cost", "cost_low", "cost_high"))
    less = as_is - cost
    volume = words.volume(row["bytes"])
    return Outcome(
        off=int(row["off"]),
        bytes=volume,
        bytes_band=_band(words.volume(row["bytes_low"]), words.volume(row["bytes_high"]), words),
        cost=words.money(cost, currency),
        cost_band=_band(words.money(low, currency), words.money(high, currency), words),
        less=words.say("money.outcome_less", less=words.money(less, currency)) if less else "",
        until=_until(row, words),
        until_band=_until_band(row, words),
    )


def _band(low: str, high: str, words: Words) -> str:
    return "" if low == high else words.say("money.outcome_band", low=low, high=high)


def _until(row: dict[Any, Any], words: Words) -> str:
    if not row["ends"]:
        return words.say("money.outcome_none")
    if pd.isna(row["until_utc"]):
        return words.say("money.outcome_lasts")
    return words.say("money.outcome_ended", day=_day(row["until_utc"], words))


def _until_band(row: dict[Any, Any], words: Words) -> str:
    ends = [row["until_low_utc"], row["until_high_utc"]]
    days = [words.say("money.outcome_lasts") if pd.isna(end) else _day(end, words) for end in ends]
    if not row["ends"] or days[0] == days[1]:
        return ""
    return words.say("money.outcome_between", low=days[0], high=days[1])


def _day(instant: pd.Timestamp, words: Words) -> str:
    return words.day(instant.tz_convert(words.zone).date())
