"""Names written by strangers, made harmless before they reach a picture or a page."""

import html
import unicodedata
from typing import Final

_ELLIPSIS: Final = "…"


def plain(name: str, *, limit: int = 48) -> str:
    r"""Return a name on one line, without control or direction marks, at most `limit` long.

    >>> plain("Photos\u202egnp.exe")
    'Photosgnp.exe'
    """
    # Cc and Cf: control characters and invisible format marks, right-to-left overrides among them.
    kept = (sign if sign.isprintable() or sign == " " else " " for sign in _visible(name))
    line = " ".join("".join(kept).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + _ELLIPSIS


def plotly_text(name: str, *, limit: int = 32) -> str:
    """Return a name as Plotly shows it literally: its pseudo-HTML is switched off."""
    return html.escape(plain(name, limit=limit), quote=False)


def _visible(name: str) -> str:
    return "".join(sign for sign in name if unicodedata.category(sign) != "Cf")
