"""What cells look like: dates, clock times."""

import itertools
import re
from collections.abc import Sequence
from typing import Final

import pandas as pd

DATE: Final = r"\d{1,4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,4}|^\d{8}|^1\d{9}(?:\d{3})?$|\d\W*(?:de\s)?[^\W\d]{3,}\W*(?:de\s)?\d{2,4}|^[^\W\d]{3,}\s+\d{1,2},?\s+\d{4}"
CLOCK: Final = r"^\D{0,3}\d{1,2}[:时h]\s*\d{2}"
AFTER_DATE: Final = r"\d[T\s日]+\D{0,3}\d{1,2}[:时h]\d{2}|^\d{12,14}$|^1\d{9}$"
_LOOK: Final = 5_000  # rows that show what a column holds


def shown(cells: pd.Series) -> list[str]:
    """Return cells that say something; a large table is looked through in steps."""
    return [cell for cell in cells.iloc[:: max(len(cells) // _LOOK, 1)].tolist() if cell]


def mostly(said: Sequence[str], pattern: str) -> bool:
    """Tell whether most cells that say something match."""
    looks = re.compile(pattern, re.IGNORECASE).search
    # It ends with the match that makes a majority: most columns are what they seem from the top.
    enough = itertools.islice(filter(looks, said), len(said) // 2, None)
    return not said or next(enough, None) is not None
