"""Divide billed bytes among apps, with bounds and named residuals; pure functions."""
