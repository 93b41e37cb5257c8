"""Pieces: the bytes one record gives to one cell of the phone, or leaves to nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from esim_analysis.attribution.bill import Flags, Ints
from esim_analysis.attribution.groups import CODE

NO_CELL: Final = -1
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
    def room(cls, count: int) -> Self:
        """Return pieces that are still to be written."""
        wide = ("start", "end", "bytes")
        columns: list[Ints] = [
            np.empty(count, np.int64 if name in wide else CODE) for name in _COLUMNS
        ]
        return cls(*columns)

    @classmethod
    def joined(cls, parts: Sequence["Pieces"]) -> Self:
        """Return the pieces of all parts, in their order."""
        columns = ([getattr(part, name) for part in parts] for name in _COLUMNS)
        return cls(*(np.concatenate(column) for column in columns))

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
        found = Pieces.room(len(rows) + len(rest.bytes))
        for name in _COLUMNS:
            column = getattr(found, name)
            np.take(getattr(self, name), rows, out=column[: len(rows)], mode="clip")
            column[len(rows) :] = getattr(rest, name)
        return found
