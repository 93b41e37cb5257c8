"""Whole bytes of every record: pieces of apps, and what no app explains."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from esim_analysis.attribution.bill import INSTANT, Bill, Flags, Floats, Ints
from esim_analysis.attribution.edges import Edges
from esim_analysis.attribution.groups import CODE, apportion, number_groups, sum_by, sum_whole
from esim_analysis.attribution.habits import Pairs, Shares
from esim_analysis.attribution.phone import Phone
from esim_analysis.attribution.pieces import NO_CELL, Pieces
from esim_analysis.model import CONFLICT, RESIDUALS, ROUNDING, UNATTRIBUTED

_SHORT: Final = 1e-5
_AT_ONCE: Final = 1 << 16  # pieces written together: what is made of them stays in cache


@dataclass(frozen=True, slots=True)
class Sums:
    """Bytes of each record: `attributed + unattributed + rounding + conflict = billed`."""

    attributed: Ints
    unattributed: Ints
    rounding: Ints
    conflict: Ints


def write_pieces(
    bill: Bill, phone: Phone, edges: Edges, shares: Shares, *, conflicting: Flags
) -> tuple[Pieces, Pieces, Sums]:
    """Turn the division of `edges` (slots of `phone`, rows of `bill`) among cells into whole bytes.

    Returns
    -------
    (apps, rest, sums)
        Pieces of apps, by record; those of no byte are kept, since bytes could be there.
        Then the residuals.
    """
    written = _Writing.of(bill, phone, edges, shares, conflicting)
    attributed = written.write()
    left = bill.divisible - attributed
    sums = Sums(attributed, np.maximum(left, 0), bill.rounding, np.minimum(left, 0))
    residuals = [
        _residual_pieces(bill, volume, app=len(phone.apps) + RESIDUALS.index(name), name=name)
        for name, volume in (
            (UNATTRIBUTED, sums.unattributed),
            (ROUNDING, sums.rounding),
            (CONFLICT, sums.conflict),
        )
    ]
    return written.pieces, Pieces.joined(residuals), sums


@dataclass(frozen=True, slots=True)
class _Writing:
    """Pieces of apps while they are written, some thousands of records at a time.

    `start, end, firm` have one element an edge.
    """

    bill: Bill
    phone: Phone
    record: Ints
    shares: Shares
    conflicting: Flags
    start: Ints
    end: Ints
    firm: Flags
    pieces: Pieces

    @classmethod
    def of(
        cls, bill: Bill, phone: Phone, edges: Edges, shares: Shares, conflicting: Flags
    ) -> "_Writing":
        """Make room for all pieces."""
        nested = (np.bincount(edges.slot, minlength=len(phone.start)) == 1) & phone.sure
        # Where an interval only nearly meets a session, the piece is the edge they share.
        start, end = phone.start[edges.slot], phone.end[edges.slot]
        start = np.clip(bill.start[edges.session], start, end - INSTANT)
        end = np.maximum(np.minimum(end, bill.end[edges.session]), start + INSTANT)
        return cls(
            bill=bill,
            phone=phone,
            record=edges.session.astype(CODE),
            shares=shares,
            conflicting=conflicting,
            start=start,
            end=end,
            firm=nested[edges.slot] & ~conflicting[edges.session],
            pieces=Pieces.room(int(shares.counts.sum())),
        )

    def write(self) -> Ints:
        """Write all pieces; return the bytes of each record."""
        attributed = np.zeros(len(self.bill.billed), np.int64)
        place = 0
        for begin, end in self._stretches():
            pairs = self.shares.among(begin, end)
            record = self.record[pairs.edge]
            group, first = number_groups(record)
            volume = self._whole(pairs.bytes, record, group, first)
            attributed[record[first]] = sum_whole(group, volume, len(first))
            self._put(slice(place, place + len(record)), pairs, record, volume)
            place += len(record)
        return attributed

    def _stretches(self) -> list[tuple[int, int]]:
        """Return spans of edges with some `_AT_ONCE` pieces each, no record in two of them."""
        edges = len(self.record)
        begins = np.flatnonzero(np.r_[True, self.record[1:] != self.record[:-1]][:edges])
        before = (np.cumsum(self.shares.counts) - self.shares.counts)[begins]
        chosen = np.unique(np.searchsorted(before, np.arange(0, len(self.pieces.bytes), _AT_ONCE)))
        limits = np.append(begins[chosen[chosen < len(begins)]], edges)
        return list(zip(limits[:-1].tolist(), limits[1:].tolist(), strict=True))

    def _whole(self, exact: Floats, record: Ints, group: Ints, first: Ints) -> Ints:
        """Return whole bytes of pieces of records in groups."""
        bill, names = self.bill, record[first]
        if (bill.divisible != bill.measured).any():
            exact = exact * (bill.divisible / np.maximum(bill.measured, 1))[record]
        wanted = np.rint(sum_by(group, exact, len(names))).astype(np.int64)
        full = bill.divisible[names]
        # The scaling stops a millionth short of a bill that is explained completely.
        closed = wanted >= full - np.maximum(full * _SHORT, 1.0)
        over = self.conflicting[names] & (wanted > full)
        wanted = np.where(over, wanted, np.minimum(wanted, full))
        wanted = np.where(closed & (wanted < full), full, wanted)
        return apportion(exact, group, wanted)

    def _put(self, place: slice, pairs: Pairs, record: Ints, volume: Ints) -> None:
        """Write some pieces to their places."""
        phone, pieces = self.phone, self.pieces
        firm = self.firm[pairs.edge]
        # A figure read from a screen is never exact, however few records it touches.
        if phone.slack.any():
            firm = firm & (phone.slack[pairs.cell] == 0)
        pieces.record[place], pieces.cell[place], pieces.bytes[place] = record, pairs.cell, volume
        pieces.app[place], pieces.ground[place] = phone.app[pairs.cell], phone.ground[pairs.cell]
        pieces.start[place], pieces.end[place] = self.start[pairs.edge], self.end[pairs.edge]
        pieces.status[place] = ~firm


def _residual_pieces(bill: Bill, volume: Ints, *, app: int, name: str) -> Pieces:
    record = np.flatnonzero(volume)
    guessed = ROUNDING if len(bill.guessed) and bill.guessed.any() else ""
    status = {UNATTRIBUTED: 2, ROUNDING: int(name == guessed), CONFLICT: 3}[name]
    return Pieces(
        record=record.astype(CODE),
        cell=np.full(len(record), NO_CELL, CODE),
        app=np.full(len(record), app, CODE),
        ground=np.full(len(record), NO_CELL, CODE),
        start=bill.start[record],
        end=np.maximum(bill.end[record], bill.start[record] + INSTANT),
        bytes=volume[record],
        status=np.full(len(record), status, CODE),
    )
