"""A PDF is weighed before it is read: a few kilobytes can unpack to more than a machine holds.

The pages are drawn once to a device that only counts. Every stream is unpacked
under one budget, and charged again whenever it is drawn, so that neither a
bomb nor forms nested in forms come through. What passes is safe to lay out.
"""

import io
import zlib
from collections.abc import Iterable
from typing import Any, Final

from pdfminer.ascii85 import ascii85decode, asciihexdecode
from pdfminer.pdfdevice import PDFDevice
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import PDFStream
from pdfminer.psparser import PSKeyword, literal_name

MAX_FILE: Final = 30_000_000  # bytes
MAX_UNPACKED: Final = 64_000_000  # bytes, all streams together, each as often as it is drawn
MAX_PAGES: Final = 200
MAX_MARKS: Final = 50_000  # letters and strokes on one page
MAX_ALL_MARKS: Final = 500_000
_FLATE: Final = {"FlateDecode", "Fl"}
_ASCII: Final = {
    "ASCII85Decode": ascii85decode,
    "A85": ascii85decode,
    "ASCIIHexDecode": asciihexdecode,
    "AHx": asciihexdecode,
}
# The most one byte can become.
_WORST: Final = {"LZWDecode": 2800, "LZW": 2800, "RunLengthDecode": 64, "RL": 64}
_PICTURES: Final = {"DCTDecode", "DCT", "JPXDecode", "JBIG2Decode"}  # handed on as they are


class TooMuchError(Exception):
    """A limit is passed; `str(error)` names it."""


class Weight:
    """What was unpacked and drawn so far; the first limit passed stays in `broken`."""

    def __init__(self) -> None:
        self.unpacked = 0
        self.marks = 0
        self.letters = 0
        self.broken: TooMuchError | None = None

    def unpack(self, size: int) -> None:
        """Add bytes of a stream."""
        self.unpacked += size
        if self.unpacked > MAX_UNPACKED:
            self.refuse(f"more than {MAX_UNPACKED // 10**6} MB when unpacked")

    def refuse(self, why: str) -> None:
        """Remember the limit and raise: pdfminer forgives many an exception on its way."""
        self.broken = self.broken or TooMuchError(why)
        raise self.broken


def weigh(data: bytes) -> Weight:
    """Draw all pages of a PDF without keeping anything.

    Raises
    ------
    TooMuchError
        A limit of this module is passed.
    Exception
        Whatever pdfminer raises of a locked or damaged file.
    """
    weight = Weight()
    if len(data) > MAX_FILE:
        weight.refuse(f"larger than {MAX_FILE // 10**6} MB")
    try:
        _draw(data, weight)
    except Exception:
        if weight.broken is not None:
            raise weight.broken from None
        raise
    if weight.broken is not None:
        raise weight.broken
    return weight


def _draw(data: bytes, weight: Weight) -> None:
    document = PDFDocument(_Parser(io.BytesIO(data), weight))
    fonts = PDFResourceManager()
    scale = _Scale(fonts, weight)
    interpreter = PDFPageInterpreter(fonts, scale)
    total = 0
    for number, page in enumerate(PDFPage.create_pages(document), start=1):
        if number > MAX_PAGES:
            weight.refuse(f"more than {MAX_PAGES} pages")
        weight.marks = 0
        interpreter.process_page(page)
        total += weight.marks
        if total > MAX_ALL_MARKS:
            weight.refuse(f"more than {MAX_ALL_MARKS:,} letters and strokes")


class _Parser(PDFParser):
    """A parser whose streams are unpacked under a budget."""

    def __init__(self, stream: io.BytesIO, weight: Weight) -> None:
        super().__init__(stream)
        self.weight = weight

    def do_keyword(self, pos: int, token: PSKeyword) -> None:
        super().do_keyword(pos, token)
        if token is self.KEYWORD_STREAM and self.curstack:
            place, made = self.curstack[-1]
            if type(made) is PDFStream and made.rawdata is not None:
                bounded = _Stream(made.attrs, made.rawdata, made.decipher)
                bounded.weight = self.weight
                self.curstack[-1] = (place, bounded)


class _Stream(PDFStream):
    """A stream that tells its size before it is unpacked, and each time it is drawn."""

    weight: Weight

    def get_data(self) -> bytes:
        if self.data is None:
            self._measure()
        data = super().get_data()
        self.weight.unpack(len(data))
        return data

    def _measure(self) -> None:
        data = self.rawdata or b""
        if self.decipher is not None and self.objid is not None and self.genno is not None:
            data = self.decipher(self.objid, self.genno, data, self.attrs)
        names = [str(literal_name(found)) for found, _ in self.get_filters()]
        room = MAX_UNPACKED - self.weight.unpacked
        for place, name in enumerate(names):
            if name in _FLATE:
                data = _inflate(data, room)
                self._fits(len(data), room)
            elif name in _ASCII:
                data = _ASCII[name](data)
            elif name in _WORST and place == len(names) - 1:
                self._fits(len(data) * _WORST[name], room)
            elif name not in _PICTURES:
                self.weight.refuse(f"packed in a way ({name}) whose size cannot be told before")

    def _fits(self, size: int, room: int) -> None:
        if size > room:
            self.weight.refuse(f"more than {MAX_UNPACKED // 10**6} MB when unpacked")


def _inflate(data: bytes, room: int) -> bytes:
    """Unpack one byte more than there is room for; what is damaged ends where it breaks."""
    try:
        return zlib.decompressobj().decompress(data, room + 1)
    except zlib.error:
        return b""


class _Scale(PDFDevice):
    """Counts letters and strokes, and keeps none."""

    def __init__(self, fonts: PDFResourceManager, weight: Weight) -> None:
        super().__init__(fonts)
        self.weight = weight

    def render_string(self, _textstate: Any, seq: Iterable[Any], *_: Any) -> None:  # noqa: ANN401
        letters = sum(len(part) for part in seq if isinstance(part, bytes))
        self.weight.letters += letters
        self._add(letters)

    def paint_path(self, _graphics: Any, _stroke: Any, _fill: Any, _rule: Any, path: Any) -> None:  # noqa: ANN401, PLR0913, PLR0917
        self._add(len(path))

    def render_image(self, _name: str, _stream: PDFStream) -> None:
        self._add(1)

    def _add(self, marks: int) -> None:
        self.weight.marks += marks
        if self.weight.marks > MAX_MARKS:
            self.weight.refuse(f"more than {MAX_MARKS:,} letters and strokes on one page")
