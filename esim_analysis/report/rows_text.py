"""Billed rows in words: `row 318, 02:10–02:58, 1.94 GB, €3.88: 93 % of it Lexi …`."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from esim_analysis.attribution import billed_rows
from esim_analysis.i18n import Words
from esim_analysis.model import Analysis, Finding, UsageError

Name = Callable[[str], str]
_SHOWN: Final = 12
_NARROW: Final = 0.2  # of the row: a wider band comes before any point value
_MOSTLY: Final = 0.9
_HARDLY: Final = 0.1
_TIMED: Final = ("session", "partial", "bucket", "snapshot_diff")


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One billed row, ready to be shown; `why` is what follows the colon of its sentence."""

    number: str
    line: str
    when: str
    bytes: str
    charge: str
    status: str
    status_word: str
    why: str


def explain_row(analysis: Analysis, record: int, words: Words, *, name: Name) -> str:
    """Return the sentence of one billed row.

    Parameters
    ----------
    record
        Its number in `usage.frame` (and in `rows.csv`), from 0.

    Raises
    ------
    UsageError
        There is no such row.
    """
    rows = billed_rows(analysis.usage, analysis.attribution, screen=analysis.evidence.screen)
    if not 0 <= record < len(rows):
        raise UsageError(f"there is no billed row {record}: rows are 0 to {len(rows) - 1}")
    row = rows.iloc[record].to_dict()
    told = [words.say("rows.row", number=_number(row)), _when(row, words, clock=True)]
    told += [words.volume(row["billed"]), _charge(row, words)]
    head = words.say("rows.comma").join(part for part in told if part)
    return words.say("rows.sentence", head=head, why=_why(row, words, name))


def largest_rows(  # noqa: PLR0913 - what is told, and how
    rows: pd.DataFrame,
    findings: Sequence[Finding],
    words: Words,
    *,
    name: Name,
    hours: bool,
    count: int = _SHOWN,
) -> list[ShownRow]:
    """Return the largest billed rows, largest first.

    Parameters
    ----------
    rows
        As `billed_rows` returns them: the same in every language.
    hours
        Tell the time of day of every row; else only of rows a finding speaks of.
    """
    largest = rows[rows["billed"] > 0].nlargest(count, "billed", keep="first")
    clock = pd.Series(data=hours, index=largest.index) | _in_findings(largest, findings)
    several = len(rows["line"].unique()) > 1
    return [
        ShownRow(
            number=_number(row),
            line=str(row["line"]) if several else "",
            when=_when(row, words, clock=timed),
            bytes=words.volume(row["billed"]),
            charge=_charge(row, words),
            status=str(row["status"]),
            status_word=words.say(f"rows.status_{row['status']}"),
            why=_why(row, words, name),
        )
        for row, timed in zip(largest.to_dict("records"), clock.tolist(), strict=True)
    ]


def _in_findings(rows: pd.DataFrame, findings: Sequence[Finding]) -> "pd.Series[bool]":
    """Mark rows that a finding's window touches: their time is told with the finding already."""
    told = pd.Series(data=False, index=rows.index)
    for start, end in _windows(findings):
        told |= (rows["start_utc"] < end) & (rows["end_utc"] > start)
    return told


def _windows(findings: Sequence[Finding]) -> Iterable[tuple[pd.Timestamp, pd.Timestamp]]:
    for finding in findings:
        for window in finding.windows:
            yield window.start_utc, window.end_utc


def _number(row: dict[Any, Any]) -> str:
    """Return the row's number in the user's own file, else the one in our tables."""
    own = row["source_row"]
    return str(own) if isinstance(own, str) and own.isdigit() else str(row["record"])


def _when(row: dict[Any, Any], words: Words, *, clock: bool) -> str:
    start, end = row["start_utc"], row["end_utc"]
    local = start.tz_convert(words.zone)
    day = words.day(local.date())
    if not clock or row["time_quality"] not in _TIMED:
        return day
    until = start if pd.isna(end) else end
    last = until.tz_convert(words.zone)
    if last.date() == local.date() or last.normalize() == last:
        return f"{day} {words.clock(start)}–{words.clock(until)}"
    return f"{day} {words.clock(start)} – {words.day(last.date())} {words.clock(until)}"


def _charge(row: dict[Any, Any], words: Words) -> str:
    if pd.isna(row["charge"]) or pd.isna(row["currency"]) or not row["currency"]:
        return ""
    return words.money(row["charge"], str(row["currency"]))


def _why(row: dict[Any, Any], words: Words, name: Name) -> str:
    billed, rest = max(int(row["billed"]), 1), words.volume(row["unattributed"])
    if not row["app"]:
        return words.say(f"rows.why_{'nothing' if not row['billed'] else 'no_evidence'}")
    app, band = name(str(row["app"])), words.band(row["bytes_low"], row["bytes_high"])
    narrow = int(row["bytes_high"]) - int(row["bytes_low"]) <= _NARROW * billed
    share = words.percent(min(int(row["bytes"]) / billed, 1.0))
    key = "narrow" if narrow else "wide"
    told = words.say(f"rows.why_{key}", app=app, ground=_ground(row, words), share=share, band=band)
    if row["status"] == "conflicting":
        over = words.volume(-int(row["conflict"]))
        return words.say("rows.why_conflicting", told=told, over=over)
    if row["status"] == "partly":
        return words.say("rows.why_partly", told=told, rest=rest)
    return told


def _ground(row: dict[Any, Any], words: Words) -> str:
    if pd.isna(row["background"]) or not row["bytes"]:
        return ""
    share = int(row["background"]) / int(row["bytes"])
    if share >= _MOSTLY and int(row["screen_off"]) >= _MOSTLY * int(row["background"]):
        return words.say("rows.ground_dark")
    key = "background" if share >= _MOSTLY else "in_use" if share <= _HARDLY else "both"
    return words.say(f"rows.ground_{key}")
