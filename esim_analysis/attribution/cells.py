"""What is known of each cell of the phone: how much of the bill it can be, and how surely."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from esim_analysis.attribution.bill import Bill, Flags, Floats, Ints
from esim_analysis.attribution.division import Division
from esim_analysis.attribution.edges import Edges
from esim_analysis.attribution.groups import CODE
from esim_analysis.attribution.habits import Habits
from esim_analysis.attribution.phone import Phone
from esim_analysis.attribution.pieces import NO_CELL, Pieces

_TRIANGLE: Final = 6**-0.5  # deviation of a difference of two rounded counters, per half-width
_EVENLY: Final = 12**-0.5  # deviation of a law without preference, per width of its band


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
    strayed
        How far above its part's overhead the cell ended, as a share of it.
    rounding
        Deviation in bytes from the rounding of the phone's figure.
    freedom
        Degrees of Student's law that `common` is the deviation of.
    phone
        Where the cells come from; None where only their bands are known.
    habits
        At what hours their apps are used.
    guessed
        The most rounding can have added to each billed record; empty where files say it.
    """

    low: Floats = field(default_factory=lambda: np.zeros(0))
    high: Floats = field(default_factory=lambda: np.zeros(0))
    part: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    noise: Floats = field(default_factory=lambda: np.zeros(0))
    common: Floats = field(default_factory=lambda: np.zeros(0))
    strayed: Floats = field(default_factory=lambda: np.zeros(0))
    rounding: Floats = field(default_factory=lambda: np.zeros(0))
    freedom: float = np.inf
    phone: Phone | None = None
    habits: Habits | None = None
    guessed: Floats = field(default_factory=lambda: np.zeros(0))

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


def guess_of(pieces: Pieces, guessed: Floats, *, rounding: Flags) -> tuple[Floats, Floats]:
    """Return how much less and how much more each piece may be since rounding is a guess.

    What rounding added to a record lies between nothing and its step; the rest of what no app
    explains is as uncertain.

    Parameters
    ----------
    guessed
        By record, as in `Cells`.
    rounding
        Pieces that are rounding.
    """
    if not len(guessed):
        return np.zeros(len(pieces.bytes)), np.zeros(len(pieces.bytes))
    most = guessed[pieces.record] * ((pieces.cell == NO_CELL) & (pieces.bytes > 0))
    less = np.minimum(most, pieces.bytes)
    return less, np.where(rounding, most - less, most)


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
        strayed=nothing,
        rounding=nothing,
    )


def cell_bands(  # noqa: PLR0913 - both sides, their graph, and two results
    bill: Bill, phone: Phone, slots: Ints, edges: Edges, division: Division, *, habits: Habits
) -> Cells:
    """Return what each cell of the phone can be on the bill at both ends of the band.

    `slots` are the slots of the phone that `division` knows, in its order.
    """
    low, high, noise, common, strayed = (np.zeros(len(phone.start)) for _ in range(5))
    low[slots], high[slots] = division.low, division.high
    noise[slots], common[slots] = division.noise, division.common
    strayed[slots] = division.strayed
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
        strayed=strayed[phone.slot],
        rounding=phone.slack * _TRIANGLE,
        freedom=division.freedom,
        phone=phone,
        habits=habits,
        guessed=bill.guessed,
    )
