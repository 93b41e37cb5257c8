"""What a page says of a case under its plan: sentences first, then the picture and the switches."""

from dataclasses import dataclass
from functools import partial
from typing import Final

import pandas as pd
from markupsafe import Markup

from esim_analysis.billing import Account
from esim_analysis.billing.burn_down import burn_down
from esim_analysis.billing.saying import (
    Row,
    say_agreement,
    say_assumed,
    say_forecast,
    say_gains,
    say_plan,
    say_warning,
)
from esim_analysis.billing.switchboard import TOGETHER
from esim_analysis.i18n import Words
from esim_analysis.i18n.findings import describe
from esim_analysis.model import Analysis
from esim_analysis.report.burn_down_picture import burn_down_picture
from esim_analysis.report.names import app_name, line_names, without_ids
from esim_analysis.report.switchboard import Outcome, outcomes

_A_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Money:
    """One case under one plan, ready to be shown; every field is text safe for a page."""

    forecast: tuple[str, ...]
    total: str
    plan: tuple[str, ...]
    gains: tuple[str, ...]
    warnings: tuple[tuple[str, ...], ...]
    causes: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    picture: Markup | None


def money(account: Account, analysis: Analysis, words: Words) -> Money:
    """Tell an account in the language and zone of `words`."""
    plan = account.plan
    name = partial(app_name, analysis.evidence.labels, words=words)
    price = words.money(plan.with_vat(plan.price), plan.currency)
    told = words.say("money.plan", plan=plan.name, provider=plan.provider, price=price)
    terms = without_ids(told)
    total = words.money(account.metered.total, plan.currency)
    titles = [describe(finding, words, name).title for finding in account.findings]
    charges = account.agreement.verdict != "no_charges"
    return Money(
        forecast=tuple(say_forecasts(account, analysis, words)),
        total=words.say("money.total", total=total),
        plan=(
            terms,
            *((say_agreement(account.agreement, plan.currency, words),) if charges else ()),
            *say_assumed(account.metered.assumed, words),
            # The terms are a user's own text: a shared page shows no number that names a person.
            *(without_ids(sentence) for sentence in say_plan(plan, words)),
        ),
        gains=tuple(say_gains(account.gains, words, name, titles)),
        warnings=tuple(
            tuple(say_warning(row, plan, words, name)) for row in _rows(account.warnings)
        ),
        causes=tuple(titles[:TOGETHER]),
        outcomes=outcomes(account, analysis, words),
        picture=burn_down_picture(burn_down(account), words),
    )


def say_forecasts(account: Account, analysis: Analysis, words: Words) -> list[str]:
    """Say when the allowance of each line ends; a line is named where there are several."""
    numbers = line_names(analysis)
    told = []
    for row in _rows(account.forecast.lines):
        sentence = " ".join(say_forecast(row, words))
        several = len(account.forecast.lines) > 1
        line = numbers.get(row["line"], "")
        told.append(
            words.say("money.several", line=line, sentence=sentence) if several else sentence
        )
    return told


def _rows(frame: pd.DataFrame) -> list[Row]:
    """Return the rows of a table that is a page long at most: events, findings, lines shown."""
    return list(frame.head(_A_PAGE).to_dict("records"))
