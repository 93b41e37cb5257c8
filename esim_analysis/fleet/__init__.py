"""Many SIMs: the same analysis of a bucket of lines at a time, then lines against their peers.

`run_fleet` does the work and leaves everything in a folder, `open_fleet` shows it. A run that
was stopped goes on where it was; what cannot be read is named and the rest finishes.
"""

from esim_analysis.fleet.opening import Fleet, open_fleet
from esim_analysis.fleet.running import run_fleet

__all__ = ["Fleet", "open_fleet", "run_fleet"]
