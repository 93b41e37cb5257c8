"""A case: exports and artefacts in, answers out. Wires the layers, computes nothing itself.

`open_case` reads files, `analyse` runs the layers once, `Case` is what a notebook holds.
"""

from esim_analysis.case.analysing import Settled, analyse, name_apps, settle
from esim_analysis.case.holding import Case
from esim_analysis.case.opening import open_case

__all__ = ["Case", "Settled", "analyse", "name_apps", "open_case", "settle"]
