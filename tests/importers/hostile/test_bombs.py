"""Files made to exhaust a machine are refused with the limit named, in little memory and time."""

import gzip
import io
import json
import subprocess
import sys
import zipfile

import openpyxl
import pytest

MEMORY = 500  # MB, the whole process
ZEROS = bytes(1 << 20)
HEAD = "ICCID;Start;Usage (MB)\n8934071;2026-10-01 10:00:00;5\n"
READ = """
import json, sys
from pathlib import Path
from esim_analysis.importers.reading import read
from esim_analysis.model import NothingUsableError
try:
    said = f"rows {len(read([Path(sys.argv[1])], timezone='Europe/Madrid').usage.frame)}"
except NothingUsableError as problem:
    said = str(problem)
# Not ru_maxrss: a started process inherits the peak of the one that started it.
status = Path("/proc/self/status").read_text()
peak = int(status.partition("VmHWM:")[2].split()[0]) // 1024
print(json.dumps([said, peak]))
"""


@pytest.fixture
def said(tmp_path):
    """Read a file in a process of its own; return what is said, memory checked."""

    def read(name: str, write) -> str:
        path = tmp_path / name
        with path.open("wb") as stream:
            write(stream)
        done = subprocess.run(
            [sys.executable, "-c", READ, str(path)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-500:]
        sentence, peak = json.loads(done.stdout)
        assert peak < MEMORY
        return sentence

    return read


def workbook(*rows, far: str | None = None) -> bytes:
    book = openpyxl.Workbook()
    for row in rows or [["ICCID", "Start", "Usage (MB)"], ["8934", "2026-10-01 10:00:00", 5]]:
        book.active.append(row)
    if far:
        book.active[far] = "x"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def swollen(data: bytes, *, megabytes: int) -> bytes:
    """Return the workbook with one cell of many letters."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name, part in parts.items():
            with new.open(name, "w", force_zip64=True) as stream:
                before, mark, after = part.partition(b"</sheetData>")
                stream.write(before)
                if mark:
                    stream.write(b'<row r="3"><c r="A3" t="inlineStr"><is><t>')
                    for _ in range(megabytes):
                        stream.write(b"A" * (1 << 20))
                    stream.write(b"</t></is></c></row>")
                stream.write(mark + after)
    return out.getvalue()


def test_two_cells_far_apart_do_not_end_the_process(said):
    data = workbook(far="XFD1048576")
    assert len(data) < 6_000
    assert "17,179,869,184 mostly empty cells" in said("far.xlsx", lambda f: f.write(data))


def test_a_workbook_that_unpacks_a_thousandfold_is_refused(said):
    data = swollen(workbook(), megabytes=300)
    assert "unpacks to more than" in said("bomb.xlsx", lambda f: f.write(data))


def test_a_sheet_that_only_says_it_is_large_is_read(said):
    data = workbook(["ICCID", "Start", "Usage (MB)"], *[["8934", "2026-10-01 10:00:00", 5]] * 30)
    assert said("plain.xlsx", lambda f: f.write(data)) == "rows 30"


def test_rows_without_end_in_an_open_document_are_refused(said):
    cell = '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>'
    content = (
        '<?xml version="1.0"?><office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
        "<office:body><office:spreadsheet><table:table table:name='a'>"
        f"<table:table-row table:number-rows-repeated='1048576'>{cell}"
        f"<table:table-cell table:number-columns-repeated='16382'/>{cell}</table:table-row>"
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("content.xml", content)
    assert "mostly empty cells" in said("far.ods", lambda f: f.write(data.getvalue()))


def test_an_entity_that_grows_is_never_resolved(said):
    lol = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    data = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as old, zipfile.ZipFile(data, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            is_sheet = name.startswith("xl/worksheets/")
            new.writestr(
                name, lol.encode() + part[part.find(b"<worksheet") :] if is_sheet else part
            )
    assert "damaged" in said("entity.xlsx", lambda f: f.write(data.getvalue()))


def test_ten_gigabytes_of_zeros_in_a_gzip_are_refused(said):
    # One member of 1 GiB of zeros, ten times: ten thousand times smaller than it unpacks to.
    one = gzip.compress(ZEROS * 64, compresslevel=9)

    def write(stream):
        stream.writelines([one] * 160)

    assert "no importer recognises" in said("zeros.gz", write)


def test_a_table_that_unpacks_to_gigabytes_is_refused(said):
    row = HEAD.splitlines()[1].encode() + b"\n"
    many = gzip.compress(row * (1 << 20), compresslevel=9)

    def write(stream):
        stream.write(gzip.compress(HEAD.encode()))
        stream.writelines([many] * 100)

    assert "a gzip that unpacks to over" in said("table.csv.gz", write)


def test_a_line_of_a_gigabyte_is_refused(said):
    def write(stream):
        stream.write(HEAD.encode())
        stream.write(b"8934071;2026-10-01 10:00:00;")
        for _ in range(230):
            stream.write(b"1" * (1 << 20))

    assert "a line of more than 10 MB" in said("line.csv", write)


def test_a_text_larger_than_can_be_read_is_refused_by_its_size_alone(said):
    def write(stream):
        stream.write(HEAD.encode() * 2_000)
        stream.seek(1_100_000_000)
        stream.write(b"\n")

    assert "larger than the 250 MB" in said("large.csv", write)


def test_a_formula_in_a_cell_is_text_and_never_computed(said):
    evil = '=HYPERLINK("http://example.invalid";"x")'
    text = HEAD + f"{evil.replace(';', ',')};2026-10-02 10:00:00;7\n"
    assert said("formula.csv", lambda f: f.write(text.encode())) == "rows 2"
