"""How exact a printed volume is: the step it was rounded to."""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

# From coarse to fine: the first that divides every volume of a file is its step.
_STEPS: Final = (
    *(10**power for power in range(9, 2, -1)),
    *(1024**power for power in (3, 2, 1)),
)


def common_step(
    volumes: npt.NDArray[np.int64], source: npt.NDArray[np.int64], *, fewest: int = 3
) -> npt.NDArray[np.float64]:
    """Return the step every volume of a source is a multiple of, in bytes; 1 where none is.

    Parameters
    ----------
    volumes
        Bytes, one a row.
    source
        Code of the file of each row; -1 for none.
    fewest
        Volumes a file must have before a shared step is more than chance.
    """
    file = source + 1
    files = int(file.max(initial=0)) + 1
    counts = np.bincount(file[volumes > 0], minlength=files)
    step = np.ones(files)
    for size in sorted(_STEPS):
        misfit = np.bincount(file, weights=(volumes % size != 0), minlength=files)
        step[(misfit == 0) & (counts >= fewest)] = size
    return step[file]


def printed_step(raw: pd.Series, volumes: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return the size of the last printed digit of each volume, in bytes; 1 where unknown.

    Parameters
    ----------
    raw
        The volume as it was written, `"1.2"` or `"1.2 GB"`; may be missing.
    volumes
        The bytes it was read as.
    """
    number = raw.str.extract(r"(\d+(?:\.\d+)?)", expand=False)
    value = pd.to_numeric(number, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    decimals = number.str.extract(r"\.(\d+)$", expand=False).str.len()
    places = decimals.fillna(0).to_numpy(dtype=np.float64)
    known = np.isfinite(value) & (value > 0)
    unit = np.where(known, volumes / np.where(known, value, 1.0), 1.0)
    step: npt.NDArray[np.float64] = np.where(known, np.maximum(unit * 10.0**-places, 1.0), 1.0)
    return step
