"""A leak taken out of the bill: how many bytes of each record a finding speaks of."""

from collections.abc import Sequence

import numpy as np

from esim_analysis.billing.ledger import Codes, Ledger, micros_of
from esim_analysis.billing.money import Whole
from esim_analysis.model.findings import Finding


def bytes_of(finding: Finding, ledger: Ledger) -> Whole:
    """Return the bytes a row that end when a finding is put right.

    The bytes of each window go to the records of its line that overlap it, by
    volume and shared time; a record never loses more than it has.

    Parameters
    ----------
    ledger
        By line and time, not pooled.
    """
    removed = np.zeros(len(ledger), dtype=np.int64)
    if finding.line not in ledger.lines:
        return removed
    code = ledger.lines.index(finding.line)
    rows = np.flatnonzero(ledger.line == code)
    begin = np.array([micros_of(window.start_utc) for window in finding.windows])
    end = np.array([micros_of(window.end_utc) for window in finding.windows])
    volume = np.array([window.bytes for window in finding.windows], dtype=np.int64)
    window, row = _pairs(ledger, rows, begin, end)
    length = np.maximum(ledger.end - ledger.start, 1)[row]
    shared = np.minimum(ledger.end[row], end[window]) - np.maximum(ledger.start[row], begin[window])
    weight = ledger.volume[row] * np.clip(shared, 1, length) / length
    total = np.bincount(window, weights=weight, minlength=len(volume))
    share = np.divide(weight, total[window], out=np.zeros_like(weight), where=total[window] > 0)
    np.add.at(removed, row, np.floor(volume[window] * share).astype(np.int64))
    return np.minimum(removed, ledger.volume)


def bytes_of_all(findings: Sequence[Finding], ledger: Ledger) -> Whole:
    """Return the bytes a row of several findings together."""
    removed = np.zeros(len(ledger), dtype=np.int64)
    for finding in findings:
        removed += bytes_of(finding, ledger)
    return np.minimum(removed, ledger.volume)


def _pairs(ledger: Ledger, rows: Codes, begin: Whole, end: Whole) -> tuple[Codes, Codes]:
    """Return every pair of a window and a record that overlap."""
    reach = np.maximum.accumulate(np.maximum(ledger.end, ledger.start + 1)[rows])
    low = np.searchsorted(reach, begin, side="right")
    high = np.maximum(np.searchsorted(ledger.start[rows], end, side="left"), low)
    count = high - low
    window = np.repeat(np.arange(len(begin)), count)
    place = np.arange(len(window)) - np.repeat(np.cumsum(count) - count, count)
    row = rows[low[window] + place]
    overlaps = np.maximum(ledger.end, ledger.start + 1)[row] > begin[window]
    return window[overlaps], row[overlaps]
