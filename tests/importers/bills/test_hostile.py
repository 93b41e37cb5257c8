"""Bills that are locked, scanned, damaged or made to do harm are refused in plain words."""

import random
import tracemalloc
import zlib

import pytest

from esim_analysis.importers.documents import document, limits
from esim_analysis.importers.files import SourceFile
from esim_analysis.model import FileError
from tests.importers.bills.paper import lines, packed, pdf, stream, text

BILL = pdf(
    [
        lines(
            [
                ["Fecha", "Datos (MB)", "Importe (€)"],
                *([f"{day:02d}/10/2026", f"{day},50", "0,10"] for day in range(1, 31)),
            ],
            at=[50, 200, 350],
        )
    ]
)
MB = 1_000_000


def refusal(read, content: bytes) -> str:
    with pytest.raises(FileError) as caught:
        read(content)
    return str(caught.value)


def outcome(source: SourceFile) -> tuple[str, int]:
    """Return what is said of a bill that is refused, else `""` and how many rows it has."""
    try:
        return "", len(document.printed(source).rows)
    except FileError as problem:
        return str(problem), 0


def test_a_locked_bill_says_how_to_unlock_it(read):
    lock = b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>" % (
        b"61" * 32,
        b"62" * 32,
    )
    said = refusal(read, pdf([[text(50, 700, "Fecha")]], trailer=lock + b"/ID [<00> <00>]"))
    assert said == (
        "bill.pdf: a PDF locked with a password. Next: open it, print it to a new PDF without "
        "a password, and give that one."
    )


def test_a_scan_says_that_it_is_one_and_that_a_typed_total_will_do(read):
    picture = stream(b"\xff\xd8\xff\xe0", b"/Type /XObject /Subtype /Image /Width 9 /Height 9 "
                     b"/ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /DCTDecode")  # fmt: skip
    said = refusal(read, pdf([[b"/Im0 Do"]], more=(picture,), forms="/Im0 5 0 R"))
    assert "a scanned PDF: pictures of pages, without text" in said
    assert "one line such as '9.4 GB, 1-31 Oct 2026'" in said


def test_a_letter_without_a_table_says_what_is_missing(read):
    said = refusal(read, pdf([[text(50, 700, "Estimado cliente: su factura sube.")]]))
    assert "no line of headings names both a date and a volume of data" in said


def test_letters_without_a_name_are_not_guessed(read):
    font = b"<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts ["
    font += (
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /CIDSystemInfo << /Registry (Adobe) "
    )
    font += b"/Ordering (Identity) /Supplement 0 >> >>] >>"
    page = b"BT /F9 9 Tf 50 700 Td <00010002000300040005> Tj ET"
    content = pdf([[page]], more=(font,)).replace(b"/F0 3 0 R", b"/F9 5 0 R")
    assert "fonts do not say which letters they draw" in refusal(read, content)


def test_a_cut_download_is_named_as_damaged_or_read_as_far_as_it_goes(file):
    for cut in range(9, len(BILL), 97):
        said, rows = outcome(file(BILL[:cut]))
        # A damaged place can part a row in two, or take a line above for one.
        assert "PDF" in said or 0 < rows <= 31 + 2 * 20


@pytest.mark.parametrize("times", [1, 2])
def test_a_bomb_is_refused_with_the_limit_before_it_unpacks(read, times):
    content = b" " * (300 * MB)
    for _ in range(times):
        content = zlib.compress(content, 9)
    filters = b"/Filter [" + b"/FlateDecode " * times + b"]"
    bomb = pdf([[stream(content, filters)]])
    del content
    tracemalloc.start()
    said = refusal(read, bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "a PDF with more than 64 MB when unpacked" in said
    assert peak < 200 * MB


def test_forms_in_forms_are_counted_as_often_as_they_are_drawn(read):
    head = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] "
    inside = b"/Resources << /XObject << /X %d 0 R >> >>"
    forms = [stream(b"/X Do " * 10, head + inside % number) for number in range(6, 15)]
    forms.append(stream(b" " * 10_000, head))
    said = refusal(read, pdf([[b"/X Do"]], more=tuple(forms), forms="/X 5 0 R"))
    assert "a PDF with more than 12 MB of drawing commands" in said


def test_too_many_letters_on_a_page_are_refused(read):
    page = text(50, 700, "x" * (limits.MAX_MARKS + 1))
    assert "more than 50,000 letters and strokes on one page" in refusal(read, pdf([[page]]))


def test_too_many_strokes_on_a_page_are_refused(read):
    page = b"0 0 m 9 9 l S " * (limits.MAX_MARKS // 2 + 1)
    assert "more than 50,000 letters and strokes on one page" in refusal(read, pdf([[page]]))


def test_too_many_pages_are_refused(read):
    blank = [text(50, 700, "x")]
    assert "a PDF with more than 200 pages" in refusal(read, pdf([blank] * 201))


def test_a_file_larger_than_the_limit_is_refused_unread(read, monkeypatch):
    monkeypatch.setattr(limits, "MAX_FILE", 1000)
    unread = BILL + b"% no test before has read these bytes"
    assert "a PDF larger than 0 MB" in refusal(read, unread)


def test_packings_whose_size_cannot_be_told_are_refused(read):
    page = [stream(b"\x00" * 99, b"/Filter /CCITTFaxDecode /DecodeParms << /Columns 999999999 >>")]
    assert "packed in a way (CCITTFaxDecode)" in refusal(read, pdf([page]))


@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_bill_is_read_or_refused_and_never_says_more(file, seed):
    draw = random.Random(seed)  # noqa: S311 - damage, no secret
    content = zlib.decompressobj().decompress(BILL[BILL.index(b"stream\n") + 7 :])
    plain = BILL if seed % 2 else pdf([[stream(content)]])
    for _ in range(40):
        bad = bytearray(plain)
        for _ in range(draw.choice((1, 3, 20))):
            bad[draw.randrange(len(bad))] = draw.randrange(256)
        said, rows = outcome(file(bytes(bad)))
        # A damaged place can part a row in two, or take a line above for one.
        assert "PDF" in said or 0 < rows <= 31 + 2 * 20


def test_an_untouched_bill_is_read(read):
    assert len(read(BILL).usage.frame) == 30


def test_an_empty_page_before_the_table_does_no_harm(read):
    later = lines([["Fecha", "Datos (MB)"], ["13/10/2026", "1,5"]], at=[50, 300])
    assert len(read(pdf([[packed(b" ")], later])).usage.frame) == 1
