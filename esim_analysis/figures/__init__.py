"""Figures: frames in, Plotly figures out; one file a figure, each asks the question it answers."""

from esim_analysis.figures.app_ground import app_ground
from esim_analysis.figures.beacon_raster import beacon_raster
from esim_analysis.figures.billed_versus_seen import billed_versus_seen
from esim_analysis.figures.burn_down import burn_down
from esim_analysis.figures.calendar import calendar
from esim_analysis.figures.cause_waterfall import cause_waterfall
from esim_analysis.figures.clock_scores import clock_scores, clock_sentence
from esim_analysis.figures.company_bars import company_bars
from esim_analysis.figures.cost_by_day import cost_by_day
from esim_analysis.figures.coverage_strip import coverage_strip
from esim_analysis.figures.hour_weekday import hour_weekday
from esim_analysis.figures.night_profile import night_profile
from esim_analysis.figures.plan_comparison import plan_comparison
from esim_analysis.figures.reconciliation_waterfall import reconciliation_waterfall
from esim_analysis.figures.roaming_cost import roaming_cost
from esim_analysis.figures.roaming_strip import roaming_strip
from esim_analysis.figures.twin import twin, twin_html, twin_text
from esim_analysis.figures.usage_timeline import usage_timeline

__all__ = [
    "app_ground",
    "beacon_raster",
    "billed_versus_seen",
    "burn_down",
    "calendar",
    "cause_waterfall",
    "clock_scores",
    "clock_sentence",
    "company_bars",
    "cost_by_day",
    "coverage_strip",
    "hour_weekday",
    "night_profile",
    "plan_comparison",
    "reconciliation_waterfall",
    "roaming_cost",
    "roaming_strip",
    "twin",
    "twin_html",
    "twin_text",
    "usage_timeline",
]
