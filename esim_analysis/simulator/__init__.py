"""Paired exports with known truth, in the real formats."""
