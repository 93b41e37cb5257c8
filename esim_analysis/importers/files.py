"""One file as importers see it: bytes, text in the encoding found, and a fingerprint."""

import codecs
import hashlib
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, count
from pathlib import Path
from typing import Final

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.packed import DAMAGED, GZIP, packing, unpacked
from esim_analysis.model import FileError

HEAD_BYTES: Final = 65_536
MAX_BYTES: Final = 2_000_000_000  # a capture of a day
MAX_TEXT: Final = 250_000_000  # some three million records; a table takes 17 times its size
_MAX_RATIO: Final = 200  # of unpacked to packed; text packs 5 to 30 to 1
_FREE: Final = 20_000_000  # bytes; below this neither ratio nor lines are looked at
_MAX_LINE: Final = 10_000_000  # bytes; a record of many columns has a thousand
_STEP: Final = 1 << 20
_PAIRED_SHARE: Final = 0.9  # a few characters of GBK have a second byte below 0x80
# gb18030 before cp1252: it refuses most Western text, cp1252 accepts nearly anything.
_ENCODINGS: Final = ("utf-8-sig", "gb18030", "cp1252", "latin-1")
_BOMS: Final = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}


@dataclass(frozen=True)
class SourceFile:
    """A file to import. `name` is its id inside the case, shown on every screen."""

    path: Path
    name: str

    @cached_property
    def packing(self) -> str:
        """`"gzip"`, `"zip"` (of one file), or `""`."""
        return packing(self.path)

    @cached_property
    def data(self) -> bytes:
        """The bytes of the file, unpacked when it is a gzip or a zip of one file."""
        most = self._most()
        if self.packing:
            return b"".join(self._unpacked(most))
        if self.is_text and self.path.stat().st_size > _FREE:
            self._check_lines()
        return self.path.read_bytes()

    def parts(self) -> Iterator[bytes]:
        """Yield the bytes of the file, unpacked, a megabyte at a time.

        Raises
        ------
        FileError
            Larger than can be read, or damaged.
        """
        most = self._most()
        if self.packing:
            yield from self._unpacked(most)
            return
        with self.path.open("rb") as stream:
            while part := stream.read(_STEP):
                yield part

    @cached_property
    def head(self) -> bytes:
        """The first bytes, unpacked; enough to recognise a format."""
        with self.path.open("rb") as stream:
            start = stream.read(HEAD_BYTES)
        try:
            if start.startswith(GZIP):
                return zlib.decompressobj(wbits=31).decompress(start, HEAD_BYTES)
            if self.packing:
                with unpacked(self.path) as stream:
                    return stream.read(HEAD_BYTES)
        except DAMAGED as problem:
            raise self._damaged() from problem
        return start

    @cached_property
    def sha256(self) -> str:
        """Fingerprint of the file as it lies on disk."""
        with self.path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()

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

    def _most(self) -> int:
        """Return how many bytes the file may have unpacked."""
        size = self.path.stat().st_size
        most = MAX_TEXT if self.is_text else MAX_BYTES
        if size > most:
            raise self._too_large(
                sentence("importing.larger_than_mb_can_read", megabytes=most // 10**6)
            )
        return min(most, max(_FREE, _MAX_RATIO * size))

    def _unpacked(self, most: int) -> Iterator[bytes]:
        size = 0
        try:
            with unpacked(self.path) as stream:
                while part := stream.read(_STEP):
                    size += len(part)
                    if size > most:
                        raise self._too_large(
                            sentence("importing.gzip_unpacks_over_mb", megabytes=most // 10**6)
                        )
                    yield part
        except DAMAGED as problem:
            raise self._damaged() from problem

    def _check_lines(self) -> None:
        """Refuse a line without end before it is held in memory; JSON has limits of its own."""
        if self.head.lstrip()[:1] in {b"{", b"["}:
            return
        length = 0
        with self.path.open("rb") as stream:
            while part := stream.read(_STEP):
                end = part.rfind(b"\n")
                length = length + len(part) if end < 0 else len(part) - end
                if length > _MAX_LINE:
                    what = sentence(
                        "importing.text_line_more_than_mb", megabytes=_MAX_LINE // 10**6
                    )
                    raise FileError(
                        self.name, what, sentence("importing.export_again_one_record_line")
                    )

    def _damaged(self) -> FileError:
        what = (
            sentence("importing.damaged_zip_file")
            if self.packing == "zip"
            else sentence("importing.damaged_gzip_file")
        )
        return FileError(self.name, what, sentence("importing.download_again_2"))

    def _too_large(self, what: str) -> FileError:
        return FileError(self.name, what, sentence("importing.split_by_month_give_parts"))


def number_names(paths: Sequence[Path]) -> list[str]:
    """Return the name of each file, the second of a name as `a.csv (2)`; all differ."""
    return number_labels([path.name for path in paths])


def number_labels(labels: Sequence[str]) -> list[str]:
    """Return the labels, the second of its kind as `a.csv (2)`; all differ."""
    names: list[str] = []
    taken: set[str] = set()
    # A fleet has thousands of files of one name: none asks again what is taken already.
    copies: dict[str, Iterator[str]] = {}
    for label in labels:
        more = copies.setdefault(label, _copies(label))
        names.append(next(name for name in more if name not in taken))
        taken.add(names[-1])
    return names


def _copies(label: str) -> Iterator[str]:
    return chain([label], (f"{label} ({number})" for number in count(2)))


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
    plain = text.replace("\r\n", "\n") if "\r" in text else text
    if "\r" not in plain:
        return plain
    # A Windows shell that pipes adb output can double the carriage return.
    return text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n")
