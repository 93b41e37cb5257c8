"""A PDF is weighed before it is read: a few kilobytes can unpack to more than a machine holds.

The pages are drawn once to a device that only counts. Every stream is unpacked
under one budget, and what is drawn is counted as often as it is drawn, so that neither
a bomb nor forms nested in forms come through. What passes is safe to lay out.
"""

import io
import zlib
from collections.abc import Iterable, Sequence
from typing import Any, Final

from pdfminer.ascii85 import ascii85decode, asciihexdecode
from pdfminer.pdfdevice import PDFDevice
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import PDFStream, stream_value
from pdfminer.psparser import PSKeyword, literal_name

from esim_analysis.i18n.sentences import sentence

MAX_FILE: Final = 30_000_000  # bytes
MAX_UNPACKED: Final = 64_000_000  # bytes, all streams together, fonts among them
MAX_DRAWN: Final = 12_000_000  # bytes of drawing commands; a machine reads about 1 MB a second
_LEAST_DRAWN: Final = 1_000  # what beginning to draw a form costs at least
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
        self.drawn = 0
        self.marks = 0
        self.letters = 0
        self.broken: TooMuchError | None = None

    def unpack(self, size: int) -> None:
        """Add bytes of a stream."""
        self.unpacked += size
        if self.unpacked > MAX_UNPACKED:
            self.refuse(
                sentence("importing.more_than_mb_when_unpacked", megabytes=MAX_UNPACKED // 10**6)
            )

    def draw(self, size: int) -> None:
        """Add bytes of drawing commands."""
        self.drawn += max(size, _LEAST_DRAWN)
        if self.drawn > MAX_DRAWN:
            self.refuse(
                sentence("importing.more_than_mb_drawing_commands", megabytes=MAX_DRAWN // 10**6)
            )

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
        weight.refuse(sentence("importing.larger_than_mb", megabytes=MAX_FILE // 10**6))
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
    interpreter = _Interpreter(fonts, scale)
    total = 0
    for number, page in enumerate(PDFPage.create_pages(document), start=1):
        if number > MAX_PAGES:
            weight.refuse(sentence("importing.more_than_pages", max_pages=MAX_PAGES))
        weight.marks = 0
        interpreter.process_page(page)
        total += weight.marks
        if total > MAX_ALL_MARKS:
            weight.refuse(
                sentence("importing.more_than_letters_strokes", max_all_marks=MAX_ALL_MARKS)
            )


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
    """A stream that tells its size before it is unpacked."""

    weight: Weight

    def decode(self) -> None:
        self._measure()
        super().decode()
        self.weight.unpack(len(self.data or b""))

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
                self.weight.refuse(sentence("importing.packed_way_whose_size_cannot", name=name))

    def _fits(self, size: int, room: int) -> None:
        if size > room:
            self.weight.refuse(
                sentence("importing.more_than_mb_when_unpacked", megabytes=MAX_UNPACKED // 10**6)
            )


def _inflate(data: bytes, room: int) -> bytes:
    """Unpack one byte more than there is room for; what is damaged ends where it breaks."""
    try:
        return zlib.decompressobj().decompress(data, room + 1)
    except zlib.error:
        return b""


class _Interpreter(PDFPageInterpreter):
    """An interpreter that says how much it is about to draw, on a page or in a form."""

    def execute(self, streams: Sequence[object]) -> None:
        device = self.device
        if isinstance(device, _Scale):
            device.weight.draw(sum(len(stream_value(one).get_data()) for one in streams))
        super().execute(streams)


class _Scale(PDFDevice):
    """Counts letters and strokes, and keeps none."""

    def __init__(self, fonts: PDFResourceManager, weight: Weight) -> None:
        super().__init__(fonts)
        self.weight = weight

    def render_string(self, _textstate: Any, seq: Iterable[Any], *_: Any) -> None:  # noqa: ANN401
        letters = sum(len(part) for part in seq if isinstance(part, bytes))
        self.weight.letters += letters
        self._add(letters)

    def paint_path(self, _graphics: Any, _stroke: Any, _fill: Any, _rule: Any, path: Any) -> None:  # noqa: ANN401
        self._add(len(path))

    def render_image(self, _name: str, _stream: PDFStream) -> None:
        self._add(1)

    def _add(self, marks: int) -> None:
        self.weight.marks += marks
        if self.weight.marks > MAX_MARKS:
            self.weight.refuse(
                sentence("importing.more_than_letters_strokes_on", max_marks=MAX_MARKS)
            )
