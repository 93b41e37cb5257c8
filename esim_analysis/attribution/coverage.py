"""Coverage: the share of the bill for which any evidence exists."""

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import Floats, micros, read_bill
from esim_analysis.attribution.days import cut, day_of, midnights
from esim_analysis.attribution.groups import number_groups, sum_whole
from esim_analysis.attribution.ledger import Pieces, moments
from esim_analysis.attribution.phone import observe
from esim_analysis.model import RESIDUALS, Attribution, Coverage, Evidence, UsageRecords


def coverage(usage: UsageRecords, evidence: Evidence, attribution: Attribution) -> Coverage:
    """Return the share of billed bytes for which any evidence exists.

    What an app got is covered. Residuals are covered where the phone saw anything
    in the same record, for the part of their time that the evidence speaks of: a
    month's record against a week's evidence is not covered for the other weeks.
    """
    bill, phone = read_bill(usage), observe(evidence)
    pieces = _pieces(attribution)
    edges, days = midnights(pieces.start, pieces.end, attribution.zone.value)
    parts, _ = cut(pieces, edges)
    span = (int(phone.start.min()), int(phone.end.max())) if len(phone.start) else None
    covered = np.rint(parts.bytes * _covered_share(parts, attribution, span)).astype(np.int64)
    day = day_of(parts.start, edges)
    line = bill.line[parts.record]
    group, first = number_groups(line, day)
    billed_day = sum_whole(group, parts.bytes, len(first))
    covered_day = sum_whole(group, covered, len(first))
    by_day = pd.DataFrame(
        {
            "line": pd.Series(pd.array(list(bill.lines), dtype="str").take(line[first])),
            "day": pd.Series(pd.array(days, dtype="str").take(day[first])),
            "billed": billed_day,
            "covered": covered_day,
            "share": covered_day / np.maximum(billed_day, 1),
        }
    )
    billed, total = int(bill.billed.sum()), int(covered.sum())
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


def _covered_share(parts: Pieces, attribution: Attribution, span: tuple[int, int] | None) -> Floats:
    """Return the covered share of each part, 0 to 1."""
    if span is None:
        return np.zeros(len(parts.bytes))
    size = int(parts.record.max(initial=-1)) + 1
    by_record = attribution.by_record
    touched = np.zeros(max(size, 1), dtype=bool)
    seen = by_record.loc[by_record["attributed"] > 0, "record"].to_numpy(dtype=np.int64)
    touched[seen[seen < size]] = True
    overlap = np.minimum(parts.end, span[1]) - np.maximum(parts.start, span[0])
    inside = np.clip(overlap, 0, None) / np.maximum(parts.end - parts.start, 1)
    return np.where(parts.app == 0, 1.0, inside * touched[parts.record])
