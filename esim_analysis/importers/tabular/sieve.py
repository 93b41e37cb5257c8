"""Rows that cannot be used, each with the first reason found."""

from dataclasses import dataclass, field
from typing import Self

import pandas as pd

from esim_analysis.model import REJECTED
from esim_analysis.model.sources import no_rejected


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

    def part(self, own: slice, index: pd.Index) -> "Sieve":
        """Return what is known of some rows, under an index of their own."""
        part = Sieve(index)
        if not self.kept.iloc[own].all():
            part.fields = self.fields.iloc[own].set_axis(index)
            part.reasons = self.reasons.iloc[own].set_axis(index)
            part.kept = self.kept.iloc[own].set_axis(index)
        return part

    def rejected(self, source: str) -> pd.DataFrame:
        """Return the rows left out: `source, line, field, reason`."""
        if self.kept.all():
            return no_rejected()
        out = ~self.kept.to_numpy()
        lines = self.index[out].astype("str")
        told = {"source": source, "line": lines}
        told |= {"field": self.fields.array[out], "reason": self.reasons.array[out]}
        index = pd.RangeIndex(len(lines))
        text = {name: pd.Series(told[name], index, dtype=kind) for name, kind in REJECTED.items()}
        return pd.DataFrame(text)
