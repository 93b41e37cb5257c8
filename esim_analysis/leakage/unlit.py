"""What a finding's bytes did while the screen was off, as far as the phone's log of it reaches."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.attribution.banding import bounds_of
from esim_analysis.attribution.bill import Flags, Floats, Ints, micros
from esim_analysis.attribution.dark import Dark
from esim_analysis.attribution.groups import sum_by
from esim_analysis.leakage.facts import UNNAMED, Facts
from esim_analysis.model import Finding

LEAST_KNOWN: Final = 0.05  # of a finding's bytes: a log that saw less is not worth a sentence
_CONTRADICTED: Final = "doubt_awake"  # nobody is awake and online with the screen off
_NEARLY_ALL: Final = 0.99


def beside_the_screen(
    facts: Facts, findings: Sequence[Finding], pieces: Sequence[Flags]
) -> list[Finding]:
    """Add to findings of an app what the screen tells of their bytes.

    New facts, where the log knows the screen for pieces that hold at least `LEAST_KNOWN` of a
    finding's bytes: `screen_known` (bytes in intervals whose screen is known all the time),
    `screen_off`, and its band `screen_off_low, screen_off_high`. Sure is what lies in intervals that
    were dark throughout; possible is what lies in any that were not lit throughout. A doubt that
    supposes somebody looking falls where nearly all was dark.

    Parameters
    ----------
    pieces
        The rows of `facts.pieces` that each finding speaks of.
    """
    screen = facts.evidence.screen
    asked = [n for n, one in enumerate(findings) if one.app and one.app not in UNNAMED]
    if screen.empty or not asked:
        return list(findings)
    row = [np.flatnonzero(pieces[number]) for number in asked]
    group = np.repeat(np.arange(len(asked)), [len(rows) for rows in row])
    told = _sums(facts, np.concatenate(row), group, len(asked))
    made = list(findings)
    for number, place in zip(asked, told.index, strict=True):
        made[number] = _told(findings[number], told.loc[place])
    return made


def _sums(facts: Facts, row: Ints, group: Ints, groups: int) -> pd.DataFrame:
    """Return `all, known, off, low, high` of each group's pieces, in bytes."""
    frame = facts.pieces.iloc[row]
    dark = Dark.of(facts.evidence.screen, micros(frame["from_utc"]), micros(frame["until_utc"]))
    volume = frame["bytes"].to_numpy(dtype=np.float64)

    def total(chosen: Flags, share: Floats | float = 1.0) -> Floats:
        return sum_by(group, np.where(chosen, volume * share, 0.0), groups)

    maybe = dark.known & ~dark.never
    low, _ = bounds_of(facts.table, row[dark.wholly], group[dark.wholly], groups)
    _, high = bounds_of(facts.table, row[maybe], group[maybe], groups)
    return pd.DataFrame(
        {
            "all": total(np.ones(len(row), dtype=bool)),
            "known": total(dark.known),
            "off": total(dark.known, dark.off),
            "low": low,
            "high": high,
        }
    )


def _told(finding: Finding, sums: "pd.Series[float]") -> Finding:
    """Put sums of whole pieces beside a finding that may speak of a part of them only."""
    if not sums["all"] or sums["known"] < LEAST_KNOWN * sums["all"]:
        return finding
    part = min(finding.bytes / sums["all"], 1.0)
    others = max(sums["all"] - finding.bytes, 0.0)  # bytes of the pieces it does not speak of
    known, off = round(sums["known"] * part), round(sums["off"] * part)
    low = min(max(round(sums["low"] - others), 0), off)
    high = max(min(round(sums["high"]), finding.bytes_high), off)
    more: dict[str, str | int | float] = {
        "screen_known": min(known, finding.bytes),
        "screen_off": off,
        "screen_off_low": low,
        "screen_off_high": high,
    }
    doubts = str(finding.facts.get("doubts", "")).split()
    if low >= _NEARLY_ALL * finding.bytes_low and off >= _NEARLY_ALL * finding.bytes:
        more["doubts"] = " ".join(doubt for doubt in doubts if doubt != _CONTRADICTED)
    return replace(finding, facts={**finding.facts, **more})
