"""Is a text typed readings? Two questions of which at most one is answered with yes."""

import math
import re
import unicodedata
from functools import lru_cache
from itertools import islice
from typing import Final

from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.readings.balances import read_balances
from esim_analysis.importers.readings.lines import is_row, read_lines

_MOST: Final = 0.5
_HEAD: Final = 20_000  # characters; typed texts are short, and a look must be quick
_LETTER_LAST: Final = re.compile(r"[^\W\d_]$")  # an app line ends in a unit, or in "used"


def is_listing(file: SourceFile) -> bool:
    """Tell whether a text is mostly a settings listing: headings with apps under them."""
    return _kind(file) == "listing"


def is_balances(file: SourceFile) -> bool:
    """Tell whether a text is mostly balances and holds no listing."""
    return _kind(file) == "balances"


def _kind(file: SourceFile) -> str:
    if not file.is_text or file.head_text.lstrip()[:1] in ("{", "<"):
        return ""
    return _kind_of(file.head_text[:_HEAD])


@lru_cache(maxsize=8)  # both questions are asked of one file after the other
def _kind_of(text: str) -> str:
    if not _may_be_typed(text):
        return ""
    lines = read_lines(text)
    lines = lines[lines["kind"] != "zone"]
    balances = lines["kind"] == "balance"
    said = read_balances(lines.loc[balances, "text"])["problem"]
    readings = int((said == "").sum())
    apps = int((lines["kind"] == "app").sum())
    headings = int((lines["kind"] == "heading").sum())
    if not readings + apps or (readings + apps + headings) < _MOST * len(lines):
        return ""
    return "listing" if apps else "balances"


def _may_be_typed(text: str) -> bool:
    """Tell, line by line and without frames, whether half of them could be typed ones.

    Only an upper bound: rows of a table are no readings and end in no unit, so that most
    exports are told from typed texts in a hundredth of the time.
    """
    lines = [
        line for line in map(str.strip, unicodedata.normalize("NFKC", text).split("\n")) if line
    ]
    could_not = (1 for line in lines if is_row(line) and not _LETTER_LAST.search(line))
    most = math.floor((1.0 - _MOST) * len(lines))
    return next(islice(could_not, most, None), None) is None  # told as soon as they are too many
