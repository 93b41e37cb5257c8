"""One file a figure: frames in, Plotly figure out; computes nothing."""
