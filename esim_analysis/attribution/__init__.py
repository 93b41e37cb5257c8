"""Divide billed bytes among apps, with bounds and named residuals; pure functions.

`attribute` divides, rows of a `ServiceClass` among its apps alone; `propose` says what the
evidence overrules in how a file was read; `coverage`, `share`, `timeline` and `bands` ask the
result; `sliding` shows why bill and phone belong together, `reconcile` why they differ,
`billed_rows` what explains each row of the bill.
"""

from esim_analysis.attribution.attributing import attribute, estimated
from esim_analysis.attribution.banding import bands, uncut
from esim_analysis.attribution.classes import ServiceClass, zero_rated_class
from esim_analysis.attribution.coverage import coverage
from esim_analysis.attribution.hypotheses import reconcile
from esim_analysis.attribution.overhead import Estimate
from esim_analysis.attribution.proposals import propose
from esim_analysis.attribution.rows import billed_rows
from esim_analysis.attribution.sliding import Sliding, sliding
from esim_analysis.attribution.windows import WindowShare, share, timeline

__all__ = [
    "Estimate",
    "ServiceClass",
    "Sliding",
    "WindowShare",
    "attribute",
    "bands",
    "billed_rows",
    "coverage",
    "estimated",
    "propose",
    "reconcile",
    "share",
    "sliding",
    "timeline",
    "uncut",
    "zero_rated_class",
]
