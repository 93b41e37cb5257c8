"""The verdict in sentences: first what was seen, then how sure, then what to do."""

from dataclasses import dataclass
from functools import partial
from typing import Final

import pandas as pd

from esim_analysis.i18n import LANGUAGES, Words
from esim_analysis.i18n.findings import FindingText, describe
from esim_analysis.model import Analysis, Finding
from esim_analysis.report.moments import period, span, when
from esim_analysis.report.names import app_name, named
from esim_analysis.report.verdict_numbers import Verdict, verdict

__all__ = ["Sentences", "Verdict", "banded", "explained_share", "say", "verdict", "verdicts"]

_FULL: Final = 0.995
# (rule, what its facts rest on) → how the headline may put it; all else is only "used".
_HOW: Final = {
    ("background_sync", "counted"): "background",
    ("hotspot", "counted"): "hotspot",
    ("surge", "in_use"): "in_use",
    ("roaming_unexpected", "plan"): "place",
    ("roaming_unexpected", "abroad"): "place",
    ("roaming_unexpected", "sea_air"): "place",
}


@dataclass(frozen=True, slots=True)
class Sentences:
    """A verdict as it is read: the headline, then what supports it, in order.

    `hint` (what the action is about where the headline names no cause), `confidence`,
    `action` and the lines `to_type` are what a screen may set apart;
    `support` holds them too.
    """

    headline: str
    support: tuple[str, ...]
    confidence: str = ""
    action: str = ""
    hint: str = ""
    to_type: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Everything, one sentence a line."""
        return "\n".join((self.headline, *self.support))


def say(numbers: Verdict, words: Words) -> Sentences:
    """Write a verdict in the language and zone of `words`."""
    told = _told(numbers.top, numbers, words)
    hint = _told(numbers.hint, numbers, words)
    confidence = words.say(f"verdict.confidence_{numbers.quality}") if numbers.quality else ""
    switch = (told or hint) if numbers.has_evidence else told
    action = words.say("verdict.action", remedy=switch.remedy) if switch and switch.remedy else ""
    tonight, to_type = _two_readings(numbers, words)
    support = (
        hint.observation if hint else "",
        confidence,
        action,
        *_reach(numbers, words),
        told.doubts if told else "",
        tonight,
        *to_type,
        *_as_of(numbers, words),
        _problems(numbers, words),
    )
    return Sentences(
        headline=_headline(numbers, words),
        support=tuple(sentence for sentence in support if sentence),
        confidence=confidence,
        action=action,
        hint=hint.observation if hint and action else "",
        to_type=to_type,
    )


def verdicts(analysis: Analysis) -> dict[str, str]:
    """Return the verdict of an analysis in every language, one sentence a line."""
    return {
        lang: say(verdict(named(analysis, words)), words).text
        for lang, words in ((lang, Words(lang, analysis.zone)) for lang in LANGUAGES)
    }


def _headline(numbers: Verdict, words: Words) -> str:
    if numbers.first is None or numbers.as_of is None:
        return words.say("verdict.no_bill")
    billed = words.volume(numbers.billed)
    days = period(numbers.first, numbers.as_of - pd.Timedelta(microseconds=1), words)
    if not numbers.has_evidence and len(numbers.peaks) == 1:
        return words.say("verdict.bill_of_one", billed=billed, when=span(numbers.peaks[0], words))
    if not numbers.has_evidence:
        return words.say(
            "verdict.bill_only", billed=billed, period=days, peaks=_peaks(numbers, words)
        )
    if numbers.top is not None:
        return _culprit(numbers, numbers.top, words)
    if numbers.apps:
        return words.say(
            "verdict.no_single_cause", billed=billed, period=days, apps=_apps(numbers, words)
        )
    return words.say("verdict.not_explained", billed=billed, period=days)


def _culprit(numbers: Verdict, top: Finding, words: Words) -> str:
    basis = str(top.facts.get("kind", top.facts.get("basis", "")))
    return words.say(
        f"verdict.culprit_{_HOW.get((top.rule, basis), 'any')}",
        app=app_name(numbers.labels, top.app, words),
        bytes=banded(top.bytes, top.bytes_low, top.bytes_high, words),
        share=words.percent(top.bytes / numbers.billed if numbers.billed else 0),
        billed=words.volume(numbers.billed),
        when=when(top.windows, words),
        period=period(top.start_utc, top.end_utc - pd.Timedelta(microseconds=1), words),
    )


def banded(volume: int, low: int, high: int, words: Words) -> str:
    """Write bytes with their band, where they have one: `1.9 GB (1.8–2.0 GB)`."""
    told = words.volume(volume)
    if low == high:
        return told
    return words.say("verdict.with_band", bytes=told, band=words.band(low, high))


def _apps(numbers: Verdict, words: Words) -> str:
    return words.say("verdict.list_joint").join(
        words.say(
            "verdict.app_and_bytes",
            app=app_name(numbers.labels, share.app, words),
            bytes=banded(share.bytes, share.low, share.high, words),
        )
        for share in numbers.apps
    )


def _peaks(numbers: Verdict, words: Words) -> str:
    return words.say("verdict.peak_joint").join(
        words.say("verdict.peak", bytes=words.volume(peak.bytes), when=span(peak, words))
        for peak in numbers.peaks
    )


def _reach(numbers: Verdict, words: Words) -> tuple[str, ...]:
    """Say how much the evidence speaks of, and how much of it it explains."""
    if not numbers.has_evidence:
        return (words.say("verdict.names_no_app"),)
    if not numbers.billed:
        return ()
    covered = "full" if numbers.coverage >= _FULL else "part"
    share, band = explained_share(numbers, words)
    explained = "verdict.explained" if band else "verdict.explained_exact"
    return (
        words.say(f"verdict.coverage_{covered}", share=words.percent(numbers.coverage)),
        words.say(explained, share=share, band=band),
    )


def explained_share(numbers: Verdict, words: Words) -> tuple[str, str]:
    """Return the explained share of the bill and its band, "" where both ends read alike."""
    parts = (numbers.explained, numbers.explained_low, numbers.explained_high)
    share, low, high = (part / (numbers.billed or 1) for part in parts)
    band = words.percent_band(low, high)
    return words.percent(share), "" if words.percent(low) == words.percent(high) else band


def _two_readings(numbers: Verdict, words: Words) -> tuple[str, tuple[str, ...]]:
    """Propose tonight's two readings, as they are to be typed, when no app can be named."""
    if numbers.has_evidence or numbers.as_of is None:
        return "", ()
    evening = numbers.as_of.tz_convert(words.zone).normalize()
    morning = evening + pd.DateOffset(days=1)
    readings = (
        _reading(evening, words, time="23:00", left=4.2, apps=(1210, 340)),
        _reading(morning, words, time="08:00", left=3.5, apps=(1250, 980)),
    )
    return words.say("verdict.tonight"), readings


def _reading(
    day: pd.Timestamp, words: Words, *, time: str, left: float, apps: tuple[int, int]
) -> str:
    """Write one reading as the importer of typed readings takes it."""
    first, second = apps
    return words.say(
        "verdict.reading",
        day=f"{day:%Y-%m-%d}",
        time=time,
        left=words.number(left, 1),
        a=first,
        b=second,
    )


def _as_of(numbers: Verdict, words: Words) -> tuple[str, ...]:
    if numbers.as_of is None:
        return ()
    told = words.say("verdict.as_of", moment=words.moment(numbers.as_of), zone=words.zone)
    return (
        (told, words.say("verdict.zone_assumed", zone=words.zone))
        if (numbers.zone_assumed)
        else (told,)
    )


def _problems(numbers: Verdict, words: Words) -> str:
    if not numbers.problems:
        return ""
    return words.say(
        "verdict.problems",
        count=len(numbers.problems),
        files=words.say("verdict.list_joint").join(numbers.problems),
    )


def _told(finding: Finding | None, numbers: Verdict, words: Words) -> FindingText | None:
    if finding is None:
        return None
    return describe(finding, words, partial(app_name, numbers.labels, words=words))
