"""Which billed rows are contested: the evidence leaves them open, or the user names them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.attribution import bands
from esim_analysis.model import RESIDUALS, UNATTRIBUTED, Analysis, Finding, UsageError

NOT_EXAMINED: Final = "not_examined"
_OPEN_SIZES: Final = ("open", "open_low", "open_high")
_SIZES: Final = ("explained", "explained_low", "explained_high", *_OPEN_SIZES)
OPEN: Final = ("no_evidence", "partly")  # "conflicting" bills less than the phone counted: no claim


@dataclass(frozen=True, slots=True)
class Contest:
    """What makes a row a contested one.

    Attributes
    ----------
    least_share, least_bytes
        A row is contested when the evidence leaves at least this share of it and at
        least these bytes open, even at the near end of the band.
    findings
        Numbers of findings, as on screen, whose rows are disputed too.
    rows
        Rows disputed by their number, `"318"`, or by file and number, `"usage.csv:318"`.
    """

    least_share: float = 0.10
    least_bytes: int = 1_000_000
    findings: tuple[int, ...] = ()
    rows: tuple[str, ...] = ()


def row_table(analysis: Analysis, contest: Contest) -> pd.DataFrame:
    """Return every billed row with what the evidence shows of it.

    Returns
    -------
    pandas.DataFrame
        Index: row of `usage.frame`. `status` (as in `residuals.csv`, or `not_examined`
        outside the time and lines the evidence speaks of); `explained, explained_low,
        explained_high, open, open_low, open_high` in bytes; `why`, the reasons a row is
        contested, joined by `+`, `""` where it is not.

    Raises
    ------
    UsageError
        There is no such finding or row.
    """
    parts = analysis.attribution.by_record.set_index("record").reindex(analysis.usage.frame.index)
    rows = pd.DataFrame({"billed": parts["billed"], "status": parts["status"]})
    rows = rows.join(_band(analysis, of_apps=True, name="explained"))
    rows = rows.join(_band(analysis, of_apps=False, name="open"))
    sizes = {name: rows[name].fillna(0).astype("int64") for name in _SIZES}
    rows = _without_conflicts(rows.assign(**sizes))
    rows = rows.assign(status=rows["status"].where(_examined(analysis), NOT_EXAMINED))
    why = _joined(rows.index, [
        *((rows["status"] == status) & _left_open(rows, contest) for status in OPEN),
        *(_of_finding(analysis, number, rows.index) for number in contest.findings),
        _named(analysis, contest.rows),
    ], [*OPEN, *(f"finding_{number}" for number in contest.findings), "named"])  # fmt: skip
    return rows.assign(why=why)


def _joined(index: pd.Index, marks: Sequence[pd.Series], words: Sequence[str]) -> pd.Series:
    """Return the words whose marks are set, joined by `+`."""
    told = pd.Series("", index=index, dtype="str")
    for mark, word in zip(marks, words, strict=True):
        told = told.where(~mark, told.where(told == "", told + "+") + word)
    return told


def apps_of_rows(analysis: Analysis, rows: pd.Index) -> pd.DataFrame:
    """Return `record, app, bytes` of the apps seen in some rows, the largest first."""
    pieces = analysis.attribution.pieces
    mine = pieces[pieces["record"].isin(rows) & ~pieces["app"].isin(RESIDUALS)]
    sums = mine.groupby(["record", "app"], sort=True, as_index=False)["bytes"].sum()
    sums = sums[sums["bytes"] > 0].astype({"app": "str"})
    ranked: pd.DataFrame = sums.sort_values(
        ["record", "bytes"], ascending=[True, False], kind="stable"
    )
    return ranked


def _band(analysis: Analysis, *, of_apps: bool, name: str) -> pd.DataFrame:
    pieces = analysis.attribution.pieces
    kept = ~pieces["app"].isin(RESIDUALS) if of_apps else pieces["app"] == UNATTRIBUTED
    found: pd.DataFrame = bands(analysis.attribution, pieces[kept], by=["record"])
    named = found.set_index("record")
    named.columns = pd.Index([name, f"{name}_low", f"{name}_high"])
    return named


def _without_conflicts(rows: pd.DataFrame) -> pd.DataFrame:
    """Leave nothing open of a row the phone counted more for than was billed."""
    clash = rows["status"] == "conflicting"
    return rows.assign(**{name: rows[name].mask(clash, 0) for name in _OPEN_SIZES})


def _examined(analysis: Analysis) -> pd.Series:
    """Mark rows in the time, and on a line, that the evidence speaks of."""
    frame, coverage = analysis.usage.frame, analysis.coverage
    if coverage.evidence_from is None or coverage.evidence_until is None:
        return pd.Series(data=False, index=frame.index)
    by_record = analysis.attribution.by_record.set_index("record")
    seen = by_record.groupby("line")["attributed"].transform("sum").reindex(frame.index) > 0
    inside = (frame["end_utc"] > coverage.evidence_from) & (
        frame["start_utc"] < coverage.evidence_until
    )
    return (seen & inside).astype(bool)


def _left_open(rows: pd.DataFrame, contest: Contest) -> pd.Series:
    share = contest.least_share * rows["billed"].astype("float64")
    enough = (rows["open_low"] >= contest.least_bytes) & (rows["open_low"] >= share)
    return enough & rows["status"].isin(OPEN)


def _of_finding(analysis: Analysis, number: int, index: pd.Index) -> pd.Series:
    mine = _rows_of(analysis, _finding(analysis, number))
    return pd.Series(index.isin(mine), index=index)


def _finding(analysis: Analysis, number: int) -> Finding:
    if not 1 <= number <= len(analysis.findings):
        there = f"1 to {len(analysis.findings)}" if analysis.findings else "none"
        raise UsageError(f"--finding {number}: findings of this case are {there}")
    return analysis.findings[number - 1]


def _rows_of(analysis: Analysis, finding: Finding) -> np.ndarray:
    """Return the records that hold bytes of a finding's app inside its windows."""
    pieces = analysis.attribution.pieces
    mine = pieces[(pieces["line"] == finding.line) & (pieces["bytes"] > 0)]
    if finding.app:
        mine = mine[mine["app"] == finding.app]
    starts = pd.Series([window.start_utc for window in finding.windows]).to_numpy()
    ends = pd.Series([window.end_utc for window in finding.windows]).to_numpy()
    first, last = mine["start_utc"].to_numpy()[:, None], mine["end_utc"].to_numpy()[:, None]
    inside = ((first < ends) & (last > starts)).any(axis=1)
    return mine["record"].to_numpy()[inside]


def _named(analysis: Analysis, rows: Sequence[str]) -> pd.Series:
    frame = analysis.usage.frame
    place = frame["source_row"].astype("str")
    full = frame["source"].astype("str") + ":" + place
    known = {*place, *full}
    unknown = [row for row in rows if row not in known]
    if unknown:
        raise UsageError(f"--row {unknown[0]}: no billed row has this number; see usage.csv")
    return place.isin(rows) | full.isin(rows)
