"""What a report under a history begins with: what changed since the last look, and its alarms."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from esim_analysis.alerts.replaying import since
from esim_analysis.case import Case, name_apps
from esim_analysis.history import changes, since_last_look
from esim_analysis.i18n import Words
from esim_analysis.importers.reading import Reading
from esim_analysis.report.changes import say_changes
from esim_analysis.report.told import Told


def lead(case: Case, history: str | Path) -> Callable[[Words], Told] | None:
    """Return what says, in any language, what the last new files brought; None at the first.

    The time they brought stands beside the month before it, and what the usual rules
    would have told of it comes first. Under a plan it also says whether it lasts, and
    which of its thresholds were reached when.
    """
    sides = since_last_look(case.reading, history)
    if sides is None:
        return None
    before, after = (_like(case, side) for side in sides)
    theirs, mine = before.account(), after.account()
    accounts = (theirs, mine) if theirs and mine else None
    compared = changes(before.analysis, after.analysis)
    cut = pd.Timestamp(after.usage.frame["start_utc"].min())

    def say(words: Words) -> Told:
        named = name_apps(after.analysis, words.lang)
        whole = name_apps(case.analysis, words.lang)
        alarms = since(whole, words, cut, account=case.account())
        count = (
            words.say("alerts.since", count=len(alarms))
            if alarms
            else words.say("alerts.since_none")
        )
        told = say_changes(compared, named, words, accounts=accounts)
        title = words.say("alerts.since_title")
        return Told(told.headline, (count, *alarms, *told.lines), title)

    return say


def _like(case: Case, side: Reading) -> Case:
    """Return one side under all that was said of the whole: plan, own rules, overhead."""
    return Case(
        side,
        timezone=case.timezone,
        lang=case.lang,
        plan=case.plan,
        rules=case.rules,
        overhead=case.overhead,
    )
