"""Records of a JSON text too large to be held as objects: batch after batch, kept as columns.

What small files give comes out here too: the same records, places and damages. A value of
up to a megabyte is decoded at once; only what is larger is walked through key by key, and of
that no more than its plain fields is held. So memory follows the records, not the nesting.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.jsons.documents import CUT, too_deep
from esim_analysis.importers.jsons.records import MAX_DEPTH, Found, Walk, escaped, has_next
from esim_analysis.importers.jsons.stored import Stored
from esim_analysis.importers.jsons.window import SPAN, BrokenError, LargeError, Window
from esim_analysis.model import FileError

LARGE: Final = 8_000_000  # bytes; a smaller text is read at once
MAX_RECORDS: Final = 300_000  # tables made of them take a kilobyte each
_BATCH: Final = 2_000
_IDLE: Final = 300_000  # entries of lists, or names in objects, that are or hold no record

Split = Callable[[Found], Found]


def is_large(file: SourceFile) -> bool:
    """Tell whether a text, unpacked, is better read in parts."""
    size = 0
    for part in file.parts():
        size += len(part)
        if size > LARGE:
            return True
    return False


def stream_records(
    file: SourceFile, *key_sets: frozenset[str], split: Split | None = None
) -> Stored:
    """Find the records of a large text, as `find_records` does in a small one.

    Raises
    ------
    FileError
        Too many records or fields, a text without end, or lists inside lists too deeply.
    """
    reader = _Reader(file, Window(file), key_sets, split)
    try:
        reader.roots()
    except RecursionError as problem:
        raise too_deep(file.name) from problem
    return reader.stored


@dataclass(slots=True)
class _Reader:
    file: SourceFile
    window: Window
    key_sets: tuple[frozenset[str], ...]
    split: Split | None
    around: list[dict[str, Any]] = field(default_factory=list)  # objects too large, outermost first
    idle: int = 0
    stored: Stored = field(init=False)
    walk: Walk = field(init=False)

    def __post_init__(self) -> None:
        self.stored = Stored(self.file.name)
        self.walk = Walk(self.key_sets, Found())

    def roots(self) -> None:
        """Read value after value; after a damaged one go on with the next line."""
        count, sound = 0, True
        while True:
            while self.window.take(","):
                pass
            if not (mark := self.window.peek()):
                break
            place = f"line {self.window.line}"
            whole = mark in "{["
            if whole:
                try:
                    self._value(place, MAX_DEPTH)
                    count += 1
                except BrokenError:
                    whole = False
                    place = f"line {self.window.line}"
                    count += self._mended(place)
            else:
                self.window.mended()
            # One damage leaves many lines behind that mean nothing: its first is named.
            if not whole and sound:
                self.stored.damaged.append((place, CUT))
            sound = whole
            self._flush(at_least=_BATCH)
        self._flush()
        if count == 1:
            self.stored.only_one("line 1")

    def _mended(self, place: str) -> bool:
        """Keep what is whole of a broken value; tell whether anything was."""
        self._flush()
        self.around.clear()
        found = self.window.mended()
        if found is not None:
            self.walk.through(found, place, {}, MAX_DEPTH)
        return found is not None

    def _value(self, place: str, depth: int) -> None:
        if depth == 0:
            raise too_deep(self.file.name)
        try:
            node = self.window.value()
        except LargeError:
            if self.window.take("["):
                self._list(place, depth)
            elif self.window.take("{"):
                self._object(place, depth)
            else:
                raise self._endless() from None
        else:
            self.walk.through(node, place, {}, depth)

    def _object(self, place: str, depth: int) -> None:
        self._flush()
        own: dict[str, Any] = {}
        self.around.append(own)
        while not self.window.take("}"):
            name = self._plain()
            if not isinstance(name, str) or not self.window.take(":"):
                raise BrokenError
            mark = self.window.peek()
            if mark == "[":
                own[name] = []
                self._value(f"{place}/{escaped(name)}", depth - 1)
            else:
                self._field(own, name, f"{place}/{escaped(name)}", depth)
            if not self.window.take(",") and self.window.peek() != "}":
                raise BrokenError
        self._flush()
        self.around.pop()
        if has_next(own):
            self.stored.pages.append(place)
        if self.walk.is_record(own):
            self._strange(place, sentence("importing.record_too_large", megabytes=SPAN // 10**6))

    def _field(self, own: dict[str, Any], name: str, place: str, depth: int) -> None:
        try:
            own[name] = self.window.value()
        except LargeError:
            if not self.window.take("{"):
                raise self._endless() from None
            own[name] = {}
            self._object(place, depth - 1)
        else:
            if isinstance(own[name], dict):
                self.walk.through(own[name], place, {}, depth - 1)
        self._idle(1)

    def _list(self, place: str, depth: int) -> None:
        number, known = 0, False
        part: list[Any] = []
        begin = number
        while not self.window.take("]"):
            try:
                part.append(self.window.value())
            except (BrokenError, LargeError) as problem:
                known = self._part(part, place, depth, begin, known=known)
                part, begin = [], number + 1
                if isinstance(problem, BrokenError):
                    raise
                self._flush()
                self._value(f"{place}/{number}", depth - 1)
            number += 1
            if len(part) >= _BATCH:
                known = self._part(part, place, depth, begin, known=known)
                part, begin = [], number
                self._flush(at_least=_BATCH)
            if not self.window.take(",") and self.window.peek() != "]":
                self._part(part, place, depth, begin, known=known)
                raise BrokenError
        self._part(part, place, depth, begin, known=known)
        self._flush()

    def _part(self, part: list[Any], place: str, depth: int, begin: int, *, known: bool) -> bool:
        before = len(self.walk.found.items)
        known = self.walk.through_list(part, place, {}, depth, begin, known=known)
        self._idle(max(len(part) - (len(self.walk.found.items) - before), 0))
        return known

    def _plain(self) -> Any:  # noqa: ANN401 - any JSON
        try:
            return self.window.value()
        except LargeError:
            raise self._endless() from None

    def _flush(self, *, at_least: int = 1) -> None:
        """Keep the records found so far as columns, and let go of them."""
        found = self.walk.found
        if len(found.items) >= at_least or len(found.strange) >= at_least:
            if self.split is not None and found.items:
                found = self.split(found)
            self.stored.add(found, tuple(reversed(self.around)))
            self.walk = Walk(self.key_sets, Found())
        self.stored.pages += found.pages
        found.pages.clear()
        if self.stored.count > MAX_RECORDS:
            what = sentence("importing.json_more_than_records", count=MAX_RECORDS)
            raise FileError(self.file.name, what, sentence("importing.split_by_month_give_parts"))

    def _idle(self, count: int) -> None:
        self.idle += count
        if self.idle > _IDLE:
            what = sentence("importing.json_holds_little_but_no_records")
            raise FileError(self.file.name, what, sentence("importing.export_records_again"))

    def _strange(self, place: str, reason: str) -> None:
        self.stored.strange.append((place, reason))

    def _endless(self) -> FileError:
        what = sentence("importing.json_value_more_than_mb", megabytes=SPAN // 10**6)
        return FileError(self.file.name, what, sentence("importing.export_records_again"))
