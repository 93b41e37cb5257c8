"""Divide billed bytes among apps, with bounds and named residuals; pure functions."""

from esim_analysis.attribution.attributing import attribute

__all__ = ["attribute"]
