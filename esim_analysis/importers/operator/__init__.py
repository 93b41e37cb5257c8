"""Exports of operators."""
