"""Times of a capture: possible ones, and captures that count from their own start."""

from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.captures.arrays import MICROS, Flags, Ints
from esim_analysis.model import FileError

FIRST_POSSIBLE: Final = 1_104_537_600 * MICROS  # 2005
_LAST_POSSIBLE: Final = 4_102_444_800 * MICROS  # 2100
IMPOSSIBLE: Final = sentence("importing.time_not_between_2005_and_2100")


def possible(micros: Ints) -> Flags:
    """Mark times (µs since 1970) at which a phone could have been captured."""
    marks: Flags = (micros >= FIRST_POSSIBLE) & (micros < _LAST_POSSIBLE)
    return marks


def utc(micros: Ints) -> pd.Series:
    """Return µs since 1970 as `datetime64[us, UTC]`."""
    return pd.Series(np.asarray(micros, dtype=np.int64).view("datetime64[us]")).dt.tz_localize(
        "UTC"
    )


def no_dates(name: str) -> FileError:
    """Return the refusal of a capture none of whose times is a date."""
    return FileError(
        name,
        sentence("importing.capture_whose_times_count_from"),
        sentence("importing.give_capture_was_recorded_before"),
    )
