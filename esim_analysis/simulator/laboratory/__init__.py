"""A laboratory of lives: leaks, operators, evidence and disagreements, each chosen on its own.

`life("background_sync", seed=3, operator="parts", evidence=("capture",), twist="vpn")` lives
four weeks and returns an `Outcome`: files in the real formats, and the truth to the byte.
A *leak* is what an app does unseen, an *occasion* much data that was wanted, a *twist* what
makes bill and phone disagree, an *operator* a way to cut, round and write sessions, a *rung* a
kind of evidence.
"""

from esim_analysis.simulator.laboratory.leaks import LEAKS
from esim_analysis.simulator.laboratory.living import life
from esim_analysis.simulator.laboratory.occasions import OCCASIONS
from esim_analysis.simulator.laboratory.operators import OPERATORS
from esim_analysis.simulator.laboratory.rungs import RUNGS
from esim_analysis.simulator.laboratory.twists import TWISTS

__all__ = ["LEAKS", "OCCASIONS", "OPERATORS", "RUNGS", "TWISTS", "life"]
