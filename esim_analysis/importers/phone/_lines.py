"""Lines of adb output as Arrow arrays: matched all at once, never one by one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Self, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from esim_analysis.importers.files import SourceFile

Lines: TypeAlias = Any  # pyarrow.LargeStringArray; pyarrow has no stubs
Places: TypeAlias = npt.NDArray[np.int64]

_ODD: Final = (("\u00a0", " "), ("\u202f", " "), ("\uff1a", ":"), ("\ufeff", ""))


@dataclass(frozen=True, slots=True)
class Pages:
    """The lines of all files one below the other, and where each file begins."""

    lines: Lines
    begins: Places

    @classmethod
    def of(cls, texts: Sequence[str]) -> Self:
        """Split texts whose line ends are newlines."""
        split = pc.split_pattern(pa.array(texts, pa.large_string()), "\n")
        return cls(split.flatten(), split.offsets.to_numpy()[:-1].astype(np.int64))

    @property
    def ends(self) -> Places:
        """The last line of each file."""
        return np.append(self.begins[1:], len(self.lines)) - 1

    def file(self, places: Places) -> Places:
        """Return the number of the file each place is in."""
        return np.searchsorted(self.begins, places, side="right") - 1

    def line(self, places: Places) -> Places:
        """Return each place counted in its own file, from 0."""
        found: Places = places - self.begins[self.file(places)]
        return found


def head_of(file: SourceFile) -> str:
    """Return the cleaned beginning of a text file, nothing of a binary one."""
    # UTF-16 without a byte-order mark is full of zero bytes, and still text.
    if file.is_text or file.encoding.startswith("utf-16"):
        return _cleaned(file.head_text)
    return ""


@lru_cache(maxsize=1)  # many formats ask for the beginning of one file after the other
def _cleaned(head: str) -> str:
    return clean(head)


def clean(text: str) -> str:
    """Undo what chats and shells do to a paste: odd spaces, wide colons, stray byte-order marks."""
    if text.isascii():
        return text
    for odd, plain in _ODD:
        text = text.replace(odd, plain)
    return text


def matching(lines: Lines, pattern: str) -> Places:
    """Return the places of the lines that match `pattern` (RE2 syntax)."""
    return np.flatnonzero(flags(pc.match_substring_regex(lines, pattern)))


def extract(lines: Lines, places: Places, pattern: str) -> pd.DataFrame:
    """Return the named groups of `pattern` as columns, missing where a line does not match."""
    found = pc.extract_regex(lines.take(pa.array(places)), pattern)
    names = re.findall(r"\?P<(\w+)>", pattern)
    return pd.DataFrame({name: pc.struct_field(found, name).to_pandas() for name in names})


def number(lines: Lines, places: Places, pattern: str) -> pd.Series:
    """Return the group `n` of `pattern` as `Int64`, missing where a line does not match."""
    found = pc.struct_field(pc.extract_regex(lines.take(pa.array(places)), pattern), "n")
    return pd.Series(pd.array(pc.cast(found, pa.int64()), dtype="Int64"))


def flags(mask: Lines) -> npt.NDArray[np.bool_]:
    """Return an Arrow array of truth values as numpy; missing is False."""
    filled: npt.NDArray[np.bool_] = pc.fill_null(mask, fill_value=False).to_numpy(
        zero_copy_only=False
    )
    return filled
