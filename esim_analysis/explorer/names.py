"""Names a cube may carry: the apps that matter, lines by number, in three languages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.figures.text import plain
from esim_analysis.i18n import LANGUAGES, Words
from esim_analysis.model import RESIDUALS, Analysis
from esim_analysis.reference import app_categories, app_labels

OTHERS: Final = "others"
_OWN: Final = 15  # apps with a row of their own; the rest is summed as others


@dataclass(frozen=True, slots=True)
class Apps:
    """The apps of a cube by number: the leading ones, `others`, then the residuals."""

    ids: tuple[str, ...]

    @property
    def others(self) -> int:
        """Number of `others`."""
        return len(self.ids) - len(RESIDUALS) - 1

    def codes(self, apps: pd.Series) -> pd.Series:
        """Return the number of each app; small ones are `others`."""
        known = {app: place for place, app in enumerate(self.ids)}
        return numbered(apps, known, other=self.others)


def numbered(words: pd.Series, numbers: Mapping[str, int], *, other: int) -> pd.Series:
    """Return the number of each word, `other` for words without one and for missing ones.

    Words repeat a lot: each is looked up once.
    """
    sorted_out = words.astype("category").cat
    known = [numbers.get(word, other) for word in sorted_out.categories]
    table = np.array([*known, other], dtype="int64")  # missing words have code -1
    return pd.Series(table[sorted_out.codes], index=words.index)


def leading(analysis: Analysis) -> Apps:
    """Choose the apps with a row of their own: those of findings, then the largest.

    The first finding's app leads, whatever its size: it is what people look for.
    """
    cycle = analysis.attribution.by_cycle
    named = cycle[~cycle["app"].isin(RESIDUALS)]
    totals = named.groupby("app", sort=True)["bytes"].sum()
    largest = totals[totals != 0].sort_values(ascending=False, kind="stable").index
    found = [finding.app for finding in analysis.findings if finding.app in set(totals.index)]
    own = list(dict.fromkeys([*found[:1], *_by_size(largest, found)]))[:_OWN]
    return Apps((*own, OTHERS, *RESIDUALS))


def app_names(analysis: Analysis, apps: Apps, *, redact: bool = False) -> dict[str, list[str]]:
    """Return the names of `apps` by language, each harmless on any page.

    With `redact`, an app is told by its kind and a number; what is no app keeps its name.
    """
    categories = app_categories(apps.ids) if redact else {}
    return {
        lang: [
            _name(analysis, app, number, Words(lang), categories if redact else None)
            for number, app in enumerate(apps.ids, start=1)
        ]
        for lang in LANGUAGES
    }


def line_numbers(analysis: Analysis) -> dict[str, str]:
    """Return `line-1`, `line-2`, … by first start, whatever the lines are called in memory."""
    first = analysis.usage.frame.groupby("line", sort=True)["start_utc"].min()
    ordered = first.sort_values(kind="stable").index
    return {str(line): f"line-{number}" for number, line in enumerate(ordered, start=1)}


def _by_size(largest: Iterable[str], found: list[str]) -> list[str]:
    """Keep the order of size, but let no app of a finding fall among the others."""
    ranked = list(largest)
    kept = set(ranked[:_OWN])
    late = [app for app in found if app not in kept]
    return [*ranked[: _OWN - len(set(late))], *late]


def _name(
    analysis: Analysis, app: str, number: int, words: Words, categories: dict[str, str] | None
) -> str:
    own = words.app_names([app]).get(app)
    if app == OTHERS:
        return words.say("explorer.others")
    if own and not app.startswith("uid:"):
        return own
    if categories is not None:
        told = words.say("explorer.redacted", number=number)
        kind = categories.get(app)
        return f"{told} ({words.say(f'apps.kind_{kind}')})" if kind else told
    return plain(own or app_labels([app], words.lang).get(app) or analysis.label(app))
