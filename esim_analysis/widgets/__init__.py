"""Notebook controls over a case; no arithmetic."""
