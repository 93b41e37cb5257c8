"""Plans, forecasts, warnings and comparisons in sentences, in the language of `words`."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

import pandas as pd

from esim_analysis.billing.agreement import Agreement
from esim_analysis.billing.answers import AnswerError
from esim_analysis.billing.plan_files import is_stale
from esim_analysis.i18n import Words
from esim_analysis.model.errors import EsimError
from esim_analysis.model.plan import Plan

Label = Callable[[str], str]
Row = Mapping[Any, Any]  # one row of a frame, by column
_MOST: Final = 5  # findings, and apps, whose gain in days is told


def say_plan(plan: Plan, words: Words, *, today: date | None = None) -> list[str]:
    """Say what must stand beside every price of a plan: source, age, made up or not."""
    told = []
    if not plan.verified:
        day = plan.as_of.isoformat()
        told.append(words.say("billing.plan_unverified", day=day, source=plan.source))
    if plan.fictitious:
        told.append(words.say("billing.plan_fictitious"))
    if today is not None and is_stale(plan, today=today):
        told.append(words.say("billing.plan_stale"))
    return told


def say_problem(problem: EsimError, words: Words) -> str:
    """Say what is wrong with an answer about a plan, with a form that is understood."""
    if not isinstance(problem, AnswerError):
        return words.trouble(problem)
    example = words.say(f"plan_new.example_{problem.question}")
    return words.say("plan_new.unclear", answer=problem.answer, example=example)


def say_assumed(assumed: dict[str, int], words: Words) -> list[str]:
    """Say what metering had to assume."""
    return [words.say(f"billing.assumed_{name}", count=rows) for name, rows in assumed.items()]


def say_forecast(line: Row, words: Words) -> list[str]:
    """Say one row of `Forecast.lines`: what is left, the pace line, the odds or the range."""
    basis = str(line["basis"])
    if basis in {"no_end", "not_running"}:
        return [words.say(f"billing.forecast_{basis}")]
    size, end = words.volume(line["size"]), _day_before(line["end_utc"], words)
    if basis == "used_up":
        return [words.say("billing.forecast_used_up", size=size, end=end)]
    used, left = words.volume(line["used"]), words.volume(line["left"])
    told = [words.say("billing.forecast_used", used=used, size=size, left=left)]
    daily, until = words.volume(line["would_last"]), line["pace_until_utc"]
    if pd.isna(until):
        told.append(words.say("billing.forecast_pace_lasts", end=end, daily=daily))
    else:
        day = _day(until, words)
        told.append(words.say("billing.forecast_pace_ends", day=day, daily=daily, end=end))
    if basis == "range":
        low, high = words.volume(line["total_low"]), words.volume(line["total_high"])
        return [*told, words.say("billing.forecast_range", low=low, high=high)]
    told.append(words.say("billing.forecast_chance", chance=words.percent(line["chance"])))
    return told + _interval(line, words)


def say_until(line: Row, words: Words) -> str:
    """Say one row of `Forecast.lines` in a few words: until when it lasts at this pace."""
    basis = str(line["basis"])
    if basis in {"no_end", "not_running"}:
        return words.say("money.until_no_end")
    if basis == "used_up":
        return words.say("money.until_used_up")
    if pd.isna(line["pace_until_utc"]):
        return words.say("money.until_end", day=_day_before(line["end_utc"], words))
    return words.say("money.until", day=_day(line["pace_until_utc"], words))


def say_warning(event: Row, plan: Plan, words: Words, label: Label = str) -> list[str]:
    """Say one row of `warnings`: what was reached, by what, and what can be done."""
    what = str(event["what"])
    key = what if what in {"step", "cut_off"} else "allowance"
    stops = what == "cut_off"
    money = words.money(Decimal(event["limit_cost"]), plan.currency) if stops else ""
    limit = money if stops else words.volume(event["limit"])
    share, moment = words.percent(event["threshold"]), words.moment(event["t_utc"])
    told = [
        words.say(
            f"billing.warning_{key}", share=share, name=event["name"], limit=limit, moment=moment
        )
    ]
    if event["app"]:
        volume = words.volume(event["app_bytes"])
        told.append(words.say("billing.warning_cause", app=label(event["app"]), volume=volume))
    if event["pause"]:
        told.append(words.say("billing.warning_pause", app=label(event["pause"])))
    if event["upgrade"]:
        volume = words.volume(event["upgrade_bytes"])
        price = words.money(Decimal(event["upgrade_price"]), plan.currency)
        told.append(words.say("billing.warning_upgrade", volume=volume, price=price))
    return told


def say_agreement(agreement: Agreement, currency: str, words: Words) -> str:
    """Say how the operator's charges compare with a plan; a rule, never a verdict on anyone."""
    rule = ""
    if agreement.rule:
        name = f"vat_{agreement.variant}" if agreement.rule == "vat" else agreement.rule
        rule = words.say(f"billing.rule_{name}", variant=agreement.variant)
    return words.say(
        f"billing.agreement_{agreement.verdict}",
        count=agreement.records,
        charged=words.money(agreement.charged, currency),
        expected=words.money(agreement.expected, currency),
        rule=rule,
    )


def say_comparison(row: Row, words: Words, label: Label = str) -> list[str]:
    """Say one row of `compare`."""
    cost = words.money(Decimal(row["cost"]), row["currency"])
    if row["scenario"] == "without":
        saving = words.money(Decimal(row["saving"]), row["currency"])
        app = label(row["app"])
        told = [words.say("billing.compare_without", app=app, cost=cost, saving=saving)]
    else:
        told = [words.say("billing.compare_as_is", plan=row["name"], cost=cost)]
    if row["throttled"]:
        told.append(words.say("billing.compare_slowed", volume=words.volume(row["throttled"])))
    if row["stopped"]:
        told.append(words.say("billing.compare_stopped", volume=words.volume(row["stopped"])))
    return told


def say_gain(gain: Row, words: Words, label: Label = str, titles: Sequence[str] = ()) -> str:
    """Say one row of `days_gained`.

    Parameters
    ----------
    titles
        Of the findings given to it; a row of a finding is told by its title.
    """
    days = round(float(gain["days_gained"]), 1)
    number = words.number(days, 0 if days.is_integer() else 1)
    if gain["kind"] == "finding":
        title = titles[int(gain["finding"])]
        return words.say("billing.gain_finding", title=title, days=number, count=days)
    return words.say("billing.gain_app", app=label(gain["app"]), days=number, count=days)


def say_gains(
    gains: pd.DataFrame, words: Words, label: Label = str, titles: Sequence[str] = ()
) -> list[str]:
    """Say what adds a tenth of a day or more, the most first: findings, then apps."""
    worth = gains[gains["days_gained"].round(1) > 0]
    of_kind = [worth[worth["kind"] == kind].head(_MOST) for kind in ("finding", "app")]
    rows = [row for part in of_kind for row in part.to_dict("records")]
    return [say_gain(row, words, label, titles) for row in rows]


def _interval(line: Row, words: Words) -> list[str]:
    low, high = line["ends_low_utc"], line["ends_high_utc"]
    if pd.isna(low):
        return []
    if pd.isna(high):
        return [words.say("billing.forecast_from", low=_day_before(low, words))]
    told = {"low": _day_before(low, words), "high": _day_before(high, words)}
    return [words.say("billing.forecast_between", **told)]


def _day(instant: pd.Timestamp, words: Words) -> str:
    return words.day(instant.tz_convert(words.zone).date())


def _day_before(end_of_day: pd.Timestamp, words: Words) -> str:
    """Name the day that ends at an instant."""
    return _day(end_of_day - pd.Timedelta(seconds=1), words)
