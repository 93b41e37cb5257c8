"""The counts in rows of `dumpsys netstats`, whatever their age and spelling."""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from esim_analysis.importers.phone._lines import Lines, Places, extract, flags, number

_ROW: Final = r"^\s*(?:st|bucketStart)=(?P<start>-?\d{1,15})(?P<counts>(?:\s+\w+=-?\d{1,18})*)\s*$"
# As Android writes it today, read in one step.
_USUAL_ROW: Final = (
    r"^ *st=(?P<start>\d{1,15}) rb=(?P<down>\d{1,13}) rp=\d{1,18}"
    r" tb=(?P<up>\d{1,13}) tp=\d{1,18} op=\d{1,18}$"
)
_DOWN: Final = r"\s(?:rb|rxBytes)=(?P<n>\d{1,13})(?:\s|$)"
_UP: Final = r"\s(?:tb|txBytes)=(?P<n>\d{1,13})(?:\s|$)"
_IMPOSSIBLE: Final = r"\s(?:rb|rxBytes|tb|txBytes)=(?:-|\d{14})"


def read_counts(
    lines: Lines, places: Places
) -> tuple[pd.Series, pd.Series, pd.Series, npt.NDArray[np.bool_]]:
    """Return start, bytes down and up of each row, and which rows hold impossible counts."""
    usual = extract(lines, places, _USUAL_ROW)
    odd = usual["start"].isna().to_numpy(bool)
    start, down, up = (
        pd.Series(pd.array(pc.cast(pa.array(usual[name]), pa.int64()), dtype="Int64"))
        for name in ("start", "down", "up")
    )
    impossible = np.zeros(len(places), bool)
    if odd.any():
        fields = extract(lines, places[odd], _ROW)
        counts = pa.array(fields["counts"], pa.large_string())
        every = np.arange(int(odd.sum()))
        start[odd] = pd.to_numeric(fields["start"]).astype("Int64").array
        down[odd] = number(counts, every, _DOWN).array
        up[odd] = number(counts, every, _UP).array
        impossible[odd] = flags(pc.match_substring_regex(counts, _IMPOSSIBLE))
    return start, down, up, impossible
