"""Offline knowledge: apps, system ids, countries, remedies."""
