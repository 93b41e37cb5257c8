"""Every sample, damaged at random: a sentence or a file read whole, never a traceback, never in silence.

A case is one sample and one mutation, both drawn from its number: bytes flipped, lines cut,
doubled or shuffled, columns swapped, the file cut short, joined with itself or written in
another encoding. `make nightly` runs 100,000; a case that fails names its number.
"""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import ReadOptions
from esim_analysis.importers.registry import importer_for
from esim_analysis.model import FileError

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[3]
DERIVED = (".golden.csv", ".rejected.csv", ".totals.csv", ".evidence.csv", ".packages.csv")
SAMPLES = sorted(
    path
    for folder in (ROOT / "tests" / "importers").glob("*/samples")
    for path in folder.rglob("*")
    if path.is_file() and not path.name.endswith(DERIVED) and path.stat().st_size < 20_000
)
CASES, NIGHTLY, BATCHES = 2_000, 100_000, 20
OPTIONS = ReadOptions(timezone="Europe/Madrid")


def flip(data: bytes, dice: random.Random) -> bytes:
    mutated = bytearray(data)
    for _ in range(dice.randint(1, 8)):
        mutated[dice.randrange(len(data))] = dice.randrange(256)
    return bytes(mutated)


def cut_lines(data: bytes, dice: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    return b"".join(line for line in lines if dice.random() > 0.2)


def double_lines(data: bytes, dice: random.Random) -> bytes:
    return b"".join(line * dice.choice((1, 1, 2)) for line in data.splitlines(keepends=True))


def shuffle_lines(data: bytes, dice: random.Random) -> bytes:
    lines = data.splitlines(keepends=True)
    dice.shuffle(lines)
    return b"".join(lines)


def swap_columns(data: bytes, dice: random.Random) -> bytes:
    mark = dice.choice((b",", b";", b"\t"))
    rows = [line.split(mark) for line in data.split(b"\n")]
    width = len(rows[0])
    order = dice.sample(range(width), width)
    return b"\n".join(
        mark.join([row[at] for at in order]) if len(row) == width else mark.join(row)
        for row in rows
    )


def cut_short(data: bytes, dice: random.Random) -> bytes:
    return data[: dice.randrange(1, len(data) + 1)]


def insert(data: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(data))
    evil = (b"\x00", b'"', b"=1+1", b"1e999", "：".encode(), b"9" * 400, b"-1", b"\r", b"{[" * 50)
    return data[:at] + dice.choice(evil) + data[at:]


def join(data: bytes, dice: random.Random) -> bytes:
    return data + dice.choice((b"", b"\n", b"\x00")) + data


def encode(data: bytes, dice: random.Random) -> bytes:
    text = data.decode("utf-8", errors="replace")
    return text.encode(dice.choice(("utf-16", "cp1252", "gb18030", "utf-8-sig")), errors="replace")


MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    flip, cut_lines, double_lines, shuffle_lines, swap_columns, cut_short, insert, join, encode,
)  # fmt: skip


def tried(number: int, folder: Path) -> str:
    """Return what is wrong with a case, `""` where nothing is."""
    dice = random.Random(number)  # noqa: S311 - a case is found again by its number
    sample = dice.choice(SAMPLES)
    mutation = dice.choice(MUTATIONS)
    path = folder / "file"
    path.write_bytes(mutation(sample.read_bytes(), dice))
    label = f"case {number}: {mutation.__name__} of {sample.relative_to(ROOT)}: "
    try:
        file = SourceFile(path, sample.name)
        made = importer_for(file).read(file, OPTIONS)
    except FileError as problem:
        return "" if 10 < len(str(problem)) < 1_500 else label + f"a poor sentence: {problem}"
    except Exception as problem:  # noqa: BLE001 - whatever it is, it is the finding
        return label + f"{type(problem).__name__}: {problem}"
    for source in made.usage.sources if made.usage is not None else ():
        if source.rows != source.kept + source.duplicates + source.rejected:
            return label + f"{source.rows} rows, but {source}"
    return ""


def failures(numbers: range, folder: Path) -> list[str]:
    return [said for number in numbers if (said := tried(number, folder))]


@pytest.mark.parametrize("batch", range(BATCHES))
def test_a_damaged_file_ends_in_a_sentence_or_is_read_whole(batch, tmp_path):
    size = CASES // BATCHES
    assert failures(range(batch * size, (batch + 1) * size), tmp_path) == []


@pytest.mark.nightly
@pytest.mark.parametrize("batch", range(BATCHES))
def test_a_hundred_thousand_damaged_files(batch, tmp_path):
    size = NIGHTLY // BATCHES
    assert failures(range(CASES + batch * size, CASES + (batch + 1) * size), tmp_path) == []


@pytest.mark.parametrize("name", ["table/consumidor_es.csv", "table/xiangdan_zh.csv"])
def test_the_order_of_columns_changes_no_byte(name, tmp_path):
    path = ROOT / "tests" / "importers" / "operator" / "samples" / name
    plain = _total(path)
    for number in range(5):
        moved = tmp_path / f"{number}.csv"
        moved.write_bytes(_swapped(path.read_bytes(), random.Random(number)))  # noqa: S311
        assert _total(moved) == plain


def _swapped(data: bytes, dice: random.Random) -> bytes:
    mark = max((b",", b";", b"\t"), key=data.count)
    rows = [line.split(mark) for line in data.split(b"\n")]
    width = max(map(len, rows))
    order = dice.sample(range(width), width)
    return b"\n".join(
        mark.join([row[at] for at in order]) if len(row) == width else mark.join(row)
        for row in rows
    )


def _total(path: Path) -> int:
    file = SourceFile(path, path.name)
    return int(importer_for(file).read(file, OPTIONS).usage.frame["bytes_total"].sum())
