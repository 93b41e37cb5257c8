"""PDF 1.4 by hand: text and rules in the fonts every reader has, the same bytes everywhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 595
HEIGHT: Final = 842  # A4, points of 1/72 inch
ENCODING: Final = "cp1252"  # WinAnsiEncoding
_FONTS: Final = ("Helvetica", "Helvetica-Bold")
# Widths of the figures of Helvetica, thousandths of the size; both weights share them.
_FIGURES: Final = {**dict.fromkeys("0123456789", 556), ".": 278, ",": 278, " ": 278}
_FIRST_PAGE: Final = 3 + len(_FONTS)


@dataclass(frozen=True, slots=True)
class Text:
    """Words at `x, y` points from the lower left corner."""

    x: float
    y: float
    words: str
    size: int = 9
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A thin line from `x0` to `x1` at height `y`."""

    x0: float
    x1: float
    y: float


Mark = Text | Rule


def figures(right: float, y: float, number: str, *, size: int = 9, bold: bool = False) -> Text:
    """Return a number that ends at `right`."""
    width = sum(_FIGURES[sign] for sign in number) * size / 1000
    return Text(right - width, y, number, size, bold)


def document(pages: Sequence[Sequence[Mark]], *, title: str) -> bytes:
    """Write pages of marks; without date and id, so that the same content is the same file."""
    kids = " ".join(f"{_FIRST_PAGE + 2 * number} 0 R" for number in range(len(pages)))
    fonts = " ".join(f"/F{number} {number + 3} 0 R" for number in range(len(_FONTS)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        *(
            f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>".encode()
            for name in _FONTS
        ),
    ]
    for number, marks in enumerate(pages):
        content = b"\n".join(_operators(mark) for mark in marks)
        box = f"/MediaBox [0 0 {WIDTH} {HEIGHT}] /Resources << /Font << {fonts} >> >>"
        place = f"/Contents {_FIRST_PAGE + 2 * number + 1} 0 R"
        objects.append(f"<< /Type /Page /Parent 2 0 R {box} {place} >>".encode())
        head = f"<< /Length {len(content)} >>\nstream\n".encode()
        objects.append(head + content + b"\nendstream")
    objects.append(b"<< /Title " + _string(title) + b" >>")
    return _file(objects)


def _file(objects: Sequence[bytes]) -> bytes:
    """Return the file: objects numbered, then the table of where each begins; the last is its title."""
    # Bytes above 127 tell programs on the way that the file is not plain text.
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = len(out)
    count = len(objects) + 1
    out += f"xref\n0 {count}\n0000000000 65535 f \n".encode()
    out += "".join(f"{place:010d} 00000 n \n" for place in places).encode()
    out += f"trailer\n<< /Size {count} /Root 1 0 R /Info {len(objects)} 0 R >>\n".encode()
    out += f"startxref\n{table}\n%%EOF\n".encode()
    return bytes(out)


def _operators(mark: Mark) -> bytes:
    if isinstance(mark, Rule):
        return f"0.5 w {mark.x0:g} {mark.y:g} m {mark.x1:g} {mark.y:g} l S".encode()
    place = f"BT /F{int(mark.bold)} {mark.size} Tf {mark.x:.2f} {mark.y:.2f} Td ".encode()
    return place + _string(mark.words) + b" Tj ET"


def _string(words: str) -> bytes:
    escaped = words.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return b"(" + escaped.encode(ENCODING) + b")"
