"""Small PDFs by hand, independent of the simulator's."""

import zlib

LATIN = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
CHINESE = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UTF16-H "
    b"/DescendantFonts [<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 "
    b"/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>] >>"
)


def text(x: float, y: float, words: str, *, size: int = 9) -> bytes:
    """Draw words; those with Chinese signs in the Chinese font."""
    if words.isascii() or words.encode("cp1252", errors="ignore").decode("cp1252") == words:
        inside = words.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        return f"BT /F0 {size} Tf {x} {y} Td ({inside}) Tj ET".encode("cp1252")
    return f"BT /F1 {size} Tf {x} {y} Td <{words.encode('utf-16-be').hex()}> Tj ET".encode()


def lines(rows: list[list[str]], *, at: list[float], top: float = 780) -> list[bytes]:
    """Draw rows of cells, each cell beginning at its column."""
    return [
        text(x, top - 16 * number, cell)
        for number, row in enumerate(rows)
        for x, cell in zip(at, row, strict=False)
        if cell
    ]


def grid(rows: list[list[str]], *, at: list[float], top: float = 780) -> list[bytes]:
    """Draw rows of cells with a line around each; a cell may hold lines one below the other."""
    marks = []
    for number, row in enumerate(rows):
        y = top - 30 * number
        for left, right, cell in zip(at[:-1], at[1:], row, strict=True):
            marks.append(f"{left} {y - 30} {right - left} 30 re S".encode())
            marks += [
                text(left + 4, y - 12 - 11 * n, part) for n, part in enumerate(cell.split("\n"))
            ]
    return marks


def stream(content: bytes, extra: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), extra, content)


def packed(content: bytes) -> bytes:
    return stream(zlib.compress(content, 9), b"/Filter /FlateDecode")


def pdf(
    pages: list[list[bytes]], *, more: tuple[bytes, ...] = (), forms: str = "", trailer: bytes = b""
) -> bytes:
    """Write pages of marks; `more` are further objects, from number 5 on."""
    first = 5 + len(more)
    kids = " ".join(f"{first + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        LATIN,
        CHINESE,
        *more,
    ]
    for number, marks in enumerate(pages):
        resources = f"<< /Font << /F0 3 0 R /F1 4 0 R >> /XObject << {forms} >> >>"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources {resources} "
            f"/Contents {first + 2 * number + 1} 0 R >>".encode()
        )
        raw = len(marks) == 1 and marks[0].startswith(b"<<")
        objects.append(marks[0] if raw else packed(b"\n".join(marks)))
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R %s >>\n" % (len(objects) + 1, trailer)
    out += b"startxref\n%d\n%%%%EOF\n" % table
    return bytes(out)
