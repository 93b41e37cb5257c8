"""Records kept as columns of packed text, batch after batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.jsons.columns import as_text, text_at
from esim_analysis.importers.jsons.records import Found
from esim_analysis.model import FileError

_MAX_CELLS: Final = 20_000_000  # of four bytes and their text
_DEEP: Final = 4  # objects inside a record; no format asks for a field further down
_TEXT: Final = pa.large_string()


@dataclass(frozen=True, slots=True)
class _Batch:
    count: int
    places: pa.Array
    columns: Mapping[str, pa.Array]
    around: tuple[dict[str, Any], ...]  # nearest first; still filled while the text is read


@dataclass(slots=True)
class Stored:
    """What `Found` holds, of any number of records.

    Attributes
    ----------
    count
        Records.
    damaged, strange
        `(place, reason)` of text that is no JSON, and of list entries that are no records.
    pages
        Places of answers that name a further page.
    prefix
        What places of the only document of a file begin with; it is left out.
    """

    name: str
    count: int = 0
    damaged: list[tuple[str, str]] = field(default_factory=list)
    strange: list[tuple[str, str]] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    prefix: str = ""
    _cells: int = 0
    _batches: list[_Batch] = field(default_factory=list)

    def add(self, found: Found, around: tuple[dict[str, Any], ...]) -> None:
        """Keep the records of a batch, found inside the objects `around`.

        Raises
        ------
        FileError
            Records and fields are too many to be held.
        """
        self.strange += found.strange
        count = len(found.items)
        if not count:
            return
        made = _Columns(count)
        for row, (item, outer) in enumerate(zip(found.items, found.outers, strict=True)):
            made.spread(row, "", item)
            made.spread(row, "^", outer)
            if self._cells + count * len(made.told) > _MAX_CELLS:
                what = sentence("importing.json_more_than_cells", millions=_MAX_CELLS // 10**6)
                raise FileError(self.name, what, sentence("importing.split_by_month_give_parts"))
        self._cells += count * len(made.told)
        self.count += count
        columns = {name: pa.array(cells, pa.string()) for name, cells in made.told.items()}
        self._batches.append(_Batch(count, pa.array(found.places, pa.string()), columns, around))

    def only_one(self, prefix: str) -> None:
        """Leave out what places begin with: the file holds one document."""
        self.prefix = prefix
        self.strange = [(place.removeprefix(prefix), reason) for place, reason in self.strange]

    def places(self) -> pd.Index:
        """Return the place of each record."""
        whole = pa.chunked_array([one.places for one in self._batches], pa.string())
        if self.prefix:
            cut = pc.replace_substring_regex(whole, f"^{self.prefix}", "")
            whole = pc.if_else(pc.equal(cut, ""), "/", cut)
        return pd.Index(pd.Series(whole.cast(_TEXT).to_pandas(), dtype="str"))

    def column(self, paths: Sequence[str]) -> pd.Series:
        """Return the first filled of `paths` for each record, as `text_column` does."""
        parts = [self._part(batch, paths) for batch in self._batches]
        whole = pa.chunked_array(parts, pa.string()).cast(_TEXT)
        return pd.Series(whole.to_pandas(), dtype="str").set_axis(self.places())

    @staticmethod
    def _part(batch: _Batch, paths: Sequence[str]) -> pa.Array:
        given: list[pa.Array] = []
        for path in paths:
            if path in batch.columns:
                given.append(batch.columns[path])
            if path.startswith("^"):
                told = (text_at(one, path[1:].split(".")) for one in batch.around)
                said = next((text for text in told if text is not None), None)
                given += [] if said is None else [pa.repeat(pa.scalar(said), batch.count)]
        return pc.coalesce(*given) if given else pa.nulls(batch.count, pa.string())


@dataclass(slots=True)
class _Columns:
    """Plain fields of a batch of records under their paths."""

    count: int
    told: dict[str, list[str | None]] = field(default_factory=dict)

    def spread(self, row: int, prefix: str, node: dict[str, Any], depth: int = _DEEP) -> None:
        for name, value in node.items():
            if isinstance(value, dict):
                if depth:
                    self.spread(row, f"{prefix}{name}.", value, depth - 1)
            elif (text := as_text(value)) is not None:
                path = prefix + name
                if path not in self.told:
                    self.told[path] = [None] * self.count
                self.told[path][row] = text
