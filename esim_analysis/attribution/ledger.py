"""The ledger: whole bytes of every record, app by app, and what no app explains."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import INSTANT, Bill, Flags, Floats, Ints
from esim_analysis.attribution.division import Division
from esim_analysis.attribution.edges import Edges
from esim_analysis.attribution.groups import CODE, apportion, number_groups, sum_by, sum_whole
from esim_analysis.attribution.habits import Habits, Pairs, Shares
from esim_analysis.attribution.phone import Phone
from esim_analysis.model import CONFLICT, RESIDUALS, ROUNDING, UNATTRIBUTED, Attribution

NO_CELL: Final = -1
_SHORT: Final = 1e-5
_AT_ONCE: Final = 1 << 16  # pieces written together: what is made of them stays in cache
_TRIANGLE: Final = 6**-0.5  # deviation of a difference of two rounded counters, per half-width
_EVENLY: Final = 12**-0.5  # deviation of a law without preference, per width of its band
_COLUMNS: Final = ("record", "cell", "app", "ground", "start", "end", "bytes", "status")
PIECE_STATUSES: Final = ("exact", "estimated", "unattributed", "conflict")


@dataclass(frozen=True, slots=True)
class Pieces:
    """Arrays of one element a piece; times in µs since 1970; the others are 32-bit codes.

    Attributes
    ----------
    record
        Row of the bill.
    cell
        Cell of the phone it comes from, `NO_CELL` for residuals.
    app, ground
        Codes; apps of the phone first, then `RESIDUALS`.
    status
        Code in `PIECE_STATUSES`.
    """

    record: Ints
    cell: Ints
    app: Ints
    ground: Ints
    start: Ints
    end: Ints
    bytes: Ints
    status: Ints

    @classmethod
    def room(cls, count: int) -> "Pieces":
        """Return pieces that are still to be written."""
        wide = ("start", "end", "bytes")
        columns: list[Ints] = [
            np.empty(count, np.int64 if name in wide else CODE) for name in _COLUMNS
        ]
        return cls(*columns)

    def take(self, rows: Ints | Flags) -> "Pieces":
        """Return some of the pieces."""
        return Pieces(
            self.record[rows],
            self.cell[rows],
            self.app[rows],
            self.ground[rows],
            self.start[rows],
            self.end[rows],
            self.bytes[rows],
            self.status[rows],
        )

    def present(self, rest: "Pieces") -> "Pieces":
        """Return the pieces that hold bytes, and `rest` after them."""
        rows = np.flatnonzero(self.bytes)
        # One column at a time: two copies of all pieces need a lot of room.
        return Pieces(
            *(np.concatenate([getattr(self, name)[rows], getattr(rest, name)]) for name in _COLUMNS)
        )


@dataclass(frozen=True, slots=True)
class Cells:
    """What is known of each cell of the phone, as far as bands need it.

    Attributes
    ----------
    low, high
        Billed bytes it can stand for at the ends of the overhead band.
    part
        Its connected part of the overlap graph: cells of one part err together.
    noise, common
        Deviations of the overhead as shares of the cell: of its part alone, and the
        one that all parts share.
    rounding
        Deviation in bytes from the rounding of the phone's figure.
    freedom
        Degrees of Student's law that `common` is the deviation of.
    phone
        Where the cells come from; None where only their bands are known.
    habits
        At what hours their apps are used.
    """

    low: Floats = field(default_factory=lambda: np.zeros(0))
    high: Floats = field(default_factory=lambda: np.zeros(0))
    part: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    noise: Floats = field(default_factory=lambda: np.zeros(0))
    common: Floats = field(default_factory=lambda: np.zeros(0))
    rounding: Floats = field(default_factory=lambda: np.zeros(0))
    freedom: float = np.inf
    phone: Phone | None = None
    habits: Habits | None = None

    @property
    def open(self) -> Floats:
        """Share of each cell's bytes that no connection surely places in time."""
        phone = self.phone
        if phone is None or phone.timing is None:
            return np.ones(len(self.low))
        return phone.timing.open(phone.volume)[phone.slot]

    def least(self, pieces: Pieces, rows: Flags | None = None) -> Floats | None:
        """Return billed bytes each piece of an app holds at least; None without a capture.

        `rows` are the pieces that are asked about; None for all.
        """
        phone = self.phone
        if phone is None or phone.timing is None:
            return None
        pieces = pieces if rows is None else pieces.take(rows)
        slot = phone.slot[pieces.cell]
        alone = np.bincount(phone.slot, minlength=len(phone.start))[slot] == 1
        seen = phone.timing.of_pieces(slot, pieces.start, pieces.end, alone=alone)
        return seen * (self.low / np.maximum(phone.bytes, 1.0))[pieces.cell]


def plain_cells(low: Floats, high: Floats) -> Cells:
    """Return cells of which only the band is known: each on its own, as likely low as high."""
    nothing = np.zeros(len(low))
    middle = np.maximum((low + high) / 2.0, 1.0)
    return Cells(
        low=low,
        high=high,
        part=np.arange(len(low)),
        noise=nothing,
        common=(high - low) / middle * _EVENLY,
        rounding=nothing,
    )


@dataclass(frozen=True, slots=True)
class Ledger(Attribution):
    """An attribution that still knows which cell of the phone each piece comes from.

    `cell` has one element a row of `pieces`; `cells` are their bands. Both serve
    `bands` alone; everybody else sees an `Attribution`.
    """

    cell: Ints = field(default_factory=lambda: np.zeros(0, CODE), repr=False, compare=False)
    cells: Cells = field(default_factory=Cells, repr=False, compare=False)


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
    return written.pieces, _joined(residuals), sums


def cell_bands(  # noqa: PLR0913 - both sides, their graph, and two results
    bill: Bill, phone: Phone, slots: Ints, edges: Edges, division: Division, *, habits: Habits
) -> Cells:
    """Return what each cell of the phone can be on the bill at both ends of the band.

    `slots` are the slots of the phone that `division` knows, in its order.
    """
    low, high, noise, common = (np.zeros(len(phone.start)) for _ in range(4))
    low[slots], high[slots] = division.low, division.high
    noise[slots], common[slots] = division.noise, division.common
    part = np.full(len(phone.start), NO_CELL, CODE)
    part[slots] = division.part
    # A session that bills less than it measured says nothing about the least.
    partly = bill.divisible < bill.measured
    low[edges.slot[partly[edges.session]]] = 0.0
    low[~phone.sure] = 0.0
    return Cells(
        low=low[phone.slot] * np.maximum(phone.bytes - phone.slack, 0.0),
        high=high[phone.slot] * (phone.bytes + phone.slack),
        part=part[phone.slot],
        noise=noise[phone.slot],
        common=common[phone.slot],
        rounding=phone.slack * _TRIANGLE,
        freedom=division.freedom,
        phone=phone,
        habits=habits,
    )


def frame_of(pieces: Pieces, bill: Bill, phone: Phone) -> pd.DataFrame:
    """Return the pieces as the frame of the model."""
    lines = bill.lines or ("",)
    return pd.DataFrame(
        {
            "line": _coded(lines, bill.line, pieces.record),
            "record": _whole(pieces.record),
            "app": _coded((*phone.apps, *RESIDUALS), pieces.app),
            "ground": _coded((*phone.grounds, "unknown"), pieces.ground),
            "start_utc": moments(pieces.start),
            "end_utc": moments(pieces.end),
            "bytes": _whole(pieces.bytes),
            "status": _coded(PIECE_STATUSES, pieces.status),
        }
    )


def moments(micros: Ints) -> pd.Series:
    """Return microseconds since 1970 as UTC times."""
    return pd.Series(micros.view("datetime64[us]")).dt.tz_localize("UTC")


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
    status = {UNATTRIBUTED: 2, ROUNDING: 0, CONFLICT: 3}[name]
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


def _joined(parts: list[Pieces]) -> Pieces:
    columns = ([getattr(part, name) for part in parts] for name in _COLUMNS)
    return Pieces(*(np.concatenate(column) for column in columns))


def _whole(values: Ints) -> pd.arrays.IntegerArray:
    """Return whole numbers of which none is missing, without a copy."""
    return pd.arrays.IntegerArray(values.astype(np.int64, copy=False), np.zeros(len(values), bool))


def _coded(names: Sequence[str], codes: Ints, rows: Ints | None = None) -> "pd.Categorical[str]":
    """Return names by code (of `rows`), the last one for `NO_CELL`; categories in text order."""
    categories, place = np.unique(np.array([*names, names[-1]], dtype=object), return_inverse=True)
    # The appended name stands at index -1, which is NO_CELL.
    small = len(categories) <= np.iinfo(np.int8).max
    coded: Ints = (place.astype(np.int8) if small else place.astype(CODE))[codes]
    if rows is not None:
        coded = coded[rows]
    return pd.Categorical.from_codes(coded, pd.Index(categories, dtype="str"))
