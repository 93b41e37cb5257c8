"""A reconciliation as it is read: a headline, the waterfall, and each tested cause in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

import pandas as pd
from markupsafe import Markup

from esim_analysis.attribution.hypotheses import CAUSES, reconcile
from esim_analysis.i18n import Words
from esim_analysis.model import Analysis, ClockCheck, Hypothesis, Reconciliation
from esim_analysis.model.reconciliation import EXPLAINS
from esim_analysis.report.svg import Picture

if TYPE_CHECKING:
    import plotly.graph_objects as go

Name = Callable[[str], str]
_VOLUMES: Final = frozenset({"wifi", "unnamed", "surplus", "counted", "device", "apps", "step"})
_SHARES: Final = frozenset({"unseen", "unbilled", "share"})
_DIGITS: Final = {"ratio": 3, "other": 3, "low": 2, "high": 2}
_LOOKS: Final = {
    "total": "app-others", "explained": "app-1", "possible": "app-2", "rest": "app-rest",
}  # fmt: skip
_ROW: Final = 46
_SMALL: Final = 0.02  # of the bill: less may stay open where bill and phone are said to agree


@dataclass(frozen=True, slots=True)
class HypothesisRow:
    """One tested cause, ready to be shown."""

    cause: str
    verdict: str
    verdict_word: str
    bytes: str
    band: str
    asked: str
    seen: str


@dataclass(frozen=True, slots=True)
class ReconciliationText:
    """A reconciliation in words; a terminal shows text, a notebook text, picture and tables.

    Attributes
    ----------
    found
        The numbers behind the words.
    headline
        The answer in one or two sentences.
    tests
        Every cause, those that fit first.
    clock
        What the scan of clock offsets said.
    """

    found: Reconciliation
    headline: str
    tests: tuple[HypothesisRow, ...]
    words: Words
    clock: ClockCheck

    @property
    def steps(self) -> pd.DataFrame:
        """Return the waterfall as a table: `step, kind, bytes, bytes_low, bytes_high`."""
        return self.found.steps

    @property
    def causes(self) -> tuple[Hypothesis, ...]:
        """The causes that fit, the first one first."""
        return self.found.causes

    def figure(self) -> "go.Figure":
        """Draw the waterfall from billed to not explained."""
        from esim_analysis.figures import reconciliation_waterfall  # noqa: PLC0415 - when drawn

        return reconciliation_waterfall(placed_steps(self.found), words=self.words)

    def __str__(self) -> str:
        """Return headline, steps and tests, a line each."""
        line = partial(self.words.say, "rows.sentence")
        steps = [
            "  " + line(head=row["name"], why=row["bytes"])
            for row in step_rows(self.found, self.words)
        ]
        tests = [
            f"  [{row.verdict_word}{' ' + row.bytes if row.bytes else ''}] "
            + line(head=row.cause, why=row.seen)
            for row in self.tests
        ]
        return "\n".join([self.headline, *steps, *tests])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from esim_analysis.report.fragments import reconciliation_fragment  # noqa: PLC0415 - a cycle

        return reconciliation_fragment(self)


def tested(analysis: Analysis) -> Reconciliation:
    """Test every named cause of a difference between bill and phone."""
    return reconcile(
        analysis.usage,
        analysis.evidence,
        analysis.attribution,
        overruled=analysis.overruled,
    )


def tell(
    found: Reconciliation, analysis: Analysis, words: Words, *, name: Name
) -> ReconciliationText:
    """Say what came of the tests.

    Parameters
    ----------
    found
        As `tested` returns it: the same in every language.
    name
        How an app is called.
    """
    rows = tuple(_row(test, words, name) for test in found.tests)
    headline = " ".join(_headline(found, words))
    return ReconciliationText(found, headline, rows, words, analysis.attribution.clock)


def placed_steps(found: Reconciliation) -> pd.DataFrame:
    """Return the steps with `start, end` (bytes) of their bars and `name_key`."""
    steps = found.steps
    volume = steps["bytes"].astype("int64")
    whole = steps["kind"] == "total"
    gone = volume.where(~whole, 0).cumsum()
    start = (found.billed - gone).where(~whole, 0)
    end = (found.billed - gone + volume).where(~whole, volume)
    key = ("reconciliation.cause_" + steps["step"]).where(
        steps["step"].isin(list(CAUSES)) & (steps["kind"] == "possible"),
        "reconciliation.step_" + steps["step"],
    )
    return steps.assign(start=start, end=end, name_key=key)


def step_rows(found: Reconciliation, words: Words) -> list[dict[str, str]]:
    """Return each step as text: `name, kind, kind_word, bytes, band`."""
    return [
        {
            "name": words.say(str(row["name_key"])),
            "kind": str(row["kind"]),
            "kind_word": words.say(f"reconciliation.kind_{row['kind']}"),
            "bytes": words.volume(row["bytes"]),
            "band": _band(row["bytes_low"], row["bytes_high"], words),
        }
        for row in placed_steps(found).to_dict("records")
    ]


def picture(found: Reconciliation, words: Words) -> Markup:
    """Draw the waterfall without scripts: each bar begins where the one before it ended."""
    steps = placed_steps(found)
    ends = pd.concat([steps["start"], steps["end"]])
    least, most = min(float(ends.min()), 0.0), max(float(ends.max()), 1.0)
    scale = 100.0 / (most - least)
    explained = int(steps.loc[steps["kind"] == "explained", "bytes"].sum())
    drawn = Picture(
        "waterfall",
        title=words.say("reconciliation.figure_question"),
        description=words.say(
            "reconciliation.figure_about",
            billed=words.volume(found.billed),
            explained=words.volume(explained),
            rest=words.volume(found.unexplained),
        ),
        height=_ROW * len(steps) + 4,
    )
    for place, row in enumerate(steps.to_dict("records")):
        y = place * _ROW
        name, told = words.say(str(row["name_key"])), words.volume(row["bytes"])
        left, right = sorted((float(row["start"]), float(row["end"])))
        box = ((left - least) * scale, y + 23.0, (right - left) * scale, 14.0)
        drawn.text(0, y + 16, name, look="label")
        drawn.text(100, y + 16, told, look="value", anchor="end")
        drawn.bar(*box, look=_LOOKS[str(row["kind"])], tip=f"{name} · {told}")
        if row["kind"] in ("possible", "rest"):
            drawn.hatched(*box)
    return drawn.markup()


def _headline(found: Reconciliation, words: Words) -> list[str]:
    rest = words.volume(found.unexplained)
    sums = {"billed": words.volume(found.billed), "seen": words.volume(found.seen), "rest": rest}
    if not found.seen:
        return [words.say("reconciliation.no_evidence")]
    if not found.causes:
        agree = found.unexplained <= _SMALL * found.billed
        return [words.say(f"reconciliation.{'agree' if agree else 'no_cause'}", **sums)]
    first = found.causes[0]
    key = {"settled": "first_settled", "phone": "first_phone"}.get(first.part, "first")
    cause = words.say(f"reconciliation.cause_{first.cause}")
    told = words.say(f"reconciliation.{key}", cause=cause, bytes=words.volume(first.bytes))
    return [told, words.say("reconciliation.rest_then", rest=rest)]


def _row(test: Hypothesis, words: Words, name: Name) -> HypothesisRow:
    fits = test.verdict == EXPLAINS
    key = f"{test.cause}_{test.outcome}" if test.outcome != "no_evidence" else "seen_no_evidence"
    return HypothesisRow(
        cause=words.say(f"reconciliation.cause_{test.cause}"),
        verdict=test.verdict,
        verdict_word=words.say(f"reconciliation.verdict_{test.verdict}"),
        bytes=words.volume(test.bytes) if fits else "",
        band=_band(test.low, test.high, words) if fits else "",
        asked=words.say(f"reconciliation.asked_{test.cause}"),
        seen=words.say(f"reconciliation.{key}", **_facts(test.facts, words, name)),
    )


def _facts(facts: Mapping[str, str | int | float], words: Words, name: Name) -> dict[str, str]:
    """Write each fact in the style of the language; `shift` is made of `minutes`."""
    told = {key: _fact(key, value, words, name) for key, value in facts.items()}
    if "minutes" in facts:
        minutes = float(facts["minutes"])
        side = "ahead" if minutes > 0 else "behind"
        hours = abs(minutes) / 60
        written = words.number(hours, 0 if hours.is_integer() else 2)
        told["shift"] = words.say(f"reconciliation.shift_{side}", hours=written)
    return told


def _fact(key: str, value: str | float, words: Words, name: Name) -> str:
    if key == "app":
        return name(str(value))
    if key in ("first", "last"):
        return words.day(str(value))
    if isinstance(value, str):
        return value
    if key in _VOLUMES:
        return words.volume(value)
    if key in _SHARES:
        return words.percent(value)
    return words.number(value, _DIGITS.get(key, 0))


def _band(low: float, high: float, words: Words) -> str:
    return words.band(low, high) if low != high else ""
