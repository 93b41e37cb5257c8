"""One file as importers see it: bytes, text in the encoding found, and a fingerprint."""

import codecs
import hashlib
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, count
from pathlib import Path
from typing import Final

from esim_analysis.model import FileError

HEAD_BYTES: Final = 65_536
MAX_BYTES: Final = 2_000_000_000  # a month of records of a large fleet; above it memory is at risk
_PAIRED_SHARE: Final = 0.9  # a few characters of GBK have a second byte below 0x80
_GZIP: Final = b"\x1f\x8b"
# gb18030 before cp1252: it refuses most Western text, cp1252 accepts nearly anything.
_ENCODINGS: Final = ("utf-8-sig", "gb18030", "cp1252", "latin-1")
_BOMS: Final = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}


@dataclass(frozen=True)
class SourceFile:
    """A file to import. `name` is its id inside the case, shown on every screen."""

    path: Path
    name: str

    @cached_property
    def data(self) -> bytes:
        """The bytes of the file, unpacked when it is a gzip."""
        if self.path.stat().st_size > MAX_BYTES:
            raise FileError(
                self.name,
                f"larger than the {MAX_BYTES // 10**9} GB this can read at once",
                "split it by month and give the parts together",
            )
        raw = self.path.read_bytes()
        if raw[:2] != _GZIP:
            return raw
        return self._unpack(raw)

    @cached_property
    def head(self) -> bytes:
        """The first bytes, unpacked; enough to recognise a format."""
        with self.path.open("rb") as stream:
            start = stream.read(HEAD_BYTES)
        if start[:2] != _GZIP:
            return start
        try:
            return zlib.decompressobj(wbits=31).decompress(start, HEAD_BYTES)
        except zlib.error as problem:
            raise FileError(self.name, "a damaged gzip file", "download it again") from problem

    @cached_property
    def sha256(self) -> str:
        """Fingerprint of the file as it lies on disk."""
        return hashlib.sha256(self.path.read_bytes()).hexdigest()

    @cached_property
    def encoding(self) -> str:
        """Encoding of the text: a byte-order mark, else the first that decodes the head."""
        return sniff_encoding(self.head)

    @cached_property
    def text(self) -> str:
        """The whole text, line ends as newlines; undecodable bytes become U+FFFD."""
        return _lines(self.data.decode(self.encoding, errors="replace"))

    @cached_property
    def head_text(self) -> str:
        """The text of `head`; a character cut at its end is dropped."""
        return _lines(self.head.decode(self.encoding, errors="ignore"))

    @property
    def is_text(self) -> bool:
        """False for pictures, archives and other binary files."""
        return self.encoding.startswith("utf-16") or b"\x00" not in self.head

    def _unpack(self, raw: bytes) -> bytes:
        try:
            unpacker = zlib.decompressobj(wbits=31)
            data = unpacker.decompress(raw, MAX_BYTES)
        except zlib.error as problem:
            raise FileError(self.name, "a damaged gzip file", "download it again") from problem
        if unpacker.unconsumed_tail:
            raise FileError(
                self.name,
                f"a gzip that unpacks to more than {MAX_BYTES // 10**9} GB",
                "unpack it yourself and give only the table",
            )
        return data


def number_names(paths: Sequence[Path]) -> list[str]:
    """Return the name of each file, the second of a name as `a.csv (2)`; all differ."""
    names: list[str] = []
    taken: set[str] = set()
    for path in paths:
        copies = (f"{path.name} ({number})" for number in count(2))
        names.append(next(name for name in chain([path.name], copies) if name not in taken))
        taken.add(names[-1])
    return names


def sniff_encoding(head: bytes) -> str:
    """Name the encoding of `head`: by its mark, by its zero bytes, else by trial."""
    for mark, encoding in _BOMS.items():
        if head.startswith(mark):
            return encoding
    sample = head[:2000]
    if sample and sample.count(b"\x00") >= len(sample) // 3:
        return "utf-16-le" if sample[1:2] == b"\x00" else "utf-16-be"
    for encoding in _ENCODINGS:
        try:
            # Not final: the head may end inside a character.
            codecs.getincrementaldecoder(encoding)().decode(head, final=False)
        except UnicodeDecodeError:
            continue
        if encoding != "gb18030" or _looks_chinese(head):
            return encoding
    return "latin-1"


def _looks_chinese(head: bytes) -> bool:
    """Tell Chinese from Western accents: its high bytes come in pairs, accents come alone."""
    runs = re.findall(rb"[\x80-\xff]+", head)
    paired = sum(len(run) % 2 == 0 for run in runs)
    return bool(runs) and paired >= _PAIRED_SHARE * len(runs)


def _lines(text: str) -> str:
    # A Windows shell that pipes adb output can double the carriage return.
    return text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n")
