"""A rule: a named question, what it needs, what else could explain its answer."""

from collections.abc import Callable
from dataclasses import dataclass

from esim_analysis.leakage.facts import Facts
from esim_analysis.model import Finding


@dataclass(frozen=True, slots=True)
class Rule:
    """One question put to a case.

    Attributes
    ----------
    id
        As in `findings.json`; also the stem of its sentences in the catalogues.
    needs
        Names of `leakage.needs`; a rule that lacks one is silent and says so.
    false_positives
        Names of sentences (`findings.<name>`) that say what else looks the same.
    remedy
        Key of the remedy it usually suggests; a finding may name a better one.
    check
        The question itself; rows already explained are marked in `facts.pieces`.
    after
        Rules whose findings explain bytes first.
    """

    id: str
    needs: tuple[str, ...]
    false_positives: tuple[str, ...]
    remedy: str
    check: Callable[[Facts], list[Finding]]
    after: tuple[str, ...] = ()
