"""What was billed in a window, and which part the chosen apps used, as one sentence."""

from collections.abc import Mapping, Sequence

import pandas as pd

from esim_analysis.attribution import share
from esim_analysis.i18n import Words
from esim_analysis.model import Attribution
from esim_analysis.report.verdict import banded


def window_sentence(  # noqa: PLR0913 - a question has an object, a subject and a time
    attribution: Attribution,
    *,
    apps: Sequence[str],
    names: Mapping[str, str],
    start: pd.Timestamp,
    end: pd.Timestamp,
    words: Words,
) -> str:
    """Say what was billed from `start` to `end` (UTC), and the part of `apps` with its band."""
    part = share(attribution, apps=tuple(apps), start=start, end=end)
    span = {"start": words.moment(start), "end": words.moment(end)}
    if part.billed <= 0:
        return words.say("widgets.nothing_billed", **span)
    billed = words.say("widgets.billed", billed=words.volume(part.billed), **span)
    if not apps:
        return _joined([billed, words.say("widgets.no_apps")], words)
    used = words.say(
        "widgets.used",
        apps=names[apps[0]] if len(apps) == 1 else words.say("widgets.many_apps", count=len(apps)),
        bytes=banded(part.bytes, part.low, part.high, words),
        share=words.percent(part.bytes / part.billed),
    )
    sentences = [billed, used]
    if part.background > 0:
        sentences.append(words.say("widgets.background", bytes=words.volume(part.background)))
    return _joined(sentences, words)


def _joined(sentences: list[str], words: Words) -> str:
    return ("" if words.lang == "zh" else " ").join(sentences)
