"""One pass over the bytes of a large text: its fingerprint, its lines, and a sample of them."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from esim_analysis.importers.files import SourceFile

_STEP: Final = 1 << 24
_PLACES: Final = 64  # where the file is looked into
_LINES: Final = 25  # rows taken at each place
_HEAD: Final = 50
_EMPTY: Final = re.compile(rb"\n\r?\n")
_SHORT: Final = 4096  # bytes read at a place, a row having some hundred


@dataclass(frozen=True, slots=True)
class Scan:
    """What the bytes of a file say before any of them is read as a table.

    Attributes
    ----------
    lines
        Lines of text; a last one without a line end counts.
    plain
        No quotes, no empty lines, one kind of line end, and bytes that mean the same in the
        encoding found and in the one DuckDB reads.
    """

    sha256: str
    lines: int
    plain: bool


def scan(file: SourceFile, encoding: str) -> Scan:
    """Read the file once."""
    digest = hashlib.sha256()
    count = returns = 0
    plain, last, size = True, b"\n", 0
    with file.path.open("rb") as stream:
        while part := stream.read(_STEP):
            digest.update(part)
            count += part.count(b"\n")
            returns += part.count(b"\r") if b"\r" in part else 0
            plain = plain and b'"' not in part and _EMPTY.search(last + part) is None
            if encoding == "latin-1":
                plain = plain and not _has_controls(part)
            last, size = part[-2:], size + len(part)
    ends = returns in (0, count) and not last.endswith(b"\n\n")
    return Scan(digest.hexdigest(), count + (not last.endswith(b"\n")), plain=plain and ends)


def sample(path: Path, encoding: str) -> list[str]:
    """Return rows from many places of the file, in its order, without the first line."""
    size = path.stat().st_size
    lines: list[str] = []
    with path.open("rb") as stream:
        for place in np.linspace(0, max(size - _SHORT * 4, 0), _PLACES, dtype=np.int64):
            stream.seek(int(place))
            stream.readline()  # the rest of a line, or the headings
            lines += [stream.readline().decode(encoding).rstrip("\r\n") for _ in range(_LINES)]
    return [line for line in dict.fromkeys(lines) if line]


def ends(path: Path, encoding: str) -> tuple[list[str], list[str]]:
    """Return the first lines of a file (headings too) and its last ones."""
    with path.open("rb") as stream:
        first = [stream.readline().decode(encoding).rstrip("\r\n") for _ in range(_HEAD)]
        stream.seek(max(path.stat().st_size - _SHORT * 2, 0))
        tail = stream.read().decode(encoding).split("\n")
    last = [line.rstrip("\r") for line in tail[1:] if line.strip("\r")]
    return [line for line in first if line], last


def _has_controls(part: bytes) -> bool:
    """Tell whether bytes 0x80 to 0x9F occur: letters in cp1252, nothing in latin-1."""
    codes = np.frombuffer(part, np.uint8)
    return bool(((codes & 0xE0) == 0x80).any())  # noqa: PLR2004
