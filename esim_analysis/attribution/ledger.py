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
from esim_analysis.attribution.habits import Habits, Shares
from esim_analysis.attribution.phone import Phone
from esim_analysis.model import CONFLICT, RESIDUALS, ROUNDING, UNATTRIBUTED, Attribution

NO_CELL: Final = -1
_SHORT: Final = 1e-5
_TRIANGLE: Final = 6**-0.5  # deviation of a difference of two rounded counters, per half-width
_EVENLY: Final = 12**-0.5  # deviation of a law without preference, per width of its band
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

    def join(self, other: "Pieces") -> "Pieces":
        """Return these pieces and others after them."""
        return _joined([self, other])

    def present(self) -> "Pieces":
        """Return the pieces that hold bytes."""
        rows = np.flatnonzero(self.bytes)
        return self if len(rows) == len(self.bytes) else self.take(rows)


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
    apps = _app_pieces(bill, phone, edges, shares, conflicting)
    attributed = sum_whole(apps.record, apps.bytes, len(bill.billed))
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
    return apps, _joined(residuals), sums


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


def _app_pieces(
    bill: Bill, phone: Phone, edges: Edges, shares: Shares, conflicting: Flags
) -> Pieces:
    edge, cell = shares.edge, shares.cell
    record = edges.session.astype(CODE)[edge]
    exact = shares.bytes
    if (bill.divisible != bill.measured).any():
        exact = exact * (bill.divisible / np.maximum(bill.measured, 1))[record]
    group, first = number_groups(record)
    names = record[first]
    wanted = np.rint(sum_by(group, exact, len(names))).astype(np.int64)
    full = bill.divisible[names]
    # The scaling stops a millionth short of a bill that is explained completely.
    closed = wanted >= full - np.maximum(full * _SHORT, 1.0)
    wanted = np.where(conflicting[names] & (wanted > full), wanted, np.minimum(wanted, full))
    wanted = np.where(closed & (wanted < full), full, wanted)
    nested = (np.bincount(edges.slot, minlength=len(phone.start)) == 1) & phone.sure
    firm = nested[edges.slot] & ~conflicting[edges.session]
    # Where an interval only nearly meets a session, the piece is the edge they share.
    start, end = phone.start[edges.slot], phone.end[edges.slot]
    start = np.clip(bill.start[edges.session], start, end - INSTANT)
    end = np.maximum(np.minimum(end, bill.end[edges.session]), start + INSTANT)
    # A figure read from a screen is never exact, however few records it touches.
    loose = ~firm[edge] if not phone.slack.any() else ~(firm[edge] & (phone.slack[cell] == 0))
    return Pieces(
        record=record,
        cell=cell,
        app=phone.app[cell],
        ground=phone.ground[cell],
        start=start[edge],
        end=end[edge],
        bytes=apportion(exact, group, wanted),
        status=loose.astype(CODE),
    )


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
    return Pieces(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("record", "cell", "app", "ground", "start", "end", "bytes", "status")
        )
    )


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
