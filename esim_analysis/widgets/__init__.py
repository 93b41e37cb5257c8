"""Notebook controls over a case; no arithmetic."""

from esim_analysis.widgets.drop_zone import DropZone, drop_files
from esim_analysis.widgets.explore import Explorer, explore

__all__ = ["DropZone", "Explorer", "drop_files", "explore"]
