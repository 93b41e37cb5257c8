"""The task of a division: intervals of the phone, billed sessions, and what joins them."""

from dataclasses import dataclass, field

import numpy as np

from esim_analysis.attribution.bill import Flags, Floats, Ints
from esim_analysis.attribution.edges import Edges
from esim_analysis.attribution.groups import sum_by


@dataclass(frozen=True, slots=True)
class Timed:
    """What connections tell: shares of a slot placed on each edge, and of each slot left open."""

    placed: Floats
    open: Floats


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be divided: slots of the phone against sessions of the bill.

    Attributes
    ----------
    volume, width, sure, part
        A slot: phone bytes, their half-width, surely cellular, its connected part.
    measured, slack, upward, rate, session_part
        A session: bytes, their half-width, what rounding up adds on average, bytes a µs, its
        connected part.
    timed
        What a capture tells of the edges; None without one.
    leaning
        Of a session: how far `measured` was taken from the phone at the overhead, 0 to 1.
    """

    edges: Edges
    volume: Floats
    width: Floats
    sure: Flags
    length: Floats
    part: Ints
    measured: Floats
    slack: Floats
    upward: Floats
    session_length: Floats
    session_part: Ints
    timed: Timed | None = None
    leaning: Floats = field(default_factory=lambda: np.zeros(0))

    @property
    def parts(self) -> int:
        """Number of connected parts."""
        return int(max(self.part.max(initial=-1), self.session_part.max(initial=-1))) + 1


def part_sums(task: Task, values: Floats, *, of_slots: bool) -> Floats:
    """Sum values of slots or sessions over connected parts."""
    part = task.part if of_slots else task.session_part
    return sum_by(part, values, task.parts)


def part_deviation(task: Task, noise: float) -> Floats:
    """Return the deviation of each part's bill, as a share: the meter's noise and rounding."""
    measured = task.measured
    variance = (noise * measured) ** 2 + task.slack**2 / 3.0
    total = part_sums(task, measured, of_slots=False)
    deviation: Floats = np.sqrt(part_sums(task, variance, of_slots=False)) / np.maximum(total, 1.0)
    return deviation
