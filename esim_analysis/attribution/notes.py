"""What a reader should know of a division beside its figures, in sentences that can be retold."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from esim_analysis.attribution.bill import Bill, Ints
from esim_analysis.attribution.classes import ServiceClass
from esim_analysis.attribution.division import Division
from esim_analysis.attribution.matching import Joined
from esim_analysis.attribution.overhead import Estimate
from esim_analysis.attribution.phone import Phone
from esim_analysis.attribution.sims import NO_SIM, SimChoice
from esim_analysis.attribution.writing import Sums
from esim_analysis.i18n.sentences import sentence

_FEW: Final = 5  # lines that are told one by one
_SETTLED: Final = 1e-3  # of the bytes; a division that moves more in its last round is told
_NOTABLE: Final = 0.02  # of a class: what of it is worth a note if no app explains it
_MB: Final = 1e6


def sim_notes(bill: Bill, choice: SimChoice, sims: Mapping[str, str]) -> Iterator[str]:
    """Say which SIM of several stands for a line; `sims` is line → network of its SIM."""
    outbid = (choice.candidates > 0) & (choice.of_line == NO_SIM)
    for code in np.flatnonzero(outbid)[:_FEW].tolist():
        yield sentence("attribution.sim_outbid", line=_line(bill, code))
    several = np.flatnonzero((choice.candidates > 1) & ~outbid)
    for code in several[:_FEW].tolist():
        yield sentence(
            "attribution.sim_unclear" if choice.unclear[code] else "attribution.sim_chosen",
            line=_line(bill, code),
            count=int(choice.candidates[code]),
            network=sims.get(bill.lines[code]) or sentence("attribution.sim_nameless"),
        )


def division_notes(
    bill: Bill, joined: Joined, division: Division, estimate: Estimate
) -> Iterator[str]:
    """Say what is made up, assumed or not quite settled in a division."""
    prorated = int(bill.prorated.sum())
    if prorated:
        yield sentence("attribution.prorated", rows=prorated)
    if not len(joined.edges.slot):
        return
    if division.residual > _SETTLED:
        yield sentence(
            "attribution.stopped", rounds=division.sweeps, share=f"{division.residual:.1%}"
        )
    if estimate.overhead.origin == "assumed":
        yield sentence("attribution.overhead_assumed")


def capture_notes(phone: Phone) -> Iterator[str]:
    """Say what a capture beside counters is taken for."""
    if phone.timing is not None and phone.timing.inside > 0:
        yield sentence(
            "attribution.capture_inside",
            volume=f"{phone.timing.listed / _MB:.1f} MB",
            inside=f"{phone.timing.inside / _MB:.1f} MB",
        )


def class_notes(classes: Sequence[ServiceClass], billed: Ints, sums: Sums) -> Iterator[str]:
    """Say what the apps of a class leave of its rows, or used beyond them."""
    for one in classes:
        total = int(billed[one.rows].sum())
        told = {
            "rows": int(one.rows.sum()),
            "total": f"{total / _MB:.1f} MB",
            "apps": ", ".join(one.apps),
        }
        for left, key in (
            (int(sums.unattributed[one.rows].sum()), "attribution.class_unseen"),
            (-int(sums.conflict[one.rows].sum()), "attribution.class_beyond"),
        ):
            if left > _NOTABLE * total:
                yield sentence(key, **told, left=f"{left / _MB:.1f} MB")


def _line(bill: Bill, code: int) -> str:
    return bill.lines[code] or sentence("attribution.the_line")
