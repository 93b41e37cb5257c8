"""esim_analysis: join what the operator billed with what the phone saw.

The words, in the order the data takes:

export      the file your operator gave you; its rows become *usage records*
artefact    the file your phone gave you; its facts become *evidence*
attribution billed bytes divided among apps, with a band, and with the
            unattributed rest named
finding     a rule's answer: what was seen, how much it matters (severity),
            how sure it is (confidence), and which switch to turn off
coverage    the share of billed bytes for which any evidence exists

>>> import esim_analysis as esim
>>> case = esim.open_case("exports/")            # doctest: +SKIP
>>> case.findings()                              # doctest: +SKIP
"""

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if sys.version_info < (3, 11):  # noqa: UP036 - the one line a user of an older Python reads
    raise SystemExit("esim_analysis needs Python 3.11 or newer; python3 --version tells yours.")

if TYPE_CHECKING:
    from esim_analysis.case import Case, open_case
    from esim_analysis.fleet import Fleet, open_fleet
    from esim_analysis.report.pack import Contest, PackRequest

__version__ = "0.1.0"
__all__ = ["Case", "Contest", "Fleet", "PackRequest", "__version__", "open_case", "open_fleet"]

_HOME = {
    "Case": "esim_analysis.case",
    "Contest": "esim_analysis.report.pack",
    "Fleet": "esim_analysis.fleet",
    "PackRequest": "esim_analysis.report.pack",
    "open_case": "esim_analysis.case",
    "open_fleet": "esim_analysis.fleet",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the type is that of the public name
    """Load pandas and friends only when a name that needs them is used."""
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)
