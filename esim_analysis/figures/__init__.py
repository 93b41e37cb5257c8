"""One file a figure: frames in, Plotly figure out; computes nothing."""

from esim_analysis.figures.usage_timeline import usage_timeline

__all__ = ["usage_timeline"]
