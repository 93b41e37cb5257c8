"""Which time zone the days of a case are told in, and how we know."""

from collections.abc import Iterable
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from esim_analysis.model.decisions import Choice, Decision, Origin
from esim_analysis.model.errors import UsageError

_STRENGTH: Final = {Origin.DECLARED: 0, Origin.DEDUCED: 1, Origin.ASSUMED: 2}


def case_zone(
    decisions: Iterable[Decision], *, timezone: str | None = None, phone_zone: str = ""
) -> Choice:
    """Choose the zone: the user's word, else the exports' best founded one, else the phone's.

    Zones of files whose times carry offsets say nothing about days and are passed
    over. With nothing to go by it is UTC, marked assumed.
    """
    if timezone is not None:
        return Choice(check_zone(timezone), Origin.DECLARED, "given with --timezone")
    told = [decision.zone for decision in decisions if decision.zone.value != "offset"]
    best = min(told, key=lambda zone: (_STRENGTH[zone.origin], zone.value), default=None)
    if best is not None and best.origin is not Origin.ASSUMED:
        return best
    if phone_zone:
        return Choice(phone_zone, Origin.DEDUCED, "the phone's own zone")
    if best is not None:
        return best
    return Choice("UTC", Origin.ASSUMED, "no file names a zone; --timezone sets it")


def check_zone(name: str) -> str:
    """Return `name` when it is an IANA zone.

    Raises
    ------
    UsageError
        It is not.
    """
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as problem:
        raise UsageError(f"unknown time zone {name!r}; write it like Europe/Madrid") from problem
    return name
