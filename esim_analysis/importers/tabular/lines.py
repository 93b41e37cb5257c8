"""Subscriber ids to keyed hashes, so that no number travels through the program."""

import hashlib
from typing import Final

import pandas as pd

from esim_analysis.model.lines import bare_ids

# A fixed key keeps the same SIM the same line in every file and every run. The hash
# is for joining inside one machine; what leaves it says line-1, line-2 (DESIGN 5.7).
_KEY: Final = b"esim-analysis line"
_DIGEST_BYTES: Final = 8


def line_hash(raw: str) -> str:
    """Return the hash of one subscriber id; blanks inside it do not count."""
    return hashlib.blake2b(raw.encode(), key=_KEY, digest_size=_DIGEST_BYTES).hexdigest()


def hash_lines(raw: pd.Series) -> tuple[pd.Series, dict[str, str]]:
    """Hash a column of subscriber ids.

    Returns
    -------
    (lines, raw_lines)
        Hash a row (`""` where the id is empty), and hash → id as it is printed on the SIM.
    """
    ids = bare_ids(raw.fillna(""))
    hashes = {known: line_hash(known) for known in ids.unique() if known}
    lines = ids.map({"": "", **hashes}).astype("str")
    return lines, {value: key for key, value in hashes.items()}
