"""Files of this run and what earlier runs saw, as one reading."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import pandas as pd

from esim_analysis.history.kept import History
from esim_analysis.importers.joining import join
from esim_analysis.importers.parts import read_parts
from esim_analysis.importers.paths import files_of, fingerprint
from esim_analysis.importers.reading import Reading

_SPAN: Final = pd.Timedelta(days=31)  # a comparison looks back a month, or as far as ahead


def gather(
    paths: Sequence[Path],
    history: str | Path,
    *,
    timezone: str | None = None,
    balances: Sequence[str] = (),
    alone: bool = False,
) -> Reading:
    """Read files, remember them, and return them together with all that was known.

    Without files: what is known.

    Parameters
    ----------
    alone
        Return the files alone; those that are known are not read again, and their
        lines are found by name only.

    Raises
    ------
    NothingUsableError
        No file could be used and nothing is known.
    HistoryError
        The history cannot be written now; it is as it was.
    """
    kept = History(history)
    known = kept.known() if alone else {}
    parts, problems = read_parts(paths, timezone=timezone, balances=balances, known=known)
    ours = {part.sha256 for part in parts}
    if alone:
        ours |= {fingerprint(file) for file in files_of(paths)} & set(known)
    if not ours and (alone or not kept.store.exists):
        return join(parts, problems)  # says why for each file
    kept.remember(parts)
    ids: dict[str, str] = {}
    for part in parts:
        ids |= part.imported.usage.raw_lines if part.imported.usage else {}
    only = ours if alone else None
    return kept.recall(only=only, raw_lines=ids, problems=problems, also=parts)


def since_last_look(reading: Reading, history: str | Path) -> tuple[Reading, Reading] | None:
    """Return the time before the last new files and the time they brought, apart.

    The first side is a month, or as long as the second. None where the history has seen
    one state only, or the new files bring no later day.
    """
    looks = History(history).looks()
    cut = looks[-2].as_of if len(looks) > 1 else None
    if cut is None or not (reading.usage.frame["start_utc"] >= cut).any():
        return None
    last = pd.Timestamp(reading.usage.frame["start_utc"].max())
    begin = cut - max(_SPAN, last - cut)
    before = _between(reading, begin, cut)
    return None if before.usage.frame.empty else (before, _between(reading, cut, None))


def _between(reading: Reading, begin: pd.Timestamp, end: pd.Timestamp | None) -> Reading:
    """Return a reading whose bill begins in a span; what the phone saw stays whole."""
    starts = reading.usage.frame["start_utc"]
    inside = (starts >= begin) & (starts < end if end is not None else True)
    return replace(reading, usage=replace(reading.usage, frame=reading.usage.frame[inside]))
