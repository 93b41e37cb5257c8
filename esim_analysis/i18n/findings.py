"""A finding in words: what was seen, what it may mean, what would change our mind, what to do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from esim_analysis.i18n.catalogue import keys
from esim_analysis.i18n.moments import Spans, when
from esim_analysis.i18n.words import Words
from esim_analysis.model import Finding

_NOT_ALONE: Final = 1.01  # less company than this in the same hours is not worth a sentence
_FEW_UNITS: Final = 2  # 90 minutes are told as minutes, 2 hours as hours
_KNOWN: Final = 0.99  # of a finding's bytes: the log of the screen reaches all of it
_ONCE_DAYS: Final = 2.0  # a shorter bill has no "a day"


@dataclass(frozen=True, slots=True)
class FindingText:
    """The sentences of one finding in one language; "" where there is nothing to say.

    `search_word` is what to type in the search of the phone's settings; `breaks`
    says what no longer works once the remedy is in place; `saving` comes from this
    user's own bytes.
    """

    title: str
    observation: str
    explanation: str
    doubts: str
    remedy: str
    search_word: str
    breaks: str
    saving: str


def describe(
    finding: Finding,
    words: Words,
    label: str | Callable[[str], str] = "",
    *,
    hosts: Literal["", "domains", "hosts"] = "",
) -> FindingText:
    """Tell a finding in the language of `words`.

    Parameters
    ----------
    label
        Name of the finding's app, or the function that names apps by id.
    hosts
        Also name the leading hosts, as registered domains or whole: only on the user's
        own screen, or where the share level of a file says so.
    """
    app = _name(finding, words, label)
    variant = _variant(finding)
    search, breaks = _remedy(finding, words, "search", app), _remedy(finding, words, "breaks", app)
    return FindingText(
        title=_first(words, finding.rule, variant, "title", app=app),
        observation=_observation(finding, words, app=app, moment=when(finding, words), hosts=hosts),
        explanation=_first(words, finding.rule, variant, "explanation", app=app),
        doubts=_doubts(finding, words),
        remedy=_remedy(finding, words, "steps", app),
        search_word=search,
        breaks=breaks,
        saving=_saving(finding, words),
    )


def observe(
    finding: Finding,
    words: Words,
    label: str | Callable[[str], str] = "",
    *,
    spans: Spans | None = None,
) -> str:
    """Tell only what was seen; of thousands of findings that is all that is shown.

    Parameters
    ----------
    label
        As in `describe`.
    spans
        Its windows on the clock, where those of many findings were put there at once.
    """
    app, moment = _name(finding, words, label), when(finding, words, spans)
    return _observation(finding, words, app=app, moment=moment)


def _name(finding: Finding, words: Words, label: str | Callable[[str], str]) -> str:
    app = finding.app or str(finding.facts.get("seen_app", ""))
    given = label(app) if callable(label) and app else label
    named = given if isinstance(given, str) and given not in ("", app) else ""
    return named or words.app_names([app]).get(app, app)


def _variant(finding: Finding) -> tuple[str, ...]:
    """Return the words that pick a sentence, the telling ones first."""
    facts = finding.facts
    unnamed = ("unnamed",) if not finding.app else ()
    attended = ("attended",) if facts.get("attended") else ()
    return (*unnamed, *attended, str(facts.get("kind", facts.get("basis", ""))))


def _first(words: Words, rule: str, variant: tuple[str, ...], part: str, **values: object) -> str:
    """Say the sentence that fits most of the variant's words, in their order."""
    known = keys(words.lang)
    stems = ["_".join(variant), *variant, ""]
    names = [f"findings.{rule}_{stem}_{part}".replace("__", "_") for stem in stems]
    return words.say(next(name for name in names if name in known), **values)


def _observation(finding: Finding, words: Words, *, app: str, moment: str, hosts: str = "") -> str:
    facts = finding.facts
    said = _first(
        words,
        finding.rule,
        _variant(finding),
        "observation",
        app=app,
        volume=_volume(finding, words),
        when=moment,
        nights=facts.get("nights", ""),
        observed=facts.get("observed_nights", ""),
        median=words.volume(float(facts.get("median_night", 0))),
        excess=words.volume(float(facts.get("excess", 0))),
        **_seen_of_hosts(facts, words),
    )
    more = [said]
    if "screen_off" in facts:
        more.append(_screen(finding, words))
    if "share_of_bill" in facts:
        more.append(words.say("findings.share_of_bill", share=_share(finding, words)))
    if "share_of_app" in facts:
        share = words.percent(float(facts["share_of_app"]))
        more.append(words.say("findings.share_of_app", share=share))
    if facts.get("unmatched"):
        share = words.percent(float(facts["unmatched"]))
        more.append(words.say("findings.trackers_unmatched", share=share))
    together = int(facts.get("billed_in_windows", 0))
    if together > finding.bytes * _NOT_ALONE:
        more.append(words.say("findings.of_window", volume=words.volume(together)))
    if hosts and facts.get(hosts):
        more.append(words.say("findings.hosts_mostly", hosts=facts[hosts]))
    if hosts and facts.get("networks"):
        more.append(words.say("findings.networks", networks=facts["networks"]))
    if hosts and facts.get("app_note"):
        more.append(words.say("knowledge.app_note", note=facts["app_note"]))
    if facts.get("muted"):
        day = words.day(str(facts["muted_since"]))
        more.append(words.say("findings.muted", day=day, reason=facts["muted"]))
    return _joined(more, words)


def _screen(finding: Finding, words: Words) -> str:
    """Say what flowed while the screen was off, and of how much the phone's log knows it."""
    facts = finding.facts
    known, low, high = (
        int(facts[name]) for name in ("screen_known", "screen_off_low", "screen_off_high")
    )
    told = {"known": words.volume(known), "volume": words.volume(finding.bytes)}
    kind = "all" if known >= _KNOWN * finding.bytes else "part"
    if not high:
        return words.say(f"screen.lit_{kind}", **told)
    dark = int(facts["screen_off"])
    if dark >= _KNOWN * finding.bytes and low >= _KNOWN * finding.bytes_low:
        return words.say("screen.dark_whole")
    off = words.volume(dark)
    if low != high:
        off = words.say("findings.with_band", volume=off, band=words.band(low, high))
    return words.say(f"screen.dark_{kind}", off=off, **told)


def _seen_of_hosts(facts: Mapping[str, str | int | float], words: Words) -> dict[str, str]:
    """Return what sentences about contacts need: counts, kinds, places, a rhythm."""
    joint = words.say("findings.list_joint")
    kinds = [
        words.say(f"findings.cleartext_{kind}") for kind in str(facts.get("kinds", "")).split()
    ]
    return {
        "contacts": words.number(float(facts.get("contacts", 0))),
        "companies": words.say("findings.companies", count=int(facts.get("companies", 0))),
        "kinds": joint.join(kinds),
        "places": joint.join(words.place(code) for code in str(facts.get("places", "")).split()),
        "score": words.number(float(facts.get("score", 0)), 2),
        "every": _every(float(facts.get("every_s", 0)), words),
    }


def _every(seconds: float, words: Words) -> str:
    for unit, length in (("hours", 3600), ("minutes", 60)):
        if seconds >= _FEW_UNITS * length:
            return words.say(f"findings.every_{unit}", count=round(seconds / length))
    return words.say("findings.every_seconds", count=round(seconds))


def _volume(finding: Finding, words: Words) -> str:
    volume = words.volume(finding.bytes)
    if finding.bytes_low == finding.bytes_high:
        return volume
    band = words.band(finding.bytes_low, finding.bytes_high)
    return words.say("findings.with_band", volume=volume, band=band)


def _share(finding: Finding, words: Words) -> str:
    facts = finding.facts
    share = words.percent(float(facts.get("share_of_bill", 0)))
    if "share_low" not in facts:
        return share
    band = words.percent_band(float(facts["share_low"]), float(facts["share_high"]))
    if band == share:
        return share
    return words.say("findings.with_band", volume=share, band=band)


def _doubts(finding: Finding, words: Words) -> str:
    names = str(finding.facts.get("doubts", "")).split()
    if not names:
        return ""
    reasons = [words.say(f"findings.{name}") for name in names]
    joint = words.say("findings.doubts_joint")
    return words.say("findings.doubts", reasons=joint.join(reasons))


def _remedy(finding: Finding, words: Words, part: str, app: str) -> str:
    if not finding.remedy:
        return ""
    switched_off = finding.remedy == "background_data" and finding.facts.get("background_off")
    remedy = "background_already_off" if switched_off else finding.remedy
    key = f"remedies.{remedy}_{finding.facts.get('platform') or 'any'}_{part}"
    if key not in keys(words.lang):
        key = f"remedies.{remedy}_any_{part}"
    return words.say(key, app=app)


def _saving(finding: Finding, words: Words) -> str:
    """Say what this user's own bytes promise; nothing where no cause is named or it was wanted."""
    saves = finding.facts.get("saves", int(bool(finding.app)))
    if not saves or not finding.bytes or finding.facts.get("attended"):
        return ""
    days = float(finding.facts.get("period_days", 0))
    if days < _ONCE_DAYS:
        return words.say("findings.saving_once", volume=words.volume(finding.bytes))
    return words.say("findings.saving_a_day", volume=words.volume(finding.bytes / days))


def _joined(sentences: list[str], words: Words) -> str:
    return ("" if words.lang == "zh" else " ").join(sentences)
