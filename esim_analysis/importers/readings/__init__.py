"""Typed readings, for people who have no file: text to readings, readings to differences."""

from esim_analysis.importers.readings.evidence import evidence_from_app_readings
from esim_analysis.importers.readings.parse import Readings, parse_readings
from esim_analysis.importers.readings.precision import half_widths
from esim_analysis.importers.readings.recognise import is_balances, is_listing
from esim_analysis.importers.readings.typed import (
    TypedSnapshots,
    parse_balance,
    source_of,
    typed_snapshots,
)
from esim_analysis.importers.readings.usage import usage_from_snapshots

__all__ = [
    "Readings",
    "TypedSnapshots",
    "evidence_from_app_readings",
    "half_widths",
    "is_balances",
    "is_listing",
    "parse_balance",
    "parse_readings",
    "source_of",
    "typed_snapshots",
    "usage_from_snapshots",
]
