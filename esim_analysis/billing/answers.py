"""Answers about a plan, read one by one: each says which tables of the plan it changes."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

import tomlkit

from esim_analysis.billing.answer_words import in_known_words
from esim_analysis.model.errors import UsageError

# What is asked, in this order, and an answer of a form that is understood.
QUESTIONS: Final[dict[str, str]] = {
    "name": "My plan",
    "provider": "My operator",
    "country": "ES",
    "allowance": "10GB",
    "price": "10.00 EUR",
    "vat": "21% included",
    "cycle": "month 1",
    "gb": "1000",
    "rounding": "none",
    "after": "stops",
    "abroad": "not served",
}
_FREE: Final = {"name", "provider"}  # any text is an answer
Told = dict[str, Any]  # the plan so far, as its file says it

_NUMBER: Final = r"(\d+(?:[.,]\d+)?)"
_PRICE: Final = re.compile(_NUMBER + r"\s*([A-Za-z]{3}|€|\$|¥|£)")
_SIGNS: Final = {"€": "EUR", "$": "USD", "¥": "CNY", "£": "GBP"}
_MONTH: Final = re.compile(r"month\s*(\d{1,2})?")
_DAYS: Final = re.compile(
    r"(\d{1,4})\s*days?(?:\s+from\s+(first use|purchase|install)?\s*(\d{4}-\d\d-\d\d)?)?(\s*,?\s*once)?"
)
_DATES: Final = re.compile(r"(\d{4}-\d\d-\d\d)\s+to\s+(\d{4}-\d\d-\d\d)")
_PER: Final = re.compile(_NUMBER + r"\s*(?:€|[a-z]{3})?\s*(?:per|/)\s*(gb|mb)")
_BLOCK: Final = re.compile(_NUMBER + r"\s*(?:€|[a-z]{3})?\s*(?:per|/)\s*(\d+\s*[kmg]b)")
_SPEED: Final = re.compile(r"(\d+)\s*kbps")
_VAT: Final = re.compile(_NUMBER + r"\s*%\s*(included|not included|added)?")
_STEP: Final = re.compile(r"(\d+\s*(?:[kmg]i?)?b)\s*(?:per|a|/)\s*(session|record|day|period)")
_STARTS: Final = {"first use": "first_use", "purchase": "purchase", "install": "install"}


class AnswerError(UsageError):
    """An answer is not understood; the message names a form that is."""

    def __init__(self, question: str, answer: str) -> None:
        self.question = question
        self.answer = answer
        example = QUESTIONS[question]
        super().__init__(f"{question}: {answer!r} is not understood; write it like {example!r}")


def read_answer(question: str, answer: str, told: Mapping[str, Any]) -> Told:
    """Return the fields of a plan that an answer changes.

    Parameters
    ----------
    told
        The plan so far; what an answer does not speak of stays in it.

    Raises
    ------
    AnswerError
        The answer is not understood; says which form is.
    """
    if question in _FREE:
        return _READERS[question](answer.strip(), told)
    try:
        return _READERS[question](in_known_words(answer), told)
    except AnswerError as problem:
        raise AnswerError(question, answer.strip()) from problem


def _name(answer: str, _told: Mapping[str, Any]) -> Told:
    return {"name": answer}


def _provider(answer: str, _told: Mapping[str, Any]) -> Told:
    return {"provider": answer}


def _allowance(answer: str, told: Mapping[str, Any]) -> Told:
    """Change the size of the main allowance; others (limits, free hours, apps) stay."""
    size, _, share = answer.replace(",", ".").lower().partition(" a ")
    size = size.replace(" ", "")
    if share and share.strip() != "day":
        raise AnswerError("allowance", answer)
    held = list(told.get("allowances") or [{"id": "data"}])
    place = next((n for n, one in enumerate(held) if _is_main(one)), 0)
    held[place] = held[place] | {"bytes": size if size == "unlimited" else size.upper()}
    held[place] |= {"per": "day"} if share else {}
    return {"allowances": held}


def _is_main(allowance: Mapping[str, Any]) -> bool:
    words = {"unlimited", "auto_fup"}
    return allowance.get("bytes") not in words and not allowance.get("inside")


def _price(answer: str, _told: Mapping[str, Any]) -> Told:
    found = _PRICE.fullmatch(answer)
    if not found:
        raise AnswerError("price", answer)
    return {"price": amount(found[1]), "currency": _SIGNS.get(found[2], found[2].upper())}


def _vat(answer: str, _told: Mapping[str, Any]) -> Told:
    if answer.lower() in {"none", "no", "0"}:
        return {"vat": {"rate": amount("0"), "included": True}}
    found = _VAT.fullmatch(answer.lower())
    if not found:
        raise AnswerError("vat", answer)
    rate = Decimal(found[1].replace(",", ".")) / 100
    return {"vat": {"rate": amount(str(rate)), "included": found[2] in {None, "included"}}}


def _cycle(answer: str, told: Mapping[str, Any]) -> Told:
    kept = {"tz": told["period"]["tz"]} if told.get("period", {}).get("tz") else {}
    bare = answer.lower()
    month, days, dates = _MONTH.fullmatch(bare), _DAYS.fullmatch(bare), _DATES.fullmatch(bare)
    if month:
        return {"period": {"calendar_month_day": int(month[1] or 1)} | kept}
    if dates:
        first, last = (_day(text, answer) for text in dates.groups())
        return {"period": {"first": first, "last": last} | kept}
    if not days:
        raise AnswerError("cycle", answer)
    period: Told = {"days": int(days[1]), "starts": _STARTS.get(days[2] or "", "first_use")}
    if days[3]:
        period |= {"anchor": _day(days[3], answer)}
        period |= {} if days[2] else {"starts": "anchor"}
    if days[4]:
        period |= {"auto_renew": False}
    kind = "prepaid_bundle" if told.get("kind") == "monthly" else told.get("kind")
    return {"period": period | kept, "kind": kind}


def _country(answer: str, told: Mapping[str, Any]) -> Told:
    if not re.fullmatch(r"[A-Za-z]{2}", answer):
        raise AnswerError("country", answer)
    home = {"id": "home", "countries": [answer.upper()]}
    zones = told.get("zones") or [home, {"id": "eea", "group": "EU_RLAH"}]
    return {"zones": [zones[0] | {"countries": [answer.upper()]}, *zones[1:]]}


def _gb(answer: str, _told: Mapping[str, Any]) -> Told:
    sizes = {"1000": 1_000_000_000, "1024": 1_073_741_824}
    if answer not in sizes:
        raise AnswerError("gb", answer)
    return {"units": {"gb": sizes[answer]}}


def _rounding(answer: str, _told: Mapping[str, Any]) -> Told:
    found = _STEP.fullmatch(answer.lower())
    if answer.lower() in {"none", "no", ""}:
        return {"increment": {"bytes": 1}}
    if not found:
        raise AnswerError("rounding", answer)
    return {"increment": {"bytes": found[1].replace(" ", "").upper(), "per": found[2]}}


def _after(answer: str, told: Mapping[str, Any]) -> Told:
    """Give the first zone and roam-like-at-home one ladder; other zones keep theirs."""
    near = [told["zones"][0]["id"], *(z["id"] for z in told["zones"] if z.get("group"))]
    kept = {zone: steps for zone, steps in told.get("after", {}).items() if zone not in near}
    steps = _steps("after", answer)
    return {"after": kept | (dict.fromkeys(near, steps) if steps else {})}


def _abroad(answer: str, told: Mapping[str, Any]) -> Told:
    """Price the rest of the world; without a price it has no zone, and is told as not covered."""
    others = [zone for zone in told["zones"] if zone.get("countries") != ["*"]]
    rest = next((z for z in told["zones"] if z.get("countries") == ["*"]), {"id": "rest"})
    after = {zone: steps for zone, steps in told.get("after", {}).items() if zone != rest["id"]}
    if answer.lower() in {"not served", "none", "stops", ""}:
        return {"zones": others, "after": after}
    near = [zone["id"] for zone in others]
    held = [one if one.get("zones") else one | {"zones": near} for one in told["allowances"]]
    steps = _steps("abroad", answer)
    zones = [*others, {"id": rest["id"], "countries": ["*"]}]
    return {"zones": zones, "after": {**after, rest["id"]: steps}, "allowances": held}


def _steps(question: str, answer: str) -> list[Told]:
    bare = answer.lower()
    price, block, speed = (form.fullmatch(bare) for form in (_PER, _BLOCK, _SPEED))
    if bare in {"stops", "stop", ""}:
        return []
    if speed:
        return [{"throttle_kbps": int(speed[1])}]
    if price:
        return [{f"per_{price[2]}": amount(price[1])}]
    if block:
        return [{"block": block[2].replace(" ", "").upper(), "price": amount(block[1])}]
    raise AnswerError(question, answer)


_READERS: Final[dict[str, Callable[[str, Mapping[str, Any]], Told]]] = {
    "name": _name,
    "provider": _provider,
    "country": _country,
    "allowance": _allowance,
    "price": _price,
    "vat": _vat,
    "cycle": _cycle,
    "gb": _gb,
    "rounding": _rounding,
    "after": _after,
    "abroad": _abroad,
}


def amount(text: str) -> Any:  # noqa: ANN401 - a TOML number that keeps its digits
    """Return money or a rate as TOML writes it: never through a float."""
    digits = f"{Decimal(text.replace(',', '.')):f}"
    return tomlkit.value(digits if "." in digits else f"{digits}.0")


def _day(text: str, answer: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as problem:
        raise AnswerError("cycle", answer) from problem
