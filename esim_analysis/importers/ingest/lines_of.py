"""One pass over the bytes of a large text: its fingerprint, its lines, and a sample of them."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from esim_analysis.importers.files import SourceFile

_STEP: Final = 1 << 20  # stays in the cache of a processor, whatever looks at it
_PLACES: Final = 64  # where the file is looked into
_LINES: Final = 25  # rows taken at each place
_HEAD: Final = 50
_LETTERS: Final = -96  # bytes 0xA0 to 0xFF read with a sign: letters in both encodings
_SHORT: Final = 4096  # bytes read at a place, a row having some hundred


@dataclass(frozen=True, slots=True)
class Scan:
    """What the bytes of a file say before any of them is read as a table.

    Attributes
    ----------
    lines
        Lines of text; a last one without a line end counts.
    plain
        No quotes, one kind of line end, and bytes that mean the same in the encoding found and
        in the one rows are read in.
    """

    sha256: str
    lines: int
    plain: bool


def scan(file: SourceFile, encoding: str) -> Scan:
    """Read the file once."""
    digest = hashlib.sha256()
    count = returns = 0
    plain, last = True, b"\n"
    # Hashing lets go of the interpreter's lock: another core does it meanwhile.
    with file.path.open("rb") as stream, ThreadPoolExecutor(1) as beside:
        while part := stream.read(_STEP):
            hashed = beside.submit(digest.update, part)
            codes = np.frombuffer(part, np.int8)
            count += int(np.count_nonzero(codes == ord("\n")))
            if b"\r" in part:
                returns += part.count(b"\r")
            plain = plain and b'"' not in part
            if encoding == "latin-1":
                plain = plain and not _has_controls(codes)
            last = part[-1:]
            hashed.result()
    return Scan(digest.hexdigest(), count + (last != b"\n"), plain=plain and returns in (0, count))


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


def _has_controls(codes: npt.NDArray[np.int8]) -> bool:
    """Tell whether bytes 0x80 to 0x9F occur: letters in cp1252, nothing in latin-1."""
    return bool(codes.min() < _LETTERS)
