"""The clock check: whether the bill's clock is the phone's clock.

Under a wrong offset the phone has moved bytes at times at which nothing was billed that could
hold them. The offset (bill minus phone) that leaves the fewest of them wins, and between equal
ones the one under which the phone's running total, read at the edges of the sessions, comes
nearest to their bytes; but only when the second best is clearly worse. Bytes the phone did not
see cannot mislead this: they only leave room.

Whole hours are tried first, then quarters of an hour around the best. There only bytes without
a session that could hold them speak, since a neighbouring quarter always nearly fits: the hour
stands where no quarter fits better, a quarter where it leaves clearly fewer than the hour
and fewer than every other; in between it cannot be told. A zone that changes its clock inside the
export is compared with the offsets in the same way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import Bill, Flags, Floats, Ints, micros
from esim_analysis.attribution.curve import Curve
from esim_analysis.attribution.edges import Axis, Spans
from esim_analysis.attribution.ledger import moments
from esim_analysis.attribution.overhead import ASSUMED
from esim_analysis.attribution.phone import Phone
from esim_analysis.attribution.sims import NO_SIM
from esim_analysis.model import ClockCheck
from esim_analysis.model.clock import localise

HOUR: Final = 3_600_000_000  # µs
MINUTE: Final = 60_000_000  # µs
_HOURS: Final = range(-12, 15)
_AWAY: Final = (*range(-14, 0), *range(1, 15))  # hours
_QUARTERS: Final = (-45, -30, -15, 15, 30, 45)  # minutes
_BESIDE: Final = (-75, -60, *_QUARTERS, 60, 75)  # what a quarter must be better than
_FARTHEST: Final = 15 * HOUR
_MARGIN: Final = 0.10
_CLEARLY: Final = 0.004  # of the bytes: what a quarter or a rarer zone must explain beyond others
_ALIKE: Final = 5e-4  # of the bytes: clocks of two devices differ by seconds
_LEAST_SPAN: Final = int(6.5 * 24) * HOUR  # seven days; the first and the last are rarely whole
_LEAST_SESSIONS: Final = 8
_LEAST_BYTES: Final = 100_000
_MOST_SESSIONS: Final = 20_000
_MOST_SLOTS: Final = 100_000
_LONG: Final = 20 * HOUR  # sessions of a day fit many offsets alike
_FEWEST_RATIOS: Final = 4
_LEAST, _MOST = ASSUMED.low, ASSUMED.high / ASSUMED.point  # of phone bytes, of room for them
_TIE: Final = 0.05  # weight of the misfit, which decides where all bytes fit
# A bill of another SIM fits nowhere, and somewhere by chance a little less badly than elsewhere.
_MEETS: Final = 0.25  # score below which bill and phone meet
_SETTLES: Final = 0.5  # of the present score: what an offset may leave if it leaves more than that
_NEVER_BETTER: Final = 0.04  # score no bill is below; keeps the ends of a flat series from deciding
# One zone a rule by which clocks change, for exports that do not name theirs.
_CHANGING: Final = (
    *("Europe/Madrid", "Europe/London", "Europe/Athens"),
    *("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"),
    *("America/St_Johns", "America/Santiago", "Australia/Sydney", "Australia/Adelaide"),
    *("Pacific/Auckland", "Asia/Jerusalem", "Africa/Cairo"),
)


def check_clock(bill: Bill, phone: Phone, sim: Ints, rows: Flags) -> ClockCheck:
    """Scan offsets between bill and phone, by whole hours and then by quarters.

    Parameters
    ----------
    sim
        SIM of each billed row, `NO_SIM` for none.
    rows
        Billed rows to look at.

    Returns
    -------
    ClockCheck
        `"cannot_tell"` with fewer than seven days, with daily records, or when the
        second best offset, whole hours away, is less than 10 % worse, or quarters of
        an hour fit a little better than the hour or one as well as another; or when bill
        and phone meet at no offset.
    """
    clock = _clock(bill, phone, sim, rows)
    return ClockCheck("cannot_tell") if clock is None else clock.verdict()


def changing_zone(  # noqa: PLR0913 - the four that say what is looked at, and two zones
    bill: Bill, phone: Phone, sim: Ints, rows: Flags, *, present: str, zones: Sequence[str]
) -> str | None:
    """Return the zone that explains the bill clearly better than any one offset, if there is one.

    Parameters
    ----------
    present
        Zone the local times were read in.
    zones
        Zones to try besides those of the larger regions; the first are preferred.
    """
    clock = _clock(bill, phone, sim, rows)
    if clock is None or not clock.tells:
        return None
    shifts = {zone: clock.shifts(present, zone) for zone in (*zones, *_CHANGING) if zone}
    scores = {zone: clock.score(shift) for zone, shift in shifts.items() if np.ptp(shift)}
    if not scores:
        return None
    least = min(scores.values())
    # Athens and Jerusalem differ for two hours of one night: such a tie is the preferred zone's.
    best = next(zone for zone, score in scores.items() if score - least <= _CLEARLY)
    _, offsets = clock.scan()
    better = min(offsets.values()) - scores[best]
    clear = better > _MARGIN * max(scores[best], _NEVER_BETTER)
    return best if clear and _meet(scores[best], offsets[0]) else None


def _meet(score: float, present: float) -> bool:
    """Say whether bill and phone meet at an offset, or by far better than where they are."""
    return score <= max(_MEETS, _SETTLES * present)


def _clock(bill: Bill, phone: Phone, sim: Ints, rows: Flags) -> "_Clock | None":
    use = np.flatnonzero(rows & bill.divides & bill.clocked & (sim != NO_SIM))
    if len(use) > _MOST_SESSIONS:
        use = use[: np.searchsorted(use, use[_MOST_SESSIONS])]
    slots = np.flatnonzero(np.isin(phone.sim, np.unique(sim[use])) & phone.sure)
    if len(use) < _LEAST_SESSIONS or len(slots) == 0:
        return None
    slots = slots[:_MOST_SLOTS]
    spans = Spans(phone.sim[slots], phone.start[slots], phone.end[slots])
    return _Clock(
        curve=Curve.of(spans.track, spans.start, spans.end, phone.volume[slots]),
        slots=spans,
        seen=phone.volume[slots],
        sessions=Spans(sim[use], bill.start[use], bill.end[use]),
        billed=bill.measured[use].astype(np.float64),
    )


@dataclass(frozen=True, slots=True)
class _Clock:
    """Billed sessions against what the phone saw."""

    curve: Curve
    slots: Spans
    seen: Floats
    sessions: Spans
    billed: Floats

    @property
    def tells(self) -> bool:
        """Say whether the records are many and short enough to tell one hour from another."""
        span = self.sessions.end.max() - self.sessions.start.min()
        length = self.sessions.end - self.sessions.start
        return bool(span >= _LEAST_SPAN and np.median(length) < _LONG)

    def score(self, shift: Ints | int) -> float:
        """Return the share of bytes that do not fit, if the bill runs `shift` µs ahead."""
        return self.homeless(shift) + _TIE * self._misfit(self._moved(shift))

    def _moved(self, shift: Ints | int) -> Spans:
        sessions = self.sessions
        return Spans(sessions.track, sessions.start - shift, sessions.end - shift)

    def homeless(self, shift: Ints | int) -> float:
        """Return the share of the phone's bytes that the moved sessions beside them cannot hold."""
        room = _held(self.slots, self._moved(shift), self.billed)
        # The ends of the export would tell an offset from one that merely moves past them.
        first, last = self.sessions.start.min() + _FARTHEST, self.sessions.end.max() - _FARTHEST
        inside = (self.slots.start >= first) & (self.slots.end <= last)
        over = np.maximum(_LEAST * self.seen - _MOST * room, 0.0)[inside]
        return float(over.sum() / max(float(self.seen[inside].sum()), 1.0))

    def _misfit(self, sessions: Spans) -> float:
        """Return the share of the bill that the phone's running total does not give."""
        seen = self.curve.between(sessions.track, sessions.start, sessions.end)
        heard = seen > _LEAST_BYTES
        ratio = 1.0
        if heard.sum() >= _FEWEST_RATIOS:
            ratio = float(np.clip(np.median(self.billed[heard] / seen[heard]), 0.5, 2.0))
        return float(np.abs(self.billed - ratio * seen).sum() / self.billed.sum())

    def scan(self) -> tuple[int, dict[int, float]]:
        """Return the best whole hour in minutes, and the score of every hour and quarter tried."""
        scores = {60 * hours: self.score(hours * HOUR) for hours in _HOURS}
        hour = min(scores, key=lambda offset: scores[offset])
        scores |= {hour + step: self.score((hour + step) * MINUTE) for step in _QUARTERS}
        return hour, scores

    def quarter(self, hour: int, scores: dict[int, float]) -> int | None:
        """Return the offset in minutes on or beside an hour; None where it cannot be told."""
        left = {hour + step: self.homeless((hour + step) * MINUTE) for step in (0, *_BESIDE)}
        beside = min(scores[hour + step] for step in _QUARTERS)
        if left[hour] - min(left.values()) <= _ALIKE:
            # As most clocks do; unless the running total speaks for a quarter.
            return hour if scores[hour] - beside <= _ALIKE else None
        tried = (hour + step for step in _QUARTERS)
        best = min(tried, key=lambda offset: (left[offset], scores[offset]))
        others = min(left[offset] for offset in left if offset != best)
        clear = left[hour] - left[best] > _CLEARLY and others - left[best] > _ALIKE
        return best if clear else None

    def verdict(self) -> ClockCheck:
        """Say which offset the bill has, or that it cannot be told."""
        hour, scores = self.scan()
        found = self.quarter(hour, scores)
        best = hour if found is None else found
        if best != hour:
            scores |= {best + 60 * away: self.score((best + 60 * away) * MINUTE) for away in _AWAY}
        score, floor = scores[best], max(scores[best], _NEVER_BETTER)
        margin = min(scores[best + 60 * k] for k in _AWAY if best + 60 * k in scores) - score
        offsets = sorted(scores)
        table = pd.DataFrame(
            {"offset_minutes": offsets, "score": [scores[offset] for offset in offsets]}
        )
        if not self.tells or not _meet(score, scores[0]):
            return ClockCheck("cannot_tell", 0, score, scores=table)
        if found is None or margin <= _MARGIN * floor:
            return ClockCheck("cannot_tell", 0, score, margin / floor, table)
        return ClockCheck("shifted" if best else "agrees", best, score, margin / floor, table)

    def shifts(self, present: str, zone: str) -> Ints:
        """Return how far each session runs ahead, if its local times are those of `zone`."""
        start = moments(self.sessions.start)
        local = start.dt.tz_convert(present).dt.tz_localize(None)
        true = micros(localise(local, zone)[0].fillna(start))
        shift: Ints = self.sessions.start - true
        return shift


def _held(intervals: Spans, others: Spans, volume: Floats) -> Floats:
    """Return the bytes of all others that overlap each interval, whatever their order."""
    scale = Axis.of(intervals, others)
    starts, ends = scale.floor(others.track, others.start), scale.ceil(others.track, others.end)
    by_start, by_end = np.argsort(starts, kind="stable"), np.argsort(ends, kind="stable")
    begun = np.r_[0.0, np.cumsum(volume[by_start])]
    ended = np.r_[0.0, np.cumsum(volume[by_end])]
    last = np.searchsorted(starts[by_start], scale.ceil(intervals.track, intervals.end), "left")
    first = np.searchsorted(ends[by_end], scale.floor(intervals.track, intervals.start), "right")
    held: Floats = begun[last] - ended[first]
    return held
