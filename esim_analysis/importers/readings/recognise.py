"""Is a text typed readings? Two questions of which at most one is answered with yes."""

from typing import Final

from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.readings.balances import read_balances
from esim_analysis.importers.readings.lines import read_lines

_MOST: Final = 0.5
_HEAD: Final = 20_000  # characters; typed texts are short, and a look must be quick


def is_listing(file: SourceFile) -> bool:
    """Tell whether a text is mostly a settings listing: headings with apps under them."""
    return _kind(file) == "listing"


def is_balances(file: SourceFile) -> bool:
    """Tell whether a text is mostly balances and holds no listing."""
    return _kind(file) == "balances"


def _kind(file: SourceFile) -> str:
    if not file.is_text or file.head_text.lstrip()[:1] in ("{", "<"):
        return ""
    lines = read_lines(file.head_text[:_HEAD])
    lines = lines[lines["kind"] != "zone"]
    balances = lines["kind"] == "balance"
    said = read_balances(lines.loc[balances, "text"])["problem"]
    readings = int((said == "").sum())
    apps = int((lines["kind"] == "app").sum())
    headings = int((lines["kind"] == "heading").sum())
    if not readings + apps or (readings + apps + headings) < _MOST * len(lines):
        return ""
    return "listing" if apps else "balances"
