"""Artefacts of phones."""
