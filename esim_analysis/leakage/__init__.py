"""Rules: named questions put to a case, answered by findings."""

from esim_analysis.leakage.engine import find, not_answered, own_rules
from esim_analysis.leakage.facts import Facts
from esim_analysis.leakage.own_rules import OwnRules
from esim_analysis.leakage.rule import Rule

__all__ = ["Facts", "OwnRules", "Rule", "find", "not_answered", "own_rules"]
