"""Attribution from end to end: many lines at once, every byte kept."""

from dataclasses import replace

import numpy as np

from esim_analysis.attribution.bill import Ints
from esim_analysis.attribution.cells import cell_bands
from esim_analysis.attribution.classes import ServiceClass
from esim_analysis.attribution.clocks import check_clock
from esim_analysis.attribution.days import cut, midnights
from esim_analysis.attribution.division import divide
from esim_analysis.attribution.habits import divide_cells
from esim_analysis.attribution.ledger import Ledger, frame_of
from esim_analysis.attribution.matching import (
    Joined,
    Match,
    estimate_overhead,
    join,
    match,
    sure_parts,
    unround,
)
from esim_analysis.attribution.notes import capture_notes, class_notes, division_notes, sim_notes
from esim_analysis.attribution.overhead import Estimate, declared
from esim_analysis.attribution.pieces import Pieces
from esim_analysis.attribution.rhythm import cut_at_midnights
from esim_analysis.attribution.rounding import told, way_of
from esim_analysis.attribution.sims import NO_SIM
from esim_analysis.attribution.tables import Parts, cycle_table, day_table, record_table
from esim_analysis.attribution.writing import write_pieces
from esim_analysis.model import Attribution, Choice, Evidence, Overhead, UsageRecords

_LEAST_OVERHEAD, _MOST_OVERHEAD = 0.5, 2.0  # beyond, it is a unit and no overhead


def attribute(
    usage: UsageRecords,
    evidence: Evidence,
    *,
    zone: Choice,
    overhead: tuple[float, float] | Estimate | None = None,
    classes: tuple[ServiceClass, ...] = (),
) -> Attribution:
    """Divide the billed bytes among apps, with bands and residuals.

    Parameters
    ----------
    usage
        Billed rows of any number of lines. Rows whose day or hour is made up
        (prorated), other services and rows without volume are kept but not divided.
    evidence
        What the phone saw; only rows with bytes, on a mobile interface or on one
        nobody named, that count toward the total.
    zone
        Zone of the days.
    overhead
        Least and most billed bytes per phone byte, where somebody knows, or what was
        estimated from more lines than these; None: estimated from the evidence, else the
        usual range.
    classes
        Billed rows that only some apps can have used.

    Returns
    -------
    Attribution
        Parts of every record sum to its bill to the byte.

    Raises
    ------
    ValueError
        An overhead that is no range of positive numbers.
    """
    found = match(usage, evidence, classes=classes)
    joined = join(found)
    estimate = _estimate(joined, overhead)
    rounding = told(found.bill, estimate.way)
    found, joined = unround(found, joined, estimate)
    division = divide(joined.task, estimate)
    conflicting = np.zeros(len(found.bill.billed), dtype=bool)
    conflicting[joined.rows] = division.conflicting
    shares, habits = divide_cells(found.bill, found.phone, joined.edges, division)
    apps, rest, sums = write_pieces(
        found.bill, found.phone, joined.edges, shares, conflicting=conflicting
    )
    cells = cell_bands(found.bill, found.phone, joined.slots, joined.edges, division, habits=habits)
    edges, days = midnights(*_span(apps, rest), zone.value)
    apps = cut_at_midnights(apps, edges, found.bill, found.phone, habits)
    parts = Parts(cut(apps, edges)[0], cut(rest, edges)[0])
    by_day = day_table(found.bill, found.phone, parts, cells, edges=edges, days=days)
    by_cycle = cycle_table(found.bill, found.phone, parts, cells)
    del parts  # what follows needs the room
    # Pieces of no byte have had their say in the bands.
    pieces = apps.present(rest)
    del apps
    return Ledger(
        pieces=frame_of(pieces, found.bill, found.phone),
        by_day=by_day,
        by_cycle=by_cycle,
        by_record=record_table(found.bill, sums),
        overhead=estimate.overhead,
        clock=check_clock(
            found.bill, found.phone, found.sim, np.ones(len(found.bill.billed), dtype=bool)
        ),
        zone=zone,
        rounding=rounding,
        sims=_sims(found),
        notes=(
            *sim_notes(found.bill, found.choice, _sims(found)),
            *division_notes(found.bill, joined, division, estimate),
            *capture_notes(found.phone),
            *class_notes(classes, found.bill.billed, sums),
        ),
        cell=pieces.cell,
        cells=cells,
    )


def _span(*parts: Pieces) -> tuple[Ints, Ints]:
    """Return the first start and the last end of some pieces, none of none."""
    some = [one for one in parts if len(one.start)]
    first = [one.start.min() for one in some]
    last = [one.end.max() for one in some]
    return np.array(first, np.int64), np.array(last, np.int64)


def estimated(usage: UsageRecords, evidence: Evidence) -> Estimate:
    """Estimate the overhead from these lines, for `attribute` of any lines of the same files."""
    return _estimate(join(match(usage, evidence)), None)


def _estimate(joined: Joined, overhead: tuple[float, float] | Estimate | None) -> Estimate:
    if isinstance(overhead, Estimate):
        return overhead
    if overhead is None:
        return estimate_overhead(joined.task)
    return replace(_declared(overhead), way=way_of(sure_parts(joined.task)))


def _declared(overhead: tuple[float, float]) -> Estimate:
    low, high = overhead
    if not _LEAST_OVERHEAD <= low <= high <= _MOST_OVERHEAD:
        raise ValueError(
            f"an overhead is a range such as (1.02, 1.05) between {_LEAST_OVERHEAD} "
            f"and {_MOST_OVERHEAD}, not {overhead!r}"
        )
    return declared(Overhead(point=(low + high) / 2, low=low, high=high, origin="declared"))


def _sims(found: Match) -> dict[str, str]:
    codes = found.choice.of_line
    return {
        line: found.phone.sims[code][1]
        for line, code in zip(found.bill.lines, codes.tolist(), strict=True)
        if code != NO_SIM
    }
