"""Large JSON is read in parts: the same records, places and damages as at once, in little memory."""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from esim_analysis.importers import files
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import ReadOptions
from esim_analysis.importers.jsons import streaming, window
from esim_analysis.importers.registry import importer_for
from esim_analysis.model import FileError

SAMPLES = Path(__file__).parents[1] / "operator" / "samples"
NAMES = sorted(
    path.relative_to(SAMPLES).as_posix()
    for path in SAMPLES.rglob("*")
    # A list of lines is counted as a whole there; nobody has a million lines.
    if path.suffix in {".json", ".ndjson"} and path.parent.name != "tmobile_us_json"
)
MEMORY = 500  # MB, the whole process
PEAK = """
import json, sys
from pathlib import Path
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import ReadOptions
from esim_analysis.importers.registry import importer_for
from esim_analysis.model import FileError
file = SourceFile(Path(sys.argv[1]), "export.json")
try:
    frame = importer_for(file).read(file, ReadOptions()).usage.frame
    said = [len(frame), int(frame["bytes_total"].sum())]
except FileError as problem:
    said = str(problem)
peak = int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) // 1024
print(json.dumps([said, peak]))
"""


def _read(path):
    file = SourceFile(path, "export.json")
    try:
        made = importer_for(file).read(file, ReadOptions())
    except FileError as problem:
        return str(problem)
    frame = made.usage.frame if made.usage is not None else made.snapshots.frame
    told = made.usage if made.usage is not None else made.snapshots
    notes = made.usage.sources[0].notes if made.usage is not None else ()
    return frame.to_csv(), told.rejected.to_csv(), notes


@pytest.fixture
def in_parts(monkeypatch):
    """Read every text in parts of some hundred characters."""

    def set_span(step: int) -> None:
        monkeypatch.setattr(streaming, "LARGE", 0)
        monkeypatch.setattr(streaming, "_BATCH", 2)
        monkeypatch.setattr(window, "SPAN", 2_500)
        monkeypatch.setattr(files, "_STEP", step)

    return set_span


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("step", [97, 1_000])
def test_a_sample_reads_the_same_in_parts(name, step, in_parts):
    whole = _read(SAMPLES / name)
    in_parts(step)
    assert _read(SAMPLES / name) == whole


@pytest.mark.parametrize("name", ["emnify_json/batch.json", "wavely_json/records.ndjson"])
@pytest.mark.parametrize("number", range(12))
def test_a_text_cut_anywhere_keeps_the_same_records_in_parts(name, number, in_parts, tmp_path):
    text = (SAMPLES / name).read_bytes()
    path = tmp_path / "export.json"
    path.write_bytes(text[: random.Random(number).randrange(len(text) // 2, len(text))])  # noqa: S311
    whole = _read(path)
    in_parts(700)
    parts = _read(path)
    if isinstance(whole, str) or isinstance(parts, str):
        assert isinstance(parts, str) == isinstance(whole, str)
    else:
        # The records themselves; the place of a record in a cut document may be told by its line.
        assert parts[0].splitlines()[0] == whole[0].splitlines()[0]
        assert len(parts[0].splitlines()) == len(whole[0].splitlines())


def test_what_stands_around_records_counts_also_when_it_comes_after_them(in_parts, tmp_path):
    answer = json.loads((SAMPLES / "thingspace_json/usage.json").read_text(encoding="utf-8"))
    path = tmp_path / "export.json"
    path.write_text(json.dumps(dict(reversed(answer.items()))), encoding="utf-8")
    whole = _read(path)
    in_parts(97)
    assert _read(path) == whole


def _peak(path):
    done = subprocess.run(
        [sys.executable, "-c", PEAK, str(path)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-500:]
    said, peak = json.loads(done.stdout)
    assert peak < MEMORY, f"{peak} MB"
    return said


def _records(count):
    template = json.loads((SAMPLES / "emnify_json/batch.json").read_text(encoding="utf-8"))[0]
    volume = {"total": 1.5, "tx": 0.5, "rx": 1.0}
    for number in range(count):
        minute = f"2026-10-{1 + number // 43_200 % 28:02}T{number // 1_800 % 24:02}:{number // 30 % 60:02}"
        times = {
            "start_timestamp": f"{minute}:{number % 30:02}Z",
            "end_timestamp": f"{minute}:{number % 30 + 1:02}Z",
        }
        yield json.dumps(template | times | {"id": str(number), "volume": volume})


@pytest.mark.slow
def test_sixty_megabytes_of_honest_sessions_are_read_in_500_mb(tmp_path):
    path = tmp_path / "export.json"
    count = 75_000
    with path.open("w", encoding="utf-8") as stream:
        stream.write('{"data": [' + next(_records(1)))
        for record in list(_records(count))[1:]:
            stream.write(",\n" + record)
        stream.write("]}")
    assert path.stat().st_size > 60_000_000
    assert _peak(path) == [count, count * 1_500_000]


HEAD = '{"start_timestamp": 1, "end_timestamp": 1, "volume": {"total": 1}, "traffic_type": {"id": 5}, "x": '


HOSTILE = {
    "[],": ("[]]}", "little but"),
    "{},": ("{}]}", "little but"),
    '{"a":1},': ("1]}", "little but"),
    "1,": ("1]}", "little but"),
    '{"traffic_type":{},"volume":{},"start_timestamp":1,"end_timestamp":1},': (
        "1]}",
        "more than 300000",
    ),
}


@pytest.mark.parametrize(
    "unit",
    [
        pytest.param(one, marks=pytest.mark.nightly if one != "[]," else pytest.mark.slow)
        for one in HOSTILE
    ],
)
def test_a_hostile_json_of_100_mb_is_refused_in_500_mb(unit, tmp_path):
    end, found = HOSTILE[unit]
    path = tmp_path / "export.json"
    with path.open("w", encoding="utf-8") as stream:
        stream.write(HEAD + "[")
        block = unit * (1_000_000 // len(unit))
        for _ in range(100):
            stream.write(block)
        stream.write(end)
    assert found in _peak(path)


@pytest.mark.slow
def test_brackets_without_end_are_refused(tmp_path):
    path = tmp_path / "export.json"
    path.write_text(HEAD + "[" * 50_000_000, encoding="utf-8")
    assert "deeply" in _peak(path)


@pytest.mark.slow
def test_a_text_of_60_mb_in_one_field_is_refused(tmp_path):
    path = tmp_path / "export.json"
    path.write_text(HEAD + '"' + "x" * 60_000_000 + '"}', encoding="utf-8")
    assert "more than 1 MB" in _peak(path)


@pytest.mark.nightly
def test_records_of_a_thousand_names_each_are_refused(tmp_path):
    record = HEAD[:-6] + ", ".join(f'"n{number}": 1' for number in range(1_000)) + "}"
    path = tmp_path / "export.json"
    path.write_text("\n".join([record] * 21_000), encoding="utf-8")
    assert "million fields" in _peak(path)
