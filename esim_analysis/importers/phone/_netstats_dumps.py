"""Dumps of one phone or of many, read in one pass: which of their rows count."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.phone._lines import Places, clean
from esim_analysis.importers.phone._netstats_clock import DumpTime, dump_time
from esim_analysis.importers.phone._netstats_rows import bucket_rows, describe
from esim_analysis.importers.phone._netstats_text import DumpText, take_apart
from esim_analysis.model import FileError

_Flags = npt.NDArray[np.bool_]
_AT_ONCE: Final = 16_000_000  # bytes of text; a dump has 50 kB to 10 MB


@dataclass(frozen=True, slots=True)
class Dumps:
    """The rows of wanted series of some files, and which of them count.

    Attributes
    ----------
    rows
        `DumpText.rows` with what their series say.
    times
        The moment of each dump; a file holds one, rarely two.
    in_uid, possible, used
        Whether a row is an app's, lies before its dump, and has bytes.
    """

    dump: DumpText
    series: pd.DataFrame
    rows: pd.DataFrame
    times: list[DumpTime | None]
    in_uid: _Flags
    possible: _Flags
    used: _Flags

    @property
    def told(self) -> _Flags:
        """Whether a row is evidence."""
        return self.in_uid & self.possible & self.used

    @property
    def has_apps(self) -> _Flags:
        """Whether each file has a section of apps."""
        sections = self.dump.sections
        return self._holding(sections.loc[sections["section"] == "uid", "file"].to_numpy())

    @property
    def useful(self) -> _Flags:
        """Whether each file has a row that is evidence."""
        return self._holding(self.rows["file"].to_numpy()[self.told])

    @property
    def simple(self) -> _Flags:
        """Whether each useful file is one dump that says of every row whether it was metered.

        Such a file, alone, is its phone's evidence: no other dump and no finer counter of it can
        make a row give way.
        """
        unsaid = self.rows["metered"].isna().to_numpy(bool)
        coarse = self._holding(self.rows["file"].to_numpy()[unsaid])
        one: _Flags = self.dump.dumps == 1
        return self.has_apps & self.useful & one & ~coarse

    def _holding(self, files: Places) -> _Flags:
        held: _Flags = np.isin(np.arange(len(self.dump.dumps)), files)
        return held


def look(texts: Sequence[str]) -> Dumps:
    """Read cleaned texts of netstats; nothing is raised, whatever they hold."""
    dump = take_apart(texts)
    series = describe(dump)
    rows = dump.rows.join(series.drop(columns="file"), on="series")
    rows = rows[rows["wanted"].astype(bool)]
    times, possible = _times(dump, rows)
    return Dumps(
        dump=dump,
        series=series,
        rows=rows,
        times=times,
        in_uid=(rows["section"] == "uid").to_numpy(bool),
        possible=possible,
        used=(rows["down"].fillna(0) + rows["up"].fillna(0)).gt(0).to_numpy(bool),
    )


def _times(dump: DumpText, rows: pd.DataFrame) -> tuple[list[DumpTime | None], _Flags]:
    """Return the moment of each dump, and whether each row can have been seen at it."""
    numbers = np.arange(int(dump.dumps.sum()) + 1)
    place = np.searchsorted(rows["dump"].to_numpy("int64"), numbers)  # rows follow their dumps
    start, length = rows["start"].to_numpy(np.int64), rows["length"].to_numpy(np.int64)
    at = dump.polls["at"].astype("datetime64[s]").to_numpy().astype(np.int64)
    poll = np.searchsorted(dump.polls["dump"].to_numpy("int64"), numbers)
    times: list[DumpTime | None] = []
    possible = np.ones(len(rows), dtype=bool)
    for number in numbers[:-1]:
        mine = slice(place[number], place[number + 1])
        time = dump_time(at[poll[number] : poll[number + 1]], start[mine], length[mine])
        if time is not None:
            possible[mine] = time.possible(start[mine], length[mine])
        times.append(time)
    return times, possible


def read_simple(files: Sequence[SourceFile]) -> tuple[pd.DataFrame, Places, set[int]]:
    """Read the simple ones of many phones' dumps together.

    Returns
    -------
    (frame, file, left)
        Columns of `model.EVIDENCE` without `line`, as the evidence of each file by itself; the
        number of the file each row is from; files that have to be read one by one.
    """
    frames, places, left = [], [], set(range(len(files)))
    for part in _portions(files):
        seen = look([text for _, text in part])
        number = np.array([number for number, _ in part], np.int64)
        chosen = seen.told & seen.simple[seen.rows["file"].to_numpy()]
        rows = seen.rows[chosen]
        file = number[rows["file"].to_numpy()]
        names = pd.Series([one.name for one in files], dtype="str")
        source = pd.Series(names.array.take(file), index=rows.index)
        frames.append(bucket_rows(rows, source))
        places.append(file)
        left -= set(number[seen.simple].tolist())
    if not frames:
        return pd.DataFrame(), np.array([], np.int64), left
    return pd.concat(frames, ignore_index=True), np.concatenate(places), left


def _portions(files: Sequence[SourceFile]) -> Iterator[list[tuple[int, str]]]:
    """Give texts that can be read, with the number of their file, as many as fit in memory."""
    part: list[tuple[int, str]] = []
    size = 0
    for number, file in enumerate(files):
        try:
            text = clean(SourceFile(file.path, file.name).text)
        except (FileError, OSError):
            continue  # reading it by itself says what is wrong
        part.append((number, text))
        size += len(text)
        if size > _AT_ONCE:
            yield part
            part, size = [], 0
    if part:
        yield part
