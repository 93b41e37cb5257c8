"""Figures: frames in, Plotly figures out; one file a figure, each asks the question it answers."""

from esim_analysis.figures.burn_down import burn_down
from esim_analysis.figures.calendar import calendar
from esim_analysis.figures.cost_by_day import cost_by_day
from esim_analysis.figures.plan_comparison import plan_comparison
from esim_analysis.figures.roaming_cost import roaming_cost
from esim_analysis.figures.usage_timeline import usage_timeline

__all__ = [
    "burn_down",
    "calendar",
    "cost_by_day",
    "plan_comparison",
    "roaming_cost",
    "usage_timeline",
]
