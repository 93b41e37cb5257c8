"""Notebook controls over a case; no arithmetic."""

from esim_analysis.widgets.explore import Explorer, explore

__all__ = ["Explorer", "explore"]
