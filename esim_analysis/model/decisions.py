"""Unit, base, locale and zone of a file: decided once, shown, and open to overruling."""

from dataclasses import dataclass
from enum import StrEnum


class Origin(StrEnum):
    """Where a decision comes from, strongest first."""

    DECLARED = "declared"  # the file, its format or the user says so
    DEDUCED = "deduced"  # only one reading fits all rows
    ESTIMATED = "estimated"  # clearly the likeliest by the evidence
    ASSUMED = "assumed"  # a stated fall-back; evidence may overrule it


@dataclass(frozen=True, slots=True)
class Choice:
    """One decided value, where it comes from, and why in a few words."""

    value: str
    origin: Origin
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """How one file was read.

    Attributes
    ----------
    unit
        `"B"`, `"KB"`, `"MB"`, `"GB"`, or `"cell"` where each cell names its own.
    base
        `"1000"` or `"1024"`: bytes in a KB, KB in a MB, MB in a GB.
    locale
        Number and date style as it is written: `"1234.5 Y-M-D"`, `"1.234,5 D/M/Y"`.
    zone
        IANA name of the zone of the file's local times, or `"offset"` where every
        time carries its own.
    """

    unit: Choice
    base: Choice
    locale: Choice
    zone: Choice
