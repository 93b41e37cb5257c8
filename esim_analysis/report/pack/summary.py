"""What a pack says of its case, in sentences and small tables of one language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import pandas as pd
from babel.dates import format_date

from esim_analysis.i18n import Words
from esim_analysis.model import Analysis, UsageRecords
from esim_analysis.reference import holidays_known_until, place_names
from esim_analysis.report.pack.claim import finding_title, money
from esim_analysis.report.pack.contested import NOT_EXAMINED, Contest
from esim_analysis.report.pack.deadlines import Dates, Deadline, deadlines, regional_gap
from esim_analysis.report.pack.labels import Labels
from esim_analysis.report.pack.request import PackRequest

_LOCALES: Final = {"en": "en_GB", "es": "es_ES", "zh": "zh_CN"}
_EU: Final = ("access_answer", "access_longest")


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a pack is made of, before a word of it is said.

    `rows` is `contested.row_table`; `claim` and `listed` are the tables as written;
    `charges` says where money comes from: `"export"`, `"plan"` or `"none"`.
    """

    analysis: Analysis
    usage: UsageRecords
    request: PackRequest
    labels: Labels
    rows: pd.DataFrame
    claim: pd.DataFrame
    listed: pd.DataFrame
    charges: str
    originals: bool

    @property
    def contested(self) -> int:
        """Number of contested rows."""
        return len(self.claim)

    @property
    def dates(self) -> Dates:
        """The dates the deadlines are counted from."""
        return self.request.dates(self.analysis)


def opening(facts: Facts, words: Words) -> list[str]:
    """Return the sentences a reader needs first; the first is the headline."""
    rows, billed = facts.rows, int(facts.rows["billed"].sum())
    counts = {"rows": words.number(len(rows)), "billed": words.volume(billed)}
    if not facts.contested:
        told = [words.say("pack.headline_none", **counts)]
    else:
        told = [
            words.say(
                "pack.headline",
                count=facts.contested,
                number=words.number(facts.contested),
                bytes=words.volume(int(facts.claim["billed_bytes"].sum())),
                **counts,
            ),
            _money(facts, words),
            *_open(facts, words),
        ]
    return [*told, *_reasons(facts, words)]


def contest_values(facts: Facts, words: Words) -> dict[str, object]:
    """Return the fields letters and message have in common."""
    frame = facts.usage.frame
    last = frame["end_utc"].max() - pd.Timedelta(microseconds=1)
    charged = money(facts.claim["charge"], facts.claim["currency"], words)
    return {
        "period": words.say(
            "pack.period",
            first=_long_day(frame["start_utc"].min(), words),
            last=_long_day(last, words),
        ),
        "rows": words.number(len(frame)),
        "billed": words.volume(int(facts.rows["billed"].sum())),
        "count": facts.contested,
        "number": words.number(facts.contested),
        "bytes": words.volume(int(facts.claim["billed_bytes"].sum())),
        "money": charged or words.say("pack.letter_amount"),
    }


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the deadline card."""

    group: str
    title: str
    day: str
    plan_for: str
    sure: str
    act: bool
    note: str


def steps(facts: Facts, words: Words) -> list[Step]:
    """Return the deadline card, Spain's clocks first."""
    return [_step(each, words) for each in deadlines(facts.dates)]


def basis(facts: Facts, words: Words) -> list[str]:
    """Return what the deadlines are counted from, and what is not known."""
    dates, request = facts.dates, facts.request
    origin = "given" if request.bill_date else "export"
    told = [words.say(f"pack.basis_{origin}", date=full_day(dates.bill, words))]
    for name in ("complained", "answered"):
        day: date | None = getattr(dates, name)
        if day:
            told.append(words.say(f"pack.basis_{name}", date=full_day(day, words)))
    if not dates.complained:
        told.append(words.say("pack.basis_open"))
    if dates.place:
        told.append(words.say("pack.place_known", place=place_names()[dates.place]))
    else:
        told.append(words.say("pack.place_unknown"))
    if regional_gap(dates, deadlines(dates)):
        known = holidays_known_until(dates.place or "ES-MD")
        told.append(words.say("pack.place_gap", date=full_day(known, words)))
    zone = facts.analysis.zone
    if zone not in {"Europe/Madrid", "Atlantic/Canary", "Africa/Ceuta"}:
        told.append(words.say("pack.foreign", zone=zone))
    return told


def findings_hint(analysis: Analysis, labels: Labels, words: Words) -> str:
    """Return how to dispute what findings cover; `""` without findings."""
    told = [
        words.say(
            "pack.hint_finding",
            number=number,
            title=finding_title(analysis, number, words, labels),
            bytes=words.volume(finding.bytes),
        )
        for number, finding in enumerate(analysis.findings, start=1)
    ]
    if not told:
        return ""
    return words.say("pack.hint_findings", findings=words.say("verdict.list_joint").join(told))


def full_day(day: date, words: Words) -> str:
    """Write a day with its weekday and year."""
    if words.lang == "zh":
        return f"{day.year}年{words.day(day)}"
    return f"{words.day(day)} {day.year}"


def _long_day(instant: pd.Timestamp, words: Words) -> str:
    local = instant.tz_convert(words.zone).date()
    return str(format_date(local, format="long", locale=_LOCALES[words.lang]))


def _step(each: Deadline, words: Words) -> Step:
    return Step(
        group=words.say("pack.eu" if each.key in _EU else "pack.spain"),
        title=words.say(f"pack.deadline_{each.key}"),
        day=full_day(each.day, words),
        plan_for=full_day(each.send_by, words) if each.send_by != each.day else "",
        sure=words.say("pack.certain" if each.certain else "pack.assumed"),
        act=each.kind == "act",
        note=words.say(f"pack.deadline_{each.key}_note"),
    )


def _money(facts: Facts, words: Words) -> str:
    charged = money(facts.claim["charge"], facts.claim["currency"], words)
    if not charged:
        return words.say("pack.money_none")
    return words.say(f"pack.money_{facts.charges}", money=charged)


def _open(facts: Facts, words: Words) -> list[str]:
    claim = facts.claim[facts.claim["status"].isin(["partly", "no_evidence"])]
    if claim.empty:
        return []
    low, high = int(claim["open_low"].sum()), int(claim["open_high"].sum())
    size = words.volume(int(claim["open_bytes"].sum()))
    return [words.say("pack.open_bytes", bytes=size, band=words.band(low, high))]


def _reasons(facts: Facts, words: Words) -> list[str]:
    contest: Contest = facts.request.contest
    told = [
        words.say(
            "pack.why_open",
            share=words.percent(contest.least_share),
            bytes=words.volume(contest.least_bytes),
        )
    ]
    joint = words.say("verdict.list_joint")
    if contest.findings:
        told.append(words.say("pack.why_findings", findings=joint.join(map(str, contest.findings))))
    if contest.rows:
        named = facts.claim.loc[facts.claim["why"].str.contains("named"), "row"]
        told.append(words.say("pack.why_named", rows=joint.join(named)))
    left = int((facts.rows["status"] == NOT_EXAMINED).sum())
    if left == len(facts.rows):
        told.append(words.say("pack.no_phone"))
    elif left:
        told.append(words.say("pack.not_examined", count=left, number=words.number(left)))
    return told


def languages(lang: str) -> Sequence[str]:
    """Return the languages of cover and method: the user's, then that of the dispute."""
    return tuple(dict.fromkeys((lang, "es")))
