"""The rows a finding rests on: of thousands the largest, by file and row."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import Flags, Ints
from esim_analysis.leakage.grouping import Groups

ROWS_SHOWN: Final = 50  # enough to look up by hand; the tables hold the rest
_LOOKED_AT: Final = 4 * ROWS_SHOWN  # rows read of each group: a row may be there twice
NO_ROW: Final = -1


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a frame with `source, source_row`: their group, their place, and their bytes.

    `NO_ROW` is a place without a row, told as `""`.
    """

    frame: pd.DataFrame
    group: Ints
    row: Ints
    bytes: Ints

    def cited(self) -> dict[Any, tuple[str, ...]]:
        """Return the references of each group's largest rows, each once."""
        if len(self.group) == 0:
            return {}
        large = self._large()
        found = self._named(large)
        # Rows without a number of their own share one reference; then all are looked at.
        short = {group for group, names in found.items() if len(names) < ROWS_SHOWN}
        cut = set(np.unique(self.group[~large]).tolist())
        return self._named(np.ones(len(large), dtype=bool)) if short & cut else found

    def _large(self) -> Flags:
        """Mark what could be cited: no smaller than the last of the rows looked at."""
        order = np.lexsort((-self.bytes, self.group))
        groups = Groups.of(self.group[order])
        last = groups.start + np.minimum(groups.size(), _LOOKED_AT) - 1
        least = groups.spread(self.bytes[order][last])
        large = np.empty(len(order), dtype=bool)
        large[order] = self.bytes[order] >= least
        return large

    def _named(self, chosen: Flags) -> dict[Any, tuple[str, ...]]:
        rows = np.flatnonzero(chosen)
        told = self.frame[["source", "source_row"]].take(np.maximum(self.row[rows], 0))
        names = (told["source"].fillna("") + ":" + told["source_row"].fillna("")).to_numpy()
        names = np.where(self.row[rows] == NO_ROW, "", names)
        grouped: dict[Any, dict[str, None]] = {}
        keys = zip(self.group[rows].tolist(), (-self.bytes[rows]).tolist(), names, strict=True)
        for group, _, name in sorted(keys):
            mine = grouped.setdefault(group, {})
            if len(mine) < ROWS_SHOWN:
                mine.setdefault(name)
        return {group: tuple(several) for group, several in grouped.items()}
