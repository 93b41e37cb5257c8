"""Rows that cannot be used, each with the first reason found."""

from dataclasses import dataclass, field
from typing import Self

import pandas as pd

from esim_analysis.model import REJECTED


@dataclass(slots=True)
class Sieve:
    """Collects, row by row, why a row is left out; the first reason stands.

    `index` is that of the table body: the line (or sheet row) numbers of the file.
    """

    index: pd.Index
    fields: pd.Series = field(init=False)
    reasons: pd.Series = field(init=False)
    kept: pd.Series = field(init=False)  # rows (bool) without a reason against them

    def __post_init__(self) -> None:
        """Begin with nothing left out."""
        self.fields = pd.Series("", index=self.index, dtype="str")
        self.reasons = pd.Series("", index=self.index, dtype="str")
        self.kept = pd.Series(data=True, index=self.index)

    def reject(self, rows: pd.Series, field_name: str, reason: str | pd.Series) -> Self:
        """Leave out `rows` (bool) for `reason`, unless they were left out before."""
        fresh = rows & self.kept
        if fresh.any():
            self.fields = self.fields.mask(fresh, field_name)
            self.reasons = self.reasons.mask(fresh, reason)
            self.kept = self.reasons == ""
        return self

    def rejected(self, source: str) -> pd.DataFrame:
        """Return the rows left out: `source, line, field, reason`."""
        out = ~self.kept
        lines = pd.Series(self.index.astype("str"), index=self.index)
        frame = pd.DataFrame(
            {
                "source": source,
                "line": lines[out],
                "field": self.fields[out],
                "reason": self.reasons[out],
            }
        )
        return frame.astype(dict(REJECTED)).reset_index(drop=True)
