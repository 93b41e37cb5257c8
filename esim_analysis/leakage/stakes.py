"""How much a finding matters, and how strong coverage lets it be."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import Flags, Ints
from esim_analysis.attribution.days import day_of, midnights
from esim_analysis.attribution.groups import spread, sum_by
from esim_analysis.leakage.facts import Facts
from esim_analysis.model import Finding, Severity, UsageRecords
from esim_analysis.model.frames import money_floats

# (severity, least bytes, least share of the line's bill); the first that holds is taken.
STAKES: Final = (
    (Severity.HIGH, 1_000_000_000, 0.05),  # a gigabyte is a small travel plan
    (Severity.HIGH, 100_000_000, 0.20),  # a fifth of the bill is felt on the balance
    (Severity.MEDIUM, 500_000_000, 0.0),
    (Severity.MEDIUM, 50_000_000, 0.05),
    (Severity.LOW, 20_000_000, 0.0),
    (Severity.LOW, 5_000_000, 0.02),
)
_NS_A_US: Final = 1000
RANK: Final = {severity: rank for rank, severity in enumerate(Severity)}
BILL_ALONE: Final = 0.3  # the bill is a witness of volume and time, never of a cause
FREE_SHARE: Final = 0.01  # of the bill; a free first hour is no allowance
CEILINGS: Final = (  # least coverage of a finding's days, strongest severity it may have
    (0.5, Severity.HIGH),  # the phone speaks of most of what was billed
    (0.2, Severity.MEDIUM),
    (0.0, Severity.LOW),
)


def severities(volume: pd.Series, share: pd.Series) -> pd.Series:
    """Grade by bytes at stake and by their share of the line's bill."""
    holds = [(volume >= least) & (share >= part) for _, least, part in STAKES]
    names = [str(severity) for severity, _, _ in STAKES]
    grades = np.select(holds, names, default=str(Severity.INFO))
    return pd.Series(grades, index=volume.index, dtype="object")


def priced_by_byte(usage: UsageRecords) -> bool:
    """Tell whether bytes have a price of their own.

    Inside an allowance they have none and use it up: what is charged is what comes last, whatever
    took the most. Rows that are free for everybody (zero-rated) use nothing up, and what costs
    less than the smallest charge is rounded to nothing.
    """
    frame = usage.frame
    billed = usage.billed.to_numpy(dtype=np.float64, na_value=0.0)
    billed = np.where(frame["zero_rated"].fillna(value=False).astype("bool"), 0.0, billed)
    charge = money_floats(frame["charge"]).to_numpy()
    priced, paid = billed > 0, charge > 0
    if not (priced & paid).any():
        return False
    usual = np.nansum(charge[priced]) / billed[priced].sum()
    free = (charge == 0) & (billed * usual >= charge[paid].min())
    return float(billed[free].sum()) < FREE_SHARE * float(billed.sum())


def at_most(
    grades: pd.Series, ceiling: Severity, where: "pd.Series[bool] | Flags | None" = None
) -> pd.Series:
    """Lower grades above `ceiling`, everywhere or where told."""
    above = grades.map(lambda grade: RANK[Severity(grade)]) > RANK[ceiling]
    if where is not None:
        above &= where
    return grades.mask(above, str(ceiling))


def cap_by_coverage(findings: Sequence[Finding], facts: Facts) -> list[Finding]:
    """Return findings no stronger than the coverage of the days their windows touch.

    What the bill itself states, such as the country of a record (`bill_alone`), needs no
    other witness: all of it is covered.
    """
    if not findings:
        return []
    seen = _coverage(findings, facts)
    shares = [
        1.0 if finding.facts.get("bill_alone") else share
        for finding, share in zip(findings, seen, strict=True)
    ]
    return [_capped(finding, share) for finding, share in zip(findings, shares, strict=True)]


def _capped(finding: Finding, share: float) -> Finding:
    ceiling = next(severity for least, severity in CEILINGS if share >= least)
    severity = min(finding.severity, ceiling, key=RANK.__getitem__)
    confidence = min(finding.confidence, BILL_ALONE + (1.0 - BILL_ALONE) * share)
    shown = {**finding.facts, "coverage": round(share, 4)}
    return replace(finding, severity=severity, confidence=round(confidence, 3), facts=shown)


def _coverage(findings: Sequence[Finding], facts: Facts) -> list[float]:
    """Share of billed bytes with evidence over each finding's line and days."""
    many = np.array([len(finding.windows) for finding in findings])
    windows = [window for finding in findings for window in finding.windows]
    start = np.array([window.start_utc.value for window in windows]) // _NS_A_US
    last = np.maximum(np.array([window.end_utc.value for window in windows]) // _NS_A_US - 1, start)
    edges, names = midnights(start, last, facts.zone)
    first = day_of(start, edges)
    owner, step = spread(day_of(last, edges) - first + 1)
    # Each day of a finding once, however many of its windows touch it.
    of_finding = np.repeat(np.arange(len(findings)), many)[owner]
    touched = np.unique(of_finding * len(names) + first[owner] + step)
    of_finding, day = np.divmod(touched, len(names))
    by_day = facts.coverage.by_day
    lines, said = pd.factorize(by_day["line"])
    place = _table(
        lines, pd.Index(names).get_indexer(pd.Index(by_day["day"])), len(said), len(names)
    )
    line = said.get_indexer(pd.Index([finding.line for finding in findings], dtype="str"))
    row = np.where(line[of_finding] >= 0, place[line[of_finding], day], -1)
    known = row >= 0
    billed, covered = (
        sum_by(of_finding[known], by_day[name].to_numpy()[row[known]], len(findings))
        for name in ("billed", "covered")
    )
    share = np.divide(covered, billed, out=np.zeros(len(findings)), where=billed > 0)
    return [float(one) for one in np.clip(share, 0.0, 1.0)]


def _table(line: Ints, day: Ints, lines: int, days: int) -> Ints:
    """Return the row of each line and day, -1 where there is none."""
    place = np.full((max(lines, 1), days), -1)
    known = np.flatnonzero((line >= 0) & (day >= 0))
    place[line[known], day[known]] = known
    return place
