"""What the owner of a phone types: balances from a chat, figures of the Settings screen, in Chinese."""

from dataclasses import dataclass
from typing import Literal

_HEAD = "时区: {zone}"
_UNITS = ((10**9, "GB"), (10**6, "MB"), (10**3, "kB"), (1, "B"))
_NEXT = 900  # thousandths of a unit from which Android shows it


@dataclass(frozen=True, slots=True)
class Balance:
    """Bytes left at a local time, `2026-11-02 23:10`."""

    at: str
    remaining: int


@dataclass(frozen=True, slots=True)
class Listing:
    """The figures of the Settings screen at a local time: name to bytes since the last reset."""

    at: str
    used: dict[str, int]


def balances_text(balances: tuple[Balance, ...], *, zone: str) -> str:
    """Write one line a balance, in GB with two decimals as the operator's app shows it."""
    lines = [f"{reading.at} 剩 {_hundredths(reading.remaining, 10**9)} GB" for reading in balances]
    return "\n".join([_HEAD.format(zone=zone), *lines, ""])


def settings_text(
    listings: tuple[Listing, ...], *, zone: str, phone: Literal["iPhone", "Android"] = "iPhone"
) -> str:
    """Write each listing under its heading, one app a line, in figures as that phone shows them."""
    figure = iphone_figure if phone == "iPhone" else android_figure
    lines = [_HEAD.format(zone=zone)]
    for listing in listings:
        lines += ["", f"{phone} {listing.at}"]
        lines += [f"{name} {figure(used)}" for name, used in listing.used.items()]
    return "\n".join([*lines, ""])


def iphone_figure(used: int) -> str:
    """Write bytes as the iPhone does: whole KB, MB with one decimal, GB with two.

    >>> iphone_figure(1_208_400_000), iphone_figure(845_312_000), iphone_figure(612_000)
    ('1.21 GB', '845.3 MB', '612 KB')
    """
    if used >= 10**9:
        return f"{_hundredths(used, 10**9)} GB"
    if used >= 10**6:
        tenths = (used * 10 + 10**6 // 2) // 10**6
        return f"{tenths // 10}.{tenths % 10} MB"
    return f"{(used + 500) // 1000} KB"


def android_figure(used: int) -> str:
    """Write bytes as Android's settings do: two decimals below 100, none above; the next unit from 900.

    >>> android_figure(1_208_400_000), android_figure(845_312_000), android_figure(84_531_200)
    ('1.21 GB', '845 MB', '84.53 MB')
    """
    unit, name = next(
        (unit, name) for unit, name in _UNITS if used > _NEXT * unit // 1000 or unit == 1
    )
    if used >= 100 * unit or unit == 1:
        return f"{(used + unit // 2) // unit} {name}"
    return f"{_hundredths(used, unit)} {name}"


def _hundredths(value: int, unit: int) -> str:
    rounded = (value * 100 + unit // 2) // unit
    return f"{rounded // 100}.{rounded % 100:02d}"
