"""A life put together from its parts, and the files and the truth it leaves."""

from dataclasses import replace
from typing import Final

import pandas as pd

from esim_analysis.model import UsageError
from esim_analysis.simulator.calendar import Calendar
from esim_analysis.simulator.dice import Dice
from esim_analysis.simulator.flows import Seconds, cut
from esim_analysis.simulator.habits import Habit, live
from esim_analysis.simulator.laboratory.leaks import LEAKS, Leak
from esim_analysis.simulator.laboratory.occasions import OCCASIONS
from esim_analysis.simulator.laboratory.operators import OPERATORS, placed
from esim_analysis.simulator.laboratory.person import (
    ABROAD,
    ESIM,
    ZONE,
    everyday,
    networks,
    radio,
)
from esim_analysis.simulator.laboratory.rungs import RUNGS, Phone
from esim_analysis.simulator.laboratory.twists import TWISTS, Twist
from esim_analysis.simulator.operator_meter import Bill, meter
from esim_analysis.simulator.outcome import Outcome, as_csv, as_json
from esim_analysis.simulator.phone import as_tabled
from esim_analysis.simulator.radio import Reach, connect
from esim_analysis.simulator.truth import by_day, by_record, by_record_and_app, events, totals

FIRST: Final = "2026-11-02"
_PLANTED: Final = {**LEAKS, **OCCASIONS}
_BILLED: Final = (ESIM.key, ABROAD.key)


def life(
    *leaks: str,
    seed: int,
    operator: str = "sessions",
    evidence: tuple[str, ...] = ("netstats",),
    twist: str = "none",
    days: int = 28,
) -> Outcome:
    """Live one life in Madrid and return the files of operator and phone, and the truth.

    Parameters
    ----------
    leaks
        Keys of `LEAKS`, or of `OCCASIONS` for much data that was wanted, laid over an
        everyday life; none for a life without either.
    seed
        The same seed tells the same life, byte for byte; each part has dice of its own.
    operator
        Key of `OPERATORS`: how sessions are cut, rounded and written.
    evidence
        Keys of `RUNGS`: what there is of the phone; none for a bill alone.
    twist
        Key of `TWISTS`: what makes bill and phone disagree.
    days
        Length, from Monday 2 November 2026; at least 14.

    Returns
    -------
    Outcome
        Truth: `truth.json` (`leaks`, `twist`, `unseen` apps, `unseen_days`, `billed_bytes`, `billed_bytes_by_app`,
        `overhead_ppm`, `events`), `truth_day.csv` (`day, app, ground, phone_bytes,
        billed_bytes`), `truth_records.csv`, `truth_record_apps.csv` (`record, app, phone_bytes,
        billed_bytes`, no rounding); whole bytes, all others sum to the bill.

    Raises
    ------
    UsageError
        A part that is not known.
    """
    for chosen, known in ((leaks, _PLANTED), ((operator,), OPERATORS), (evidence, RUNGS)):
        _check(chosen, tuple(known))
    _check((twist,), tuple(TWISTS))
    last = (pd.Timestamp(FIRST) + pd.Timedelta(days=days - 1)).strftime("%Y-%m-%d")
    calendar, change = Calendar(FIRST, last, ZONE), TWISTS[twist]
    planted = {kind: _plant(kind, calendar, seed=seed) for kind in leaks}
    flows, changes, reaches = _lived(planted, change, calendar, seed)
    shape = OPERATORS[operator]
    fields = {"overhead_ppm": 0, **change.operator}
    company = replace(shape.operator(seed=seed, overhead_ppm=fields.pop("overhead_ppm")), **fields)
    printed = replace(calendar, zone=change.zone or ZONE)
    on_esim = flows[flows["carrier"].isin(_BILLED)].reset_index(drop=True)
    bill = meter(change.billed(on_esim, calendar), company, printed.midnights(), seed=seed)
    records = change.exported(placed(bill), calendar)
    seen = change.seen(flows, calendar)
    device = seen if change.seen is change.device else change.device(flows, calendar)
    phone = Phone(seen, device, changes, radio(reaches).carriers, calendar, seed)
    files = shape.write(records, printed, change.binary)
    for rung in evidence:
        files |= RUNGS[rung](phone)
    told: dict[str, object] = {"leaks": list(leaks), "twist": twist, "operator": operator}
    told |= {"evidence": list(evidence), "unseen": _unseen(bill, phone)}
    told |= {"unseen_days": _unseen_days(bill, phone)}
    return Outcome(files, _truth(bill, planted, calendar, {**told, "seed": seed}))


def _plant(kind: str, calendar: Calendar, *, seed: int) -> Leak:
    """Return the leak or the occasion of a kind on the days of a calendar."""
    days = tuple(calendar.days().strftime("%Y-%m-%d"))
    return _PLANTED[kind](days, Dice(seed, f"leak/{kind}"))


def _lived(
    planted: dict[str, Leak], change: Twist, calendar: Calendar, seed: int
) -> tuple[pd.DataFrame, Seconds, tuple[Reach, ...]]:
    """Return flows with their carrier, the instants of change, and the networks there are."""
    off = tuple(day for leak in planted.values() for day in leak.nights_without_wifi)
    reaches = (*networks(nights_without_wifi=tuple(dict.fromkeys(off))), *change.reaches)
    reaches = (*reaches, *(reach for leak in planted.values() for reach in leak.reaches))
    habits: tuple[Habit, ...] = (*everyday(seed), *change.habits)
    habits = (*habits, *(habit for leak in planted.values() for habit in leak.habits))
    until = int(calendar.midnights()[-1])
    flows, changes = connect(
        live(habits, calendar, seed=seed, until=until), radio(reaches), calendar, seed=seed
    )
    forced = [kind for kind, leak in planted.items() if leak.over_cellular]
    flows["carrier"] = flows["carrier"].mask(flows["event"].isin(forced), ESIM.key)
    if "roaming" in planted:
        abroad = (flows["carrier"] == ABROAD.key) & (flows["event"] == "")
        flows["event"] = flows["event"].mask(abroad, "roaming")
    return flows, changes, reaches


def _unseen(bill: Bill, phone: Phone) -> list[str]:
    """Return the apps that are on the bill and in no counter of the phone."""
    billed = set(as_tabled(bill.pieces["app"]).unique())
    return sorted(billed - set(as_tabled(phone.mobile["app"]).unique()))


def _unseen_days(bill: Bill, phone: Phone) -> list[str]:
    """Return the local days that are billed and of which the phone's counters say nothing."""
    wall = phone.calendar.wall
    billed, seen = (
        set(wall(frame["start"].to_numpy()).strftime("%Y-%m-%d"))
        for frame in (bill.pieces, phone.seen)
    )
    return sorted(billed - seen)


def _truth(
    bill: Bill, planted: dict[str, Leak], calendar: Calendar, told: dict[str, object]
) -> dict[str, bytes]:
    local = _at_midnights(bill, calendar)
    table = by_day(local, calendar)
    mine = bill.pieces[bill.pieces["event"].isin(planted)]
    billed = mine.groupby("event")["billed"].sum()
    seen = mine.groupby("event")["bytes"].sum()
    summary: dict[str, object] = {
        "synthetic": True,
        **told,
        "zone": calendar.zone,
        "first": calendar.first,
        "last": calendar.last,
        "billed_bytes": int(bill.records["billed"].sum()),
        "phone_bytes": int(bill.records["phone_bytes"].sum()),
        "overhead_ppm": round(
            10**6
            * int(bill.records["metered"].sum())
            / max(int(bill.records["phone_bytes"].sum()), 1)
        ),
        "planted": [
            {
                "kind": kind,
                "app": leak.app,
                "phone_bytes": int(seen.get(kind, 0)),
                "billed_bytes": int(billed.get(kind, 0)),
            }
            for kind, leak in planted.items()
        ],
        "billed_bytes_by_app": totals(table),
        "events": events(local, calendar),
    }
    return {
        "truth.json": as_json(summary),
        "truth_day.csv": as_csv(table),
        "truth_records.csv": as_csv(by_record(bill)),
        "truth_record_apps.csv": as_csv(by_record_and_app(bill)),
    }


def _at_midnights(bill: Bill, calendar: Calendar) -> Bill:
    """Return the bill with its pieces cut at the life's own midnights."""
    whole = bill.pieces.assign(down=bill.pieces["bytes"], up=bill.pieces["billed"])
    pieces = cut(whole, calendar.midnights())
    return Bill(bill.records, pieces.assign(bytes=pieces["down"], billed=pieces["up"]))


def _check(chosen: tuple[str, ...], known: tuple[str, ...]) -> None:
    unknown = [name for name in chosen if name not in known]
    if unknown:
        raise UsageError(f"the laboratory has no {unknown[0]!r}; known are {', '.join(known)}")
