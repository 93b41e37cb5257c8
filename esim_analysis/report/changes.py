"""What changed, as it is read: a sentence first, then each finding and what it saved."""

from collections.abc import Callable
from functools import partial

import pandas as pd

from esim_analysis.billing import Account
from esim_analysis.history import Change, Changes, Saving
from esim_analysis.history import changes as compare
from esim_analysis.history.changes import Period, Status
from esim_analysis.i18n import Words
from esim_analysis.i18n.findings import describe
from esim_analysis.model import Analysis, Severity
from esim_analysis.model.clock import local_day
from esim_analysis.report.money import say_forecasts
from esim_analysis.report.names import app_name, named
from esim_analysis.report.told import Told


def since(
    before: Analysis, after: Analysis, *, accounts: tuple[Account, Account] | None = None
) -> Callable[[Words], Told]:
    """Return what says, in any language, what changed between two cases: a report's beginning."""
    compared = compare(before, after)

    def say(words: Words) -> Told:
        return say_changes(compared, named(after, words), words, accounts=accounts)

    return say


def say_changes(
    changes: Changes,
    after: Analysis,
    words: Words,
    *,
    accounts: tuple[Account, Account] | None = None,
) -> Told:
    """Tell what changed in the language of `words`; `after` names the apps.

    Parameters
    ----------
    accounts
        Both sides under a plan: then also whether the later one lasts, and when each
        threshold of the plan was reached.
    """
    bill = _bill(changes.before, changes.after, words)
    lines = [" ".join(_row(row, after, words)) for row in _most_first(changes)]
    plan = []
    if accounts:
        plan = [*say_forecasts(accounts[1], after, words), *_plan_events(*accounts, words)]
    # What helped, whether it lasts, then the rest: a page shows the first few.
    told = (*lines[:1], *plan, *lines[1:], *bill)
    return Told(_headline(changes, after, words), told, words.say("changes.title"))


def _plan_events(before: Account, after: Account, words: Words) -> list[str]:
    """Say of each threshold of the plan when it was first reached on either side, last one first."""
    keys = ["what", "name", "threshold"]
    then, now = (side.warnings.drop_duplicates(keys).set_index(keys)["t_utc"] for side in
                 (before, after))  # fmt: skip
    told = []
    for key in sorted({*then.index, *now.index}, reverse=True):
        days = {
            side: words.day(local_day(events[[key]], after.forecast.zone).iloc[0])
            for side, events in (("before", then), ("after", now))
            if key in events.index
        }
        which = "both" if len(days) > 1 else "gone" if "before" in days else "new"
        share = words.percent(float(key[2]))
        said = {"before": "", "after": "", **days}
        told.append(words.say(f"changes.plan_{which}", share=share, name=key[1], **said))
    return told


def _most_first(changes: Changes) -> list[Change]:
    """Return what matters, what changed most a day first."""
    rows = [row for row in changes.rows if _severity(row) is not Severity.INFO]
    return sorted(rows, key=lambda row: -abs(row.per_day_after - row.per_day_before))


def _headline(changes: Changes, after: Analysis, words: Words) -> str:
    rows = _most_first(changes)
    if not rows:
        return words.say("changes.none")
    worth = rows[0]
    title = _title(worth, after, words)
    if worth.status is Status.GONE and worth.saving and worth.saving.bytes > 0:
        saved = words.volume(worth.saving.bytes)
        return words.say("changes.headline_gone", title=title, saved=saved, days=worth.saving.days)
    if worth.status in {Status.WORSE, Status.NEW}:
        return words.say(
            f"changes.headline_{worth.status}",
            title=title,
            before=words.volume(worth.per_day_before),
            after=words.volume(worth.per_day_after),
        )
    if worth.status in {Status.GONE, Status.BETTER}:
        return _status(worth, after, words)
    return words.say("changes.headline_same")


def _bill(before: Period, after: Period, words: Words) -> list[str]:
    told = [
        words.say(
            "changes.bill",
            before=words.volume(before.billed),
            days_before=before.days,
            from_before=words.day(before.first),
            to_before=words.day(before.last),
            after=words.volume(after.billed),
            days_after=after.days,
            from_after=words.day(after.first),
            to_after=words.day(after.last),
        )
    ]
    if before.charge is not None and after.charge is not None:
        money = [words.money(side.charge, side.currency) for side in (before, after) if side.charge]
        if len(money) == 2:  # noqa: PLR2004 - both sides
            told.append(words.say("changes.charge", before=money[0], after=money[1]))
    common = _common(before, after)
    if common > 0:
        told.append(words.say("changes.overlap", days=common))
    return told


def _common(before: Period, after: Period) -> int:
    """Return how many days both sides speak of."""
    first = max(pd.Timestamp(before.first), pd.Timestamp(after.first))
    last = min(pd.Timestamp(before.last), pd.Timestamp(after.last))
    return (last - first).days + 1


def _row(row: Change, after: Analysis, words: Words) -> list[str]:
    told = [_status(row, after, words)]
    if row.followed is not None:
        told.append(words.say("changes.followed" if row.followed else "changes.not_followed"))
    if row.saving and row.saving.bytes:
        told.append(_saving(row, row.saving, after, words))
        if row.cost is not None and row.cost > 0 and row.saving.low > 0:
            told.append(words.say("changes.worth", cost=words.money(row.cost, row.currency)))
    return told


def _status(row: Change, after: Analysis, words: Words) -> str:
    return words.say(
        f"changes.{row.status}",
        title=_title(row, after, words),
        before=words.volume(row.per_day_before),
        after=words.volume(row.per_day_after),
    )


def _saving(row: Change, saved: Saving, after: Analysis, words: Words) -> str:
    name = app_name(after.evidence.labels, row.app, words)
    if saved.low < 0 < saved.high:
        ends = (words.volume(-saved.low), words.volume(saved.high))
        return words.say("changes.unclear", app=name, more=ends[0], less=ends[1])
    more = saved.bytes < 0
    low, high = sorted(abs(end) for end in (saved.low, saved.high))
    return words.say(
        "changes.used_more" if more else "changes.saved",
        app=name,
        saved=words.volume(abs(saved.bytes)),
        low=words.volume(low),
        high=words.volume(high),
    )


def _title(row: Change, after: Analysis, words: Words) -> str:
    finding = row.after or row.before
    name = partial(app_name, after.evidence.labels, words=words)
    return describe(finding, words, name).title if finding else ""


def _severity(row: Change) -> Severity:
    """Return how much the finding matters: what it mattered most on either side."""
    order = list(Severity)
    return max(
        (one.severity for one in (row.before, row.after) if one is not None), key=order.index
    )
