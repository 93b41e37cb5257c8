"""What to fetch next: recipes for what is still open, most answered a minute first."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Final

from esim_analysis.attribution.gaps import GAPS, Gap
from esim_analysis.i18n import Words
from esim_analysis.reference.ladder import Rung, ladder

# Which rungs close a gap, by platform; "any" for a phone that no artefact names.
_CLOSED_BY: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "no_evidence": {
        "android": ("typed", "netstats", "bugreport"),
        "ios": ("typed", "backup"),
        "any": ("typed", "netstats", "backup"),
    },
    "line_unseen": {
        "android": ("typed", "netstats"),
        "ios": ("typed", "backup"),
        "any": ("typed", "netstats", "backup"),
    },
    "days_unseen": {
        "android": ("netstats",), "ios": ("backup",), "any": ("netstats", "backup"),
    },
    "unexplained": {
        "android": ("netstats", "profile"), "ios": ("backup", "typed"), "any": ("typed",),
    },
    "nameless": {"android": ("packages",), "ios": ("typed",), "any": ("packages",)},
    "hotspot": {"android": ("router",), "ios": ("router",), "any": ("router",)},
    "ground_unknown": {
        "android": ("netstats", "screen"), "ios": ("night",), "any": ("netstats", "night"),
    },
    "hosts_unknown": {
        "android": ("capture",), "ios": ("privacy",), "any": ("capture", "privacy"),
    },
    "network_unknown": {
        "android": ("netstats",), "ios": ("typed",), "any": ("netstats", "typed"),
    },
    "coarse_bill": {"android": ("detail",), "ios": ("detail",), "any": ("detail",)},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recipe:
    """One thing to do, and what it may answer.

    Attributes
    ----------
    bytes
        Billed bytes of the gap, times the share the rung answers in the laboratory.
    per_minute
        The same a minute of effort: the order of the list.
    """

    gap: Gap
    rung: Rung
    bytes: int
    per_minute: float


@dataclass(frozen=True, slots=True)
class NextEvidence:
    """Recipes in their order, and the same in words; a notebook shows a numbered list."""

    recipes: tuple[Recipe, ...]
    words: Words

    @property
    def sentences(self) -> tuple[str, ...]:
        """One recipe each: what is open, what to do, how long it takes, what it may answer."""
        return tuple(_said(one, self.words) for one in self.recipes)

    def __repr__(self) -> str:
        """Return a line each, or one that says that nothing is open."""
        lines = [f"{number}. {told}" for number, told in enumerate(self.sentences, start=1)]
        return "\n".join(lines) or self.words.say("evidence.nothing")

    def _repr_html_(self) -> str:
        if not self.recipes:
            return f"<p>{escape(self.words.say('evidence.nothing'))}</p>"
        items = "".join(f"<li>{escape(told)}</li>" for told in self.sentences)
        return f"<ol>{items}</ol>"


def next_evidence(gaps: tuple[Gap, ...], platform: str, words: Words) -> NextEvidence:
    """Return the recipes that close `gaps` on a platform; `""` where it is not known."""
    found = sorted(_recipes(gaps, platform), key=lambda one: -one.per_minute)
    return NextEvidence(tuple(found), words)


def _said(recipe: Recipe, words: Words) -> str:
    # Evidence that counts contacts ranks suspects; it divides no byte.
    key = "evidence.recipe" if recipe.bytes else "evidence.recipe_ranks"
    return words.say(
        key,
        gap=words.say(f"evidence.gap_{recipe.gap.kind}", bytes=words.volume(recipe.gap.bytes)),
        steps=words.say(f"evidence.do_{recipe.rung.id}"),
        minutes=recipe.rung.minutes,
        answer=words.volume(recipe.bytes),
    )


def _recipes(gaps: tuple[Gap, ...], platform: str) -> Iterator[Recipe]:
    """Return a recipe a rung, for the largest gap it closes."""
    rungs, taken = ladder(), set[str]()
    for gap in sorted(gaps, key=lambda gap: (-gap.bytes, GAPS.index(gap.kind))):
        for name in _CLOSED_BY[gap.kind][platform or "any"]:
            if name in taken:
                continue
            taken.add(name)
            rung = rungs[name]
            answered = round(gap.bytes * rung.answered)
            yield Recipe(gap, rung, answered, answered / rung.minutes)
