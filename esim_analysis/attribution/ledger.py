"""The ledger: an attribution that still knows the cells of the phone, and its frame of pieces."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import Bill, Ints
from esim_analysis.attribution.cells import Cells
from esim_analysis.attribution.groups import CODE
from esim_analysis.attribution.phone import Phone
from esim_analysis.attribution.pieces import PIECE_STATUSES, Pieces
from esim_analysis.model import RESIDUALS, Attribution


@dataclass(frozen=True, slots=True)
class Ledger(Attribution):
    """An attribution that still knows which cell of the phone each piece comes from.

    `cell` has one element a row of `pieces`; `cells` are their bands. Both serve
    `bands` alone; everybody else sees an `Attribution`.
    """

    cell: Ints = field(default_factory=lambda: np.zeros(0, CODE), repr=False, compare=False)
    cells: Cells = field(default_factory=Cells, repr=False, compare=False)


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
