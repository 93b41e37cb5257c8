"""BER as real charging files write it: walked by tag number, the unknown skipped, never trusted.

No schema is needed to find a field by its tag, and a schema refuses files that vendors
extend. Long and indefinite lengths, tags of several bytes, stray end-of-contents and
block padding are read; a length that passes the end of what holds it is damage.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

MAX_DEPTH: Final = 24  # TAP nests to eleven
_TAG_BYTES: Final = 5
_LENGTH_BYTES: Final = 8
_CLASS: Final = 24  # bits above the largest tag number in use
APPLICATION: Final = 1 << _CLASS
CONTEXT: Final = 2 << _CLASS


class BerError(ValueError):
    """Not BER from here on; `at` is the offset in the file."""

    def __init__(self, at: int, what: str) -> None:
        super().__init__(f"byte {at}: {what}")
        self.at = at
        self.what = what


@dataclass(frozen=True, slots=True)
class Element:
    """One value: its tag, and where its content lies in the file.

    Attributes
    ----------
    tag
        Number, plus `APPLICATION` or `CONTEXT`.
    start, end
        Of the content; a `constructed` one holds further elements.
    after
        Where the next element begins.
    """

    data: bytes
    tag: int
    constructed: bool
    start: int
    end: int
    after: int

    @property
    def content(self) -> bytes:
        """The bytes of the value."""
        return self.data[self.start : self.end]

    def children(self) -> "Iterator[Element]":
        """Yield the elements inside; a primitive value holds none."""
        if self.constructed:
            yield from elements(self.data, self.start, self.end)

    def first(self, *path: int) -> "Element | None":
        """Return the first element along a path of tags, None where there is none."""
        found = self
        for tag in path:
            inside = next((one for one in found.children() if one.tag == tag), None)
            if inside is None:
                return None
            found = inside
        return found

    def every(self, tag: int) -> "list[Element]":
        """Return all children of a tag."""
        return [one for one in self.children() if one.tag == tag]


def elements(data: bytes, start: int, end: int) -> Iterator[Element]:
    """Yield the elements between two offsets; zero bytes between them are padding.

    Raises
    ------
    BerError
        When an element cannot be read; those before it were yielded.
    """
    at = start
    while at < end:
        if data[at] == 0:  # a stray end-of-contents, or filling up to a block
            at += 1
            continue
        found = element(data, at, end)
        yield found
        at = found.after


def sections(data: bytes) -> dict[int, Element]:
    """Return what lies in the first element of a file by tag, the first of each.

    A file that was cut short still yields what came before the cut: containers are taken
    up to the end of the file.
    """
    found: dict[int, Element] = {}
    try:
        at = element(data, 0, len(data), cut=True).start
        while at < len(data):
            if data[at] == 0:
                at += 1
                continue
            part = element(data, at, len(data), cut=True)
            found.setdefault(part.tag, part)
            at = part.after
    except BerError:
        return found
    return found


def element(data: bytes, at: int, end: int, *, depth: int = 0, cut: bool = False) -> Element:
    """Return the element that begins at an offset.

    Parameters
    ----------
    cut
        Take a container that passes `end` up to it.

    Raises
    ------
    BerError
        Its tag, its length or what it holds cannot be read, or passes `end`.
    """
    if depth > MAX_DEPTH:
        raise BerError(at, f"nested deeper than {MAX_DEPTH} levels")
    tag, begin = _tag(data, at, end)
    constructed = bool(data[at] & 0x20)
    length, begin = _length(data, begin, end)
    if length is not None:
        if length > end - begin and not (cut and constructed):
            raise BerError(at, f"a length of {length:,} bytes where {end - begin:,} are left")
        last = min(begin + length, end)
        return Element(data, tag, constructed, begin, last, last)
    if not constructed:
        raise BerError(at, "a plain value without a length")
    inside = begin
    while inside + 2 <= end:
        if data[inside] == 0 and data[inside + 1] == 0:
            return Element(data, tag, constructed, begin, inside, inside + 2)
        inside = element(data, inside, end, depth=depth + 1, cut=cut).after
    if cut:
        return Element(data, tag, constructed, begin, end, end)
    raise BerError(at, "a value that never ends")


def outline(head: bytes) -> tuple[int, int]:
    """Return the first tag of a file and the first inside it; 0 where there is none.

    The file may be longer than `head`: its length is passed over.
    """
    try:
        outer, at = _tag(head, 0, len(head))
        _, at = _length(head, at, len(head))
        return outer, _tag(head, at, len(head))[0]
    except (BerError, IndexError):
        return 0, 0


def _tag(data: bytes, at: int, end: int) -> tuple[int, int]:
    """Return the tag and the offset behind it."""
    lead = data[at]
    group = (lead >> 6) << _CLASS
    number = lead & 0x1F
    at += 1
    if number < 0x1F:  # noqa: PLR2004 - 31 says that the number follows
        return group + number, at
    number = 0
    for _ in range(_TAG_BYTES):
        if at >= end:
            break
        byte = data[at]
        at += 1
        number = number << 7 | byte & 0x7F
        if byte < 0x80:  # noqa: PLR2004 - the last byte of a number has no high bit
            return group + number, at
    raise BerError(at, "a tag without end")


def _length(data: bytes, at: int, end: int) -> tuple[int | None, int]:
    """Return the length, None for an indefinite one, and the offset behind it."""
    if at >= end:
        raise BerError(at, "the file ends before a length")
    lead = data[at]
    at += 1
    if lead < 0x80:  # noqa: PLR2004 - short form
        return lead, at
    count = lead & 0x7F
    if count == 0:
        return None, at
    if count > _LENGTH_BYTES or at + count > end:
        raise BerError(at, "a length that cannot be read")
    return int.from_bytes(data[at : at + count]), at + count
