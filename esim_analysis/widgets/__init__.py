"""Notebook controls over a case; no arithmetic."""

from esim_analysis.widgets.drop_zone import DropZone, drop_files
from esim_analysis.widgets.map_form import MapForm, map_table
from esim_analysis.widgets.slide import SlideClocks, slide_clocks
from esim_analysis.widgets.threshold import Threshold, threshold
from esim_analysis.widgets.will_it_last import WillItLast, will_it_last

__all__ = [
    "DropZone",
    "MapForm",
    "SlideClocks",
    "Threshold",
    "WillItLast",
    "drop_files",
    "map_table",
    "slide_clocks",
    "threshold",
    "will_it_last",
]
