"""Short messages: what fits into one SMS, 160 characters of GSM 03.38 or 70 of UCS-2."""

import unicodedata
from collections.abc import Sequence
from typing import Final

_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_DOUBLE: Final = frozenset("^{}\\[~]|€")  # an escape and a character
_PLAIN: Final = str.maketrans({
    "\u00a0": " ", "\u202f": " ", "–": "-", "—": "-", "−": "-", "…": "...", "≤": "<=",
    "“": '"', "”": '"', "‘": "'", "’": "'", "«": '"', "»": '"', "⚠": "!", "›": ">", "·": "-",
})  # fmt: skip
GSM_MOST: Final = 160
UCS_MOST: Final = 70


def plain(text: str) -> str:
    """Return the text in the GSM alphabet; what has no counterpart in it is left out."""
    told = []
    for letter in text.translate(_PLAIN):
        if letter in _BASIC or letter in _DOUBLE:
            told.append(letter)
            continue
        base = unicodedata.normalize("NFKD", letter)[0]
        told.append(base if base in _BASIC else "")
    return " ".join("".join(told).split())


def length(text: str) -> tuple[int, int]:
    """Return how long a message is and how long it may be, in the alphabet it needs."""
    if all(letter in _BASIC or letter in _DOUBLE for letter in text):
        return len(text) + sum(letter in _DOUBLE for letter in text), GSM_MOST
    return len(text.encode("utf-16-be")) // 2, UCS_MOST


def fit(parts: Sequence[str], *, lang: str) -> str:
    """Return the parts that fit into one message; the last one always stands.

    Parameters
    ----------
    parts
        What happened first; then, the most dispensable last but one, the rest; the last
        says how fresh the data are.
    """
    join = "" if lang == "zh" else " "
    ready = [part if lang == "zh" else plain(part) for part in parts if part]
    while True:
        text = join.join(ready)
        used, most = length(text)
        if used <= most:
            return text
        if len(ready) > 2:  # noqa: PLR2004 - what happened, and how fresh
            del ready[-2]
            continue
        over = used - most + (1 if lang == "zh" else 3)
        end = "…" if lang == "zh" else "..."
        ready[0] = ready[0][: max(len(ready[0]) - over, 0)].rstrip() + end
