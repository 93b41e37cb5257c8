"""What the phone's evidence overrules in how a file was read: clock, unit, base."""

from dataclasses import replace

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import Flags
from esim_analysis.attribution.clocks import check_clock
from esim_analysis.attribution.matching import Match, match
from esim_analysis.attribution.units import propose_unit
from esim_analysis.model import Choice, ClockCheck, Decision, Evidence, Origin, UsageRecords


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
    proposals = {}
    for source, decision in usage.decisions.items():
        rows = (usage.frame["source"] == source).to_numpy(dtype=bool)
        if not rows.any():
            continue
        better = _better_clock(found, rows, decision, (evidence.phone_zone, zone.value))
        if decision.unit.origin is not Origin.DECLARED or decision.base.origin is not (
            Origin.DECLARED
        ):
            raw = usage.frame.loc[rows, "raw_volume"]
            better = propose_unit(found, rows, raw, better) or better
        if better != decision:
            proposals[source] = better
    return proposals


def _better_clock(
    found: Match, rows: Flags, decision: Decision, zones: tuple[str, ...]
) -> Decision:
    if decision.zone.origin is Origin.DECLARED or decision.zone.value == "offset":
        return decision
    check = check_clock(found.bill, found.phone, found.sim, rows)
    if check.verdict != "shifted":
        return decision
    middle = pd.Timestamp(int(np.median(found.bill.start[rows])), unit="us", tz="UTC")
    value = _zone(decision.zone.value, check, middle, zones)
    reason = f"the phone's clock: the bill runs {check.offset_minutes // 60:+d} h against it"
    return replace(decision, zone=Choice(value, Origin.DEDUCED, reason))


def _zone(present: str, check: ClockCheck, middle: pd.Timestamp, zones: tuple[str, ...]) -> str:
    """Return a zone that has the offset found, by preference one that somebody named."""
    wanted = _offset(present, middle) + pd.Timedelta(minutes=check.offset_minutes)
    named = [zone for zone in zones if zone and _offset(zone, middle) == wanted]
    if named:
        return named[0]
    hours = round(wanted / pd.Timedelta(hours=1))
    # In these names the sign is that of going west: Etc/GMT-2 is two hours ahead of UTC.
    return f"Etc/GMT{-hours:+d}" if hours else "UTC"


def _offset(zone: str, moment: pd.Timestamp) -> pd.Timedelta:
    local = moment.tz_convert(zone)
    return local.tz_localize(None) - moment.tz_localize(None)
