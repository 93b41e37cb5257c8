"""Files of one collection continue each other: what is in two of them is added, not chosen.

Android starts a new file every fifteen days. The bucket it changes in is in both files, each
with its own part. Two copies of one file (of two images of a phone) hold the same, the later
one more of it: of these the larger count stands, as everywhere.
"""

import re
from collections.abc import Sequence
from typing import Final

import pandas as pd

from esim_analysis.importers.phone._overlap import newest_of, newest_totals
from esim_analysis.model import Evidence

ROTATED: Final = "netstats_files"
_NAME: Final = re.compile(r"^([a-z_]+)\.(\d+)-")


def dumps_of(artefacts: Sequence[Evidence]) -> tuple[list[pd.DataFrame], list[pd.DataFrame]]:
    """Return the frames and the device totals of artefacts, those of a collection as one.

    Returns
    -------
    (frames, totals)
        Columns of `model.EVIDENCE` and of `model.DEVICE_TOTALS`, one a dump.
    """
    rotated = [artefact for artefact in artefacts if _is_rotated(artefact)]
    others = [artefact for artefact in artefacts if not _is_rotated(artefact)]
    frames = [artefact.frame for artefact in others]
    totals = [artefact.device_totals for artefact in others]
    by_start: dict[tuple[str, str], list[Evidence]] = {}
    for artefact in rotated:
        by_start.setdefault(_part(artefact), []).append(artefact)
    kinds = sorted({kind for kind, _ in by_start})
    for kind in kinds:
        parts = [several for (mine, _), several in sorted(by_start.items()) if mine == kind]
        rows = [newest_of([one.frame for one in several]) for several in parts]
        sums = [newest_totals([one.device_totals for one in several]) for several in parts]
        frames.append(pd.concat(rows, ignore_index=True))
        totals.append(_added(pd.concat(sums, ignore_index=True)))
    return frames, totals


def _is_rotated(artefact: Evidence) -> bool:
    return any(source.importer == ROTATED for source in artefact.sources)


def _part(artefact: Evidence) -> tuple[str, str]:
    """Return the collection a file belongs to and its start, by its name; else the name twice."""
    name = artefact.sources[0].id
    told = _NAME.match(name)
    return (told.group(1), told.group(2)) if told else ("", name)


def _added(totals: pd.DataFrame) -> pd.DataFrame:
    key = ["sim_plmn", "interface", "start_utc", "end_utc"]
    if not totals.duplicated(key).any():
        return totals
    sums = totals.groupby(key, as_index=False, sort=False).agg(
        {"bytes_up": "sum", "bytes_down": "sum", "source": "first"}
    )
    return sums[totals.columns.to_list()]
