"""What the phone's evidence overrules in how a file was read: clock, unit, base."""

from collections.abc import Hashable
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import Flags
from esim_analysis.attribution.clocks import changing_zone, check_clock
from esim_analysis.attribution.matching import Match, match
from esim_analysis.attribution.units import propose_unit
from esim_analysis.i18n.sentences import sentence
from esim_analysis.model import Choice, ClockCheck, Decision, Evidence, Origin, UsageRecords

_WESTMOST, _EASTMOST = -12, 14  # hours from UTC; no clock on earth stands further
# Places whose clocks stand half an hour or a quarter beside everybody else's.
_BETWEEN_HOURS: Final = (
    *("Asia/Kolkata", "Asia/Kathmandu", "Asia/Kabul", "Asia/Tehran", "Asia/Yangon"),
    *("Australia/Darwin", "Australia/Eucla", "Australia/Adelaide", "Australia/Lord_Howe"),
    *("Pacific/Marquesas", "Pacific/Chatham", "America/St_Johns"),
)


def propose(usage: UsageRecords, evidence: Evidence, *, zone: Choice) -> dict[str, Decision]:
    """Return new decisions for files whose undeclared reading the phone contradicts.

    Declared units, bases and zones always stand. The caller applies a proposal
    with `model.redecide` and attributes once more.

    Parameters
    ----------
    zone
        Zone of the case; taken for a file when it has the offset that was found.

    Returns
    -------
    dict
        By source id; sources without a proposal are left out.
    """
    if not usage.decisions or usage.frame.empty or evidence.frame.empty:
        return {}
    found = match(usage, evidence)
    proposals: dict[str, Decision] = {}
    for sources in _alike(usage):
        rows = usage.frame["source"].isin(sources).to_numpy(dtype=bool)
        decision = usage.decisions[sources[0]]
        better = _better_clock(found, rows, decision, (evidence.phone_zone, zone.value))
        if decision.unit.origin is not Origin.DECLARED or decision.base.origin is not (
            Origin.DECLARED
        ):
            raw = usage.frame.loc[rows, "raw_volume"]
            better = propose_unit(found, rows, raw, better) or better
        if better != decision:
            told = {"unit": better.unit, "base": better.base, "zone": better.zone}
            proposals |= {one: replace(usage.decisions[one], **told) for one in sources}
    return proposals


def _alike(usage: UsageRecords) -> list[list[str]]:
    """Return sources in groups that one answer is for: read alike, of the same lines.

    A bill that comes in parts is one bill: what a part is too short to tell, all tell together.
    """
    importers = {source.id: source.importer for source in usage.sources}
    lines = usage.frame.groupby("source", sort=False)["line"].unique()
    groups: dict[Hashable, list[str]] = {}
    for source, decision in usage.decisions.items():
        if source not in lines.index:
            continue
        choices = (decision.unit, decision.base, decision.zone)
        read = tuple((choice.value, choice.origin) for choice in choices)
        key = (importers.get(source), read, frozenset(lines[source]))
        groups.setdefault(key, []).append(source)
    return list(groups.values())


def _better_clock(
    found: Match, rows: Flags, decision: Decision, zones: tuple[str, ...]
) -> Decision:
    if decision.zone.origin is Origin.DECLARED or decision.zone.value == "offset":
        return decision
    whose = found.bill, found.phone, found.sim, rows
    changing = changing_zone(*whose, present=decision.zone.value, zones=zones)
    if changing == decision.zone.value:
        return decision
    if changing is not None:
        reason = sentence("importing.clock_changes_as_there")
        return replace(decision, zone=Choice(changing, Origin.DEDUCED, reason))
    check = check_clock(*whose)
    if check.verdict != "shifted":
        return decision
    middle = pd.Timestamp(int(np.median(found.bill.start[rows])), unit="us", tz="UTC")
    value = _zone(decision.zone.value, check, middle, zones)
    if value is None:
        return decision
    reason = sentence("importing.clock_runs_against", hours=_hours(check.offset_minutes))
    return replace(decision, zone=Choice(value, Origin.DEDUCED, reason))


def _hours(minutes: int) -> str:
    """Return an offset as it is written: `+2`, `-3:30`."""
    whole, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{whole}:{rest:02d}" if rest else f"{sign}{whole}"


def _zone(
    present: str, check: ClockCheck, middle: pd.Timestamp, zones: tuple[str, ...]
) -> str | None:
    """Return a zone that has the offset found, by preference one that somebody named.

    None where no place on earth has it.
    """
    wanted = _offset(present, middle) + pd.Timedelta(minutes=check.offset_minutes)
    named = [zone for zone in zones if zone and _offset(zone, middle) == wanted]
    if named:
        return named[0]
    hours, rest = divmod(wanted, pd.Timedelta(hours=1))
    if rest:
        return next((zone for zone in _BETWEEN_HOURS if _offset(zone, middle) == wanted), None)
    if not _WESTMOST <= hours <= _EASTMOST:
        return None
    # In these names the sign is that of going west: Etc/GMT-2 is two hours ahead of UTC.
    return f"Etc/GMT{-hours:+d}" if hours else "UTC"


def _offset(zone: str, moment: pd.Timestamp) -> pd.Timedelta:
    local = moment.tz_convert(zone)
    return local.tz_localize(None) - moment.tz_localize(None)
