"""What a SIM moved in each hour, by the phone's own totals: they say when, never how much."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import pandas as pd

from esim_analysis.attribution.bill import Floats, Ints, micros
from esim_analysis.attribution.curve import Curve

_HOUR: Final = 3_600_000_000  # µs
_NOBODY: Final = -1


@dataclass(frozen=True, slots=True)
class Hours:
    """Mobile bytes of all apps together over time.

    Attributes
    ----------
    track
        Number in `curve` of each SIM of the phone, -1 where nothing was counted.
    """

    curve: Curve
    track: Ints

    @classmethod
    def of(cls, totals: pd.DataFrame, sims: tuple[tuple[str, str], ...]) -> Self | None:
        """Read totals of an hour or less.

        Parameters
        ----------
        totals
            Columns of `model.DEVICE_TOTALS`. They name a network and no line: of phones of
            several lines nobody knows whose they are.
        sims
            `(line, home network)`.

        Returns
        -------
        Hours or None
            None where nothing tells.
        """
        if totals.empty or len({line for line, _ in sims}) != 1:
            return None
        rows = totals[totals["interface"] == "cellular"]
        start, end = micros(rows["start_utc"]), micros(rows["end_utc"])
        up, down = (
            rows[name].to_numpy(np.int64, na_value=0) for name in ("bytes_up", "bytes_down")
        )
        number = {network: code for code, (_, network) in enumerate(sims)}
        told = rows["sim_plmn"].fillna("").map(number).fillna(_NOBODY)
        code = told.to_numpy().astype(np.int64)
        kept = np.flatnonzero((end > start) & (end - start <= _HOUR) & (code != _NOBODY))
        volume = (up + down)[kept].astype(np.float64)
        if not volume.any():
            return None
        curve = Curve.of(code[kept], start[kept], end[kept], volume)
        track = np.arange(len(sims))
        return cls(curve, np.where(np.isin(track, code[kept]), track, _NOBODY))

    def between(self, sim: Ints, start: Ints, end: Ints) -> Floats:
        """Return the bytes of each SIM in [start, end), 0 of one that nobody counted."""
        track = self.track[sim]
        found = self.curve.between(np.maximum(track, 0), start, end)
        return np.where(track == _NOBODY, 0.0, found)
