"""What a selection of apps and time used, in a sentence with its band."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from esim_analysis.attribution import WindowShare
from esim_analysis.attribution.windows import Span
from esim_analysis.i18n import Words

_NAMED: Final = 3  # apps told by name; more are counted


@dataclass(frozen=True, slots=True)
class Used:
    """The numbers of a selection, and the sentence that tells them."""

    numbers: WindowShare
    text: str

    def __str__(self) -> str:
        """Return the sentence."""
        return self.text

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return f"<p>{escape(self.text)}</p>"


def used(numbers: WindowShare, spans: Sequence[Span], names: Sequence[str], words: Words) -> Used:
    """Tell what apps used in some time.

    Parameters
    ----------
    names
        Of the chosen apps; none: of all.
    """
    when = _when(spans, words)
    if not numbers.billed:
        return Used(numbers, words.say("used.nothing", when=when))
    said = words.say(
        "used.said",
        apps=_apps(names, words),
        when=when,
        volume=words.volume(numbers.bytes),
        band=words.band(numbers.low, numbers.high),
        share=words.percent(numbers.share),
        billed=words.volume(numbers.billed),
    )
    return Used(numbers, said + _ground(numbers, words))


def _when(spans: Sequence[Span], words: Words) -> str:
    first, last = min(start for start, _ in spans), max(end for _, end in spans)
    ends = {"start": words.moment(first), "end": words.moment(last)}
    if len(spans) == 1:
        return words.say("used.from_to", **ends)
    return words.say("used.in_spans", count=len(spans), **ends)


def _apps(names: Sequence[str], words: Words) -> str:
    if not names:
        return words.say("used.all_apps")
    if len(names) > _NAMED:
        return words.say("used.apps", count=len(names))
    return words.say("findings.list_joint").join(names)


def _ground(numbers: WindowShare, words: Words) -> str:
    known = numbers.bytes - numbers.unknown
    if known <= 0:
        return ""
    share = words.percent(min(max(numbers.background / known, 0.0), 1.0))
    key = "used.background_of_known" if numbers.unknown else "used.background"
    return words.say(key, share=share)
