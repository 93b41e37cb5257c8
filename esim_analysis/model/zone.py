"""Which time zone the days of a case are told in, and how we know."""

import re
from collections.abc import Iterable
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from esim_analysis.model.decisions import Choice, Decision, Origin
from esim_analysis.model.errors import UsageError

_STRENGTH: Final = {Origin.DECLARED: 0, Origin.DEDUCED: 1, Origin.ASSUMED: 2}
# Clocks of machines: they say when, never where somebody lives.
_NO_PLACE: Final = re.compile(r"UTC|Etc/.*")
# Not names but files of one machine, or clocks that count leap seconds.
_NOT_NAMES: Final = re.compile(r"localtime|posixrules|Factory|posix/.*|right/.*")


def case_zone(
    decisions: Iterable[Decision], *, timezone: str | None = None, phone_zone: str = ""
) -> Choice:
    """Choose the zone: the user's word, else the exports' best founded one, else the phone's.

    Zones of files whose times carry offsets say nothing about days and are passed
    over; an export in UTC counts only when nobody names a place. With nothing to go
    by it is UTC, marked assumed.
    """
    if timezone is not None:
        return Choice(check_zone(timezone), Origin.DECLARED, "given with --timezone")
    told = [decision.zone for decision in decisions if decision.zone.value != "offset"]
    places = [zone for zone in told if names_place(zone.value)]
    best = min(places, key=_rank, default=None)
    if best is not None and best.origin is not Origin.ASSUMED:
        return best
    if phone_zone:
        return Choice(phone_zone, Origin.DEDUCED, "the phone's own zone")
    if best is not None:
        return best
    if told:
        return min(told, key=_rank)
    return Choice("UTC", Origin.ASSUMED, "no file names a zone; --timezone sets it")


def names_place(zone: str) -> bool:
    """Tell whether a zone is that of a place, whose days people live by."""
    return not _NO_PLACE.fullmatch(zone)


def check_zone(name: str) -> str:
    """Return `name` when it is an IANA zone.

    Raises
    ------
    UsageError
        It is not.
    """
    try:
        known = not _NOT_NAMES.fullmatch(name) and ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        known = None
    if not known:
        raise UsageError(f"unknown time zone {name!r}; write it like Europe/Madrid")
    return name


def _rank(zone: Choice) -> tuple[int, str, str]:
    return _STRENGTH[zone.origin], zone.value, zone.reason
