"""Rules: named questions put to a case, answered by findings."""

from esim_analysis.leakage.engine import find, not_answered
from esim_analysis.leakage.facts import Facts
from esim_analysis.leakage.rule import Rule

__all__ = ["Facts", "Rule", "find", "not_answered"]
