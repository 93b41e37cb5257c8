"""Which SIM of the phone belongs to which billed line."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from esim_analysis.attribution.bill import Bill, Flags, Floats, Ints
from esim_analysis.attribution.edges import Spans, components, find_near
from esim_analysis.attribution.groups import spread, sum_by
from esim_analysis.attribution.overhead import ASSUMED
from esim_analysis.attribution.phone import Phone

NO_SIM: Final = -1
_CLEARLY: Final = 1.25  # how much worse the second best SIM must fit
_HARDLY: Final = 0.5  # a SIM that leaves so much of a bill unmet may be read by a wrong clock
_NEVER: Final = 2**62  # µs; leaves room to shift
_HOUR: Final = 3_600_000_000  # µs
_OFFSETS: Final = (*range(-14, 0), *range(1, 15))  # hours a bill may be off


@dataclass(frozen=True, slots=True)
class SimChoice:
    """The SIM of each line (`NO_SIM` for none), and lines for which it is not clear."""

    of_line: Ints
    unclear: Flags
    candidates: Ints


def choose_sims(bill: Bill, phone: Phone) -> SimChoice:
    """Choose for each line the SIM whose bytes fit its billed sessions best in time.

    Evidence that names its line serves that line alone; evidence that names none
    may serve every line, but a SIM is in one phone: of lines billed at the same
    time, the one it fits best has it alone. Bytes the bill does not have count
    against a SIM as bytes of the bill it does not explain. Where no SIM meets half
    of a bill, the clock may be wrong: each is judged by the whole hour it fits best.
    """
    lines = len(bill.lines)
    line, sim = _candidates(bill, phone)
    counts = np.bincount(line, minlength=lines)
    of_line = np.full(lines, NO_SIM, np.int64)
    unclear = np.zeros(lines, dtype=bool)
    if len(line) == 0:
        return SimChoice(of_line, unclear, counts)
    misfit = np.zeros(len(line))
    contested = (counts[line] > 1) | (np.bincount(sim)[sim] > 1)
    if contested.any():
        misfit[contested] = _best_misfit(bill, phone, line[contested], sim[contested])
    order = np.lexsort((sim, misfit, line))
    line, sim, misfit = line[order], sim[order], misfit[order]
    first = np.flatnonzero(np.r_[True, line[1:] != line[:-1]])
    of_line[line[first]] = sim[first]
    rivals = first[counts[line[first]] > 1]
    unclear[line[rivals]] = misfit[rivals + 1] < _CLEARLY * misfit[rivals]
    lost = _outbid(bill, line[first], sim[first], misfit[first])
    of_line[lost], unclear[lost] = NO_SIM, False
    return SimChoice(of_line, unclear, counts)


def _best_misfit(bill: Bill, phone: Phone, line: Ints, sim: Ints) -> Floats:
    """Return the misfit of each pair, by the best whole hour where no SIM fits a line's clock."""
    misfit = _misfit(bill, phone, line, sim)
    least = np.full(len(bill.lines), np.inf)
    np.minimum.at(least, line, misfit)
    doubtful = np.flatnonzero(least[line] > _HARDLY)
    for hours in _OFFSETS if len(doubtful) else ():
        moved = _misfit(bill, phone, line[doubtful], sim[doubtful], shift=hours * _HOUR)
        misfit[doubtful] = np.minimum(misfit[doubtful], moved)
    return misfit


def _outbid(bill: Bill, line: Ints, sim: Ints, misfit: Floats) -> Ints:
    """Return lines whose SIM fits another line, billed at the same time, better."""
    begin, finish = _spans(bill, len(bill.lines), np.arange(len(bill.line)), bill.line)
    order = np.lexsort((line, misfit, sim))
    line, sim = line[order], sim[order]
    head = np.flatnonzero(np.r_[True, sim[1:] != sim[:-1]])
    best = np.repeat(line[head], np.diff(np.r_[head, len(line)]))
    at_once = (begin[line] < finish[best]) & (finish[line] > begin[best])
    outbid: Ints = line[at_once & (line != best)]
    return outbid


def _candidates(bill: Bill, phone: Phone) -> tuple[Ints, Ints]:
    """Return (line, SIM) pairs that may belong together, as codes."""
    known = {name: code for code, name in enumerate(bill.lines)}
    unnamed = np.array([code for code, (line, _) in enumerate(phone.sims) if not line], np.int64)
    named = [(known[line], code) for code, (line, _) in enumerate(phone.sims) if line in known]
    named = [pair for pair in named if phone.sims[pair[1]][0]]
    own_line = np.array([line for line, _ in named], np.int64)
    own_sim = np.array([sim for _, sim in named], np.int64)
    has_own = np.isin(np.arange(len(bill.lines)), own_line)
    free = np.flatnonzero(~has_own)
    line = np.concatenate([own_line, np.repeat(free, len(unnamed))])
    sim = np.concatenate([own_sim, np.tile(unnamed, len(free))])
    return line, sim


def _misfit(bill: Bill, phone: Phone, line: Ints, sim: Ints, *, shift: int = 0) -> Floats:
    """Return bytes of bill and phone that do not meet, as a share of the bill, a pair.

    `shift` is by how many microseconds the bill's clock is taken to be ahead.

    Compared over parts of time in which sessions and phone intervals hang together,
    since inside one the phone does not say when.
    """
    rows = np.flatnonzero(bill.divides)
    pair, row = _members(rows, bill.line[rows], line)
    total = sum_by(pair, bill.measured[row], len(line))
    begin, finish = (edge - shift for edge in _spans(bill, len(line), row, pair))
    other, slot = _members(np.arange(len(phone.sim)), phone.sim, sim)
    inside = (phone.end[slot] > begin[other]) & (phone.start[slot] < finish[other])
    other, slot = other[inside], slot[inside]
    slots = Spans(other, phone.start[slot], phone.end[slot])
    edges = find_near(slots, Spans(pair, bill.start[row] - shift, bill.end[row] - shift))
    part, session_part = components(edges, slots=len(slot), sessions=len(row))
    parts = int(max(part.max(initial=-1), session_part.max(initial=-1))) + 1
    billed = sum_by(session_part, bill.measured[row], parts)
    seen = ASSUMED.point * sum_by(part, phone.volume[slot], parts)
    owner = np.zeros(parts, np.int64)
    owner[part], owner[session_part] = other, pair
    misfit: Floats = sum_by(owner, np.abs(billed - seen), len(line)) / np.maximum(total, 1.0)
    return misfit


def _spans(bill: Bill, owners: int, row: Ints, owner: Ints) -> tuple[Ints, Ints]:
    """Return first start and last end of the rows of each owner."""
    begin = np.full(owners, _NEVER)
    finish = np.full(owners, -_NEVER)
    np.minimum.at(begin, owner, bill.start[row])
    np.maximum.at(finish, owner, bill.end[row])
    return begin, finish


def _members(items: Ints, group: Ints, wanted: Ints) -> tuple[Ints, Ints]:
    """Return (place in `wanted`, item) for every item of each wanted group."""
    order = np.argsort(group, kind="stable")
    ordered = group[order]
    first = np.searchsorted(ordered, wanted, "left")
    counts = np.searchsorted(ordered, wanted, "right") - first
    owner, place = spread(counts)
    return owner, items[order][first[owner] + place]
