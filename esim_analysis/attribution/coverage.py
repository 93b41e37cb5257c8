"""Coverage: the share of the bill for which any evidence exists."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import Floats, Ints, micros
from esim_analysis.attribution.days import cut, day_of, midnights
from esim_analysis.attribution.groups import number_groups, sum_whole
from esim_analysis.attribution.ledger import moments
from esim_analysis.attribution.phone import Phone, observe
from esim_analysis.attribution.pieces import Pieces
from esim_analysis.model import RESIDUALS, Attribution, Coverage, Evidence, UsageRecords

_NEVER: Final = 2**62  # µs


def coverage(usage: UsageRecords, evidence: Evidence, attribution: Attribution) -> Coverage:
    """Return the share of billed bytes for which any evidence exists.

    What an app got is covered. Residuals are covered where the phone saw anything
    in the same record, for the part of their time that their line's evidence speaks of: a
    month's record against a week's evidence is not covered for the other weeks.
    """
    phone = observe(evidence)
    of_record, names = pd.factorize(usage.frame["line"].fillna(""), sort=True)
    lines = [str(name) for name in names]
    pieces = _pieces(attribution)
    edges, days = midnights(pieces.start, pieces.end, attribution.zone.value)
    parts, _ = cut(pieces, edges)
    span = (int(phone.start.min()), int(phone.end.max())) if len(phone.start) else None
    share = _covered_share(parts, attribution, of_record, _spoken(lines, phone))
    covered = np.rint(parts.bytes * share).astype(np.int64)
    day = day_of(parts.start, edges)
    line = of_record[parts.record]
    group, first = number_groups(line, day)
    billed_day = sum_whole(group, parts.bytes, len(first))
    covered_day = sum_whole(group, covered, len(first))
    by_day = pd.DataFrame(
        {
            "line": pd.Series(pd.array(lines, dtype="str").take(line[first])),
            "day": pd.Series(pd.array(days, dtype="str").take(day[first])),
            "billed": billed_day,
            "covered": covered_day,
            "share": covered_day / np.maximum(billed_day, 1),
        }
    )
    billed, total = int(usage.billed.sum()), int(covered.sum())
    ends = moments(np.array(span or (0, 0), dtype=np.int64))
    return Coverage(
        share=total / billed if billed else 0.0,
        billed=billed,
        covered=total,
        by_day=by_day,
        evidence_from=ends[0] if span else None,
        evidence_until=ends[1] if span else None,
    )


def _pieces(attribution: Attribution) -> Pieces:
    frame = attribution.pieces
    nothing = np.zeros(len(frame), np.int64)
    return Pieces(
        record=frame["record"].to_numpy(dtype=np.int64),
        cell=nothing,
        app=frame["app"].isin(RESIDUALS).to_numpy().astype(np.int64),  # 1: a residual
        ground=nothing,
        start=micros(frame["start_utc"]),
        end=micros(frame["end_utc"]),
        bytes=frame["bytes"].to_numpy(dtype=np.int64),
        status=nothing,
    )


def _spoken(lines: Sequence[str], phone: Phone) -> tuple[Ints, Ints]:
    """Return when the evidence of each line begins and ends; what names no line is everybody's."""
    code = {name: number for number, name in enumerate(lines)}
    nobody, foreign = len(lines), len(lines) + 1
    owner = np.array(
        [code.get(line, foreign) if line else nobody for line, _ in phone.sims], np.int64
    )
    first = np.full(len(lines) + 2, _NEVER)
    last = np.full(len(lines) + 2, -_NEVER)
    np.minimum.at(first, owner[phone.sim], phone.start)
    np.maximum.at(last, owner[phone.sim], phone.end)
    return np.minimum(first, first[nobody]), np.maximum(last, last[nobody])


def _covered_share(
    parts: Pieces, attribution: Attribution, line: Ints, spoken: tuple[Ints, Ints]
) -> Floats:
    """Return the covered share of each part, 0 to 1; `line` is that of each record."""
    size = int(parts.record.max(initial=-1)) + 1
    by_record = attribution.by_record
    touched = np.zeros(max(size, 1), dtype=bool)
    seen = by_record.loc[by_record["attributed"] > 0, "record"].to_numpy(dtype=np.int64)
    touched[seen[seen < size]] = True
    first, last = (edge[line[parts.record]] for edge in spoken)
    # A line without evidence begins after it ends: nothing of it is inside.
    begin = np.minimum(np.maximum(parts.start, first), parts.end)
    inside = np.maximum(np.minimum(parts.end, last) - begin, 0) / np.maximum(
        parts.end - parts.start, 1
    )
    return np.where(parts.app == 0, 1.0, inside * touched[parts.record])
