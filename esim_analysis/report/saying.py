"""The verdict in sentences: first what was seen, then how sure, then what to do."""

from dataclasses import dataclass
from typing import Final

import pandas as pd

from esim_analysis.i18n import Words
from esim_analysis.i18n.findings import FindingText, describe
from esim_analysis.model import Finding
from esim_analysis.report.moments import period, span, when
from esim_analysis.report.names import app_name
from esim_analysis.report.verdict import Verdict

_FULL: Final = 0.995
# (rule, what its facts rest on) → how the headline may put it; all else is only "used".
_HOW: Final = {
    ("background_sync", "counted"): "background",
    ("hotspot", "counted"): "hotspot",
    ("surge", "in_use"): "in_use",
}


@dataclass(frozen=True, slots=True)
class Sentences:
    """A verdict as it is read: the headline, then what supports it, in order.

    `confidence`, `action` and the lines `to_type` are what a screen may set apart;
    `support` holds them too.
    """

    headline: str
    support: tuple[str, ...]
    confidence: str = ""
    action: str = ""
    to_type: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return everything as one paragraph a line."""
        return "\n".join((self.headline, *self.support))


def say(verdict: Verdict, words: Words) -> Sentences:
    """Write a verdict in the language and zone of `words`."""
    told = _told(verdict.top, verdict, words)
    hint = _told(verdict.hint, verdict, words)
    confidence = words.say(f"verdict.confidence_{verdict.quality}") if verdict.quality else ""
    action = words.say("verdict.action", remedy=told.remedy) if told and told.remedy else ""
    tonight, to_type = _two_readings(verdict, words)
    support = (
        confidence,
        action,
        hint.observation if hint else "",
        *_reach(verdict, words),
        told.doubts if told else "",
        tonight,
        *to_type,
        *_as_of(verdict, words),
        _problems(verdict, words),
    )
    return Sentences(
        headline=_headline(verdict, words),
        support=tuple(sentence for sentence in support if sentence),
        confidence=confidence,
        action=action,
        to_type=to_type,
    )


def _headline(verdict: Verdict, words: Words) -> str:
    if verdict.first is None or verdict.as_of is None:
        return words.say("verdict.no_bill")
    billed = words.volume(verdict.billed)
    days = period(verdict.first, verdict.as_of - pd.Timedelta(microseconds=1), words)
    if not verdict.has_evidence:
        return words.say(
            "verdict.bill_only", billed=billed, period=days, peaks=_peaks(verdict, words)
        )
    if verdict.top is not None:
        return _culprit(verdict, verdict.top, words)
    if verdict.apps:
        return words.say(
            "verdict.no_single_cause", billed=billed, period=days, apps=_apps(verdict, words)
        )
    return words.say("verdict.not_explained", billed=billed, period=days)


def _culprit(verdict: Verdict, top: Finding, words: Words) -> str:
    return words.say(
        f"verdict.culprit_{_HOW.get((top.rule, str(top.facts.get('kind', ''))), 'any')}",
        app=app_name(verdict.labels, top.app, words),
        bytes=words.volume(top.bytes),
        band=words.band(top.bytes_low, top.bytes_high),
        share=words.percent(top.bytes / verdict.billed if verdict.billed else 0),
        billed=words.volume(verdict.billed),
        when=when(top.windows, words),
    )


def _apps(verdict: Verdict, words: Words) -> str:
    return words.say("verdict.list_joint").join(
        words.say(
            "verdict.app_and_bytes",
            app=app_name(verdict.labels, share.app, words),
            bytes=words.volume(share.bytes),
            band=words.band(share.low, share.high),
        )
        for share in verdict.apps
    )


def _peaks(verdict: Verdict, words: Words) -> str:
    return words.say("verdict.peak_joint").join(
        words.say("verdict.peak", bytes=words.volume(peak.bytes), when=span(peak, words))
        for peak in verdict.peaks
    )


def _reach(verdict: Verdict, words: Words) -> tuple[str, ...]:
    """Say how much the evidence speaks of, and how much of it it explains."""
    if not verdict.has_evidence:
        return (words.say("verdict.names_no_app"),)
    if not verdict.billed:
        return ()
    covered = "full" if verdict.coverage >= _FULL else "part"
    share, low, high = explained_share(verdict, words)
    explained = "explained_exact" if low == high else "explained"
    return (
        words.say(f"verdict.coverage_{covered}", share=words.percent(verdict.coverage)),
        words.say(f"verdict.{explained}", share=share, low=low, high=high),
    )


def explained_share(verdict: Verdict, words: Words) -> tuple[str, str, str]:
    """Return the explained share of the bill and its lower and upper end, in words."""
    parts = (verdict.explained, verdict.explained_low, verdict.explained_high)
    share, low, high = (words.percent(part / (verdict.billed or 1)) for part in parts)
    return share, low, high


def _two_readings(verdict: Verdict, words: Words) -> tuple[str, tuple[str, ...]]:
    """Propose tonight's two readings and the lines to type, when no app can be named."""
    if verdict.has_evidence or verdict.as_of is None:
        return "", ()
    evening = verdict.as_of.tz_convert(words.zone).normalize()
    morning = evening + pd.DateOffset(days=1)
    lines = (
        words.say("verdict.tonight_evening", day=f"{evening:%Y-%m-%d}"),
        words.say("verdict.tonight_morning", day=f"{morning:%Y-%m-%d}"),
    )
    return words.say("verdict.tonight"), lines


def _as_of(verdict: Verdict, words: Words) -> tuple[str, ...]:
    if verdict.as_of is None:
        return ()
    told = words.say("verdict.as_of", moment=words.moment(verdict.as_of), zone=words.zone)
    return (
        (told, words.say("verdict.zone_assumed", zone=words.zone))
        if (verdict.zone_assumed)
        else (told,)
    )


def _problems(verdict: Verdict, words: Words) -> str:
    if not verdict.problems:
        return ""
    return words.say(
        "verdict.problems",
        count=len(verdict.problems),
        files=words.say("verdict.list_joint").join(verdict.problems),
    )


def _told(finding: Finding | None, verdict: Verdict, words: Words) -> FindingText | None:
    if finding is None:
        return None
    label = app_name(verdict.labels, finding.app, words) if finding.app else ""
    return describe(finding, words, label)
