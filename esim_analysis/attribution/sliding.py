"""Bill over phone: what a person moves to see that a clock and an overhead are right.

Two curves of the same stretch on one grid, and beside them the scores attribution
itself decided by: of clock offsets, and of metering overheads.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import Ints
from esim_analysis.attribution.clocks import HOUR, check_clock
from esim_analysis.attribution.curve import Curve
from esim_analysis.attribution.ledger import moments
from esim_analysis.attribution.matching import Match, join, match, sure_parts
from esim_analysis.attribution.overhead import scan
from esim_analysis.attribution.sims import NO_SIM
from esim_analysis.model import ClockCheck, Evidence, UsageRecords

STEP: Final = HOUR // 2
_DAY: Final = 24 * HOUR
_REACH: Final = 16 * HOUR  # what is moved must not run dry at the edge
_AROUND: Final = (_DAY, 2 * _DAY)  # before and after the day of the largest row


@dataclass(frozen=True, slots=True)
class Sliding:
    """Two curves and two scans.

    Attributes
    ----------
    line
        The line both curves are of.
    curves
        `start_utc, phone, billed`: bytes in each half hour, without gaps. It reaches 16
        hours beyond both ends of the stretch, so that either curve can be moved.
    start_utc, end_utc
        The stretch: three days around the largest billed row.
    clock
        The scan of offsets; its `scores` are the share of the bill that does not fit.
    overheads
        `overhead, score`: how believable each is beside the best one, 0 to 1. No rows
        where too little evidence fits a billed row completely.
    """

    line: str
    curves: pd.DataFrame
    start_utc: pd.Timestamp
    end_utc: pd.Timestamp
    clock: ClockCheck
    overheads: pd.DataFrame


def sliding(usage: UsageRecords, evidence: Evidence) -> Sliding | None:
    """Return what can be moved; None where no billed row has a clock and a phone beside it."""
    found = match(usage, evidence)
    bill = found.bill
    use = np.flatnonzero(bill.divides & bill.clocked & (found.sim != NO_SIM))
    if not len(use):
        return None
    largest = use[np.argmax(bill.measured[use])]
    line = int(bill.line[largest])
    start = int(bill.start[largest]) // _DAY * _DAY - _AROUND[0]
    end = start + sum(_AROUND)
    edges = np.arange(start - _REACH, end + _REACH + STEP, STEP, dtype=np.int64)
    clock = check_clock(bill, found.phone, found.sim, np.ones(len(bill.billed), dtype=bool))
    candidates, belief = scan(sure_parts(join(found).task))
    return Sliding(
        line=bill.lines[line],
        curves=pd.DataFrame(
            {
                "start_utc": moments(edges[:-1]),
                "phone": _phone(found, int(found.sim[largest]), edges),
                "billed": _billed(found, use[bill.line[use] == line], edges),
            }
        ),
        start_utc=pd.Timestamp(start, unit="us", tz="UTC"),
        end_utc=pd.Timestamp(end, unit="us", tz="UTC"),
        clock=clock,
        overheads=pd.DataFrame(
            {"overhead": candidates.round(3), "score": belief / max(belief.max(initial=0), 1e-300)}
        ),
    )


def _phone(found: Match, sim: int, edges: Ints) -> Ints:
    phone = found.phone
    mine = phone.sim == sim
    return _by_step(phone.start[mine], phone.end[mine], phone.volume[mine], edges)


def _billed(found: Match, rows: Ints, edges: Ints) -> Ints:
    bill = found.bill
    volume = bill.measured[rows].astype(np.float64)
    return _by_step(bill.start[rows], bill.start[rows] + bill.length[rows], volume, edges)


def _by_step(start: Ints, end: Ints, volume: np.ndarray, edges: Ints) -> Ints:
    """Return whole bytes between neighbouring edges; a picture's worth, not a sum to rely on."""
    nobody = np.zeros(len(start), np.int64)
    curve = Curve.of(nobody, start, end, volume)
    found = curve.between(np.zeros(len(edges) - 1, np.int64), edges[:-1], edges[1:])
    whole: Ints = np.rint(found).astype(np.int64)
    return whole
