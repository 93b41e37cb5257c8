"""Formats said in a few lines: which key means what; reading them is the same for all."""
