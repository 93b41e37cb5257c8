"""Damaged JSON: one plain sentence, or the whole records before the damage; never more bytes."""

import copy
import json
import random
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import ReadOptions
from esim_analysis.importers.readings import usage_from_snapshots
from esim_analysis.importers.registry import importer_for, importers
from esim_analysis.model import FileError

SAMPLES = Path(__file__).parent / "samples"
JUNK = [None, "", "x", [], {}, True, -5, "9" * 400, "2026-13-45", 1e300, "None", "<imsi>"]
# Bytes of a record that is rejected for its end, which a mutation may take away.
HIDDEN = {"emnify_json/batch.json": 1234}
JSON_SAMPLES = sorted(
    f"{path.parent.name}/{path.name}"
    for path in SAMPLES.rglob("*json")
    if path.suffix in {".json", ".ndjson"}
)
ANY = st.sampled_from(JSON_SAMPLES)


def _bytes(file, sample):
    known = {importer.id: importer for importer in importers()}[sample.split("/")[0]]
    try:
        made = known.read(file, ReadOptions())
    except FileError:
        return 0
    usage = made.usage if made.snapshots is None else usage_from_snapshots([made.snapshots])
    return int(usage.frame["bytes_total"].sum())


@cache
def _whole(sample):
    path = SAMPLES / sample
    return _bytes(SourceFile(path, path.name), sample) + HIDDEN.get(sample, 0)


def _values(sample):
    text = (SAMPLES / sample).read_text(encoding="utf-8")
    return (
        [json.loads(line) for line in text.splitlines()]
        if "ndjson" in sample
        else [json.loads(text)]
    )


def _slots(node):
    """Return every (container, key) of a JSON value."""
    pairs = node.items() if isinstance(node, dict) else enumerate(node)
    inner = [(node, key) for key, _ in pairs]
    children = list(node.values()) if isinstance(node, dict) else node
    return inner + [
        s for child in children if isinstance(child, dict | list) for s in _slots(child)
    ]


@given(sample=ANY, seed=st.integers(0, 10**6), changes=st.integers(1, 3))
def test_fields_lost_or_spoilt_never_add_bytes(write, sample, seed, changes):
    values = _values(sample)
    whole = _bytes(write("\n".join(map(json.dumps, values)), "a.json"), sample) + HIDDEN.get(
        sample, 0
    )
    chance = random.Random(seed)  # noqa: S311 - reproducible, not secret
    spoilt = copy.deepcopy(values)
    for _ in range(changes):
        slots = _slots(spoilt)
        if not slots:
            return
        container, key = chance.choice(slots)
        if chance.random() < 0.4:
            del container[key]
        else:
            container[key] = copy.deepcopy(chance.choice(JUNK))
    assert _bytes(write("\n".join(map(json.dumps, spoilt)), "a.json"), sample) <= whole


@given(sample=ANY, share=st.floats(0, 1))
def test_a_cut_text_keeps_whole_records_only(write, sample, share):
    text = (SAMPLES / sample).read_text(encoding="utf-8")
    whole = _whole(sample)
    assert _bytes(write(text[: int(share * len(text))], "a.json"), sample) <= whole


@given(sample=ANY, seed=st.integers(0, 10**6))
def test_flipped_bytes_end_in_a_sentence_or_in_records(write, sample, seed):
    chance = random.Random(seed)  # noqa: S311 - reproducible, not secret
    data = bytearray((SAMPLES / sample).read_bytes())
    for _ in range(chance.randint(1, 8)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    assert _bytes(write(bytes(data), "a.json"), sample) >= 0


def test_records_before_a_cut_are_kept_and_the_cut_is_counted(write):
    text = (SAMPLES / "emnify_json" / "batch.json").read_text(encoding="utf-8")
    file = write(text[: text.index('"id": 1003')], "batch.json")
    usage = importer_for(file).read(file, ReadOptions()).usage
    assert usage.frame["record_id"].tolist() == ["1001", "1002"]
    assert usage.rejected["reason"].tolist() == ["the text is cut or damaged from here on"]


def test_a_damaged_line_costs_only_itself(write):
    lines = (SAMPLES / "wavely_json" / "records.ndjson").read_text(encoding="utf-8").splitlines()
    file = write("\n".join([lines[0], lines[1][:40], lines[2]]), "records.ndjson")
    usage = importer_for(file).read(file, ReadOptions()).usage
    assert usage.frame["source_row"].tolist() == ["line 1", "line 3"]
    assert usage.rejected["line"].tolist() == ["line 2"]


def test_json_of_endless_depth_is_refused(write):
    head = '{"unixtime": 1790841600, "dataTrafficStatsMap": '
    file = write(head + "[" * 200_000, "deep.json")
    with pytest.raises(FileError, match=r"deeply|cut or damaged"):
        importer_for(file).read(file, ReadOptions())


def test_a_number_of_a_million_digits_is_no_volume(write):
    text = (SAMPLES / "soracom_json" / "air.json").read_text(encoding="utf-8")
    file = write(text.replace("70000", "7" * 1_000_000), "air.json")
    usage = importer_for(file).read(file, ReadOptions()).usage
    assert usage.frame["bytes_total"].sum() == 1005
    assert len(usage.rejected) == 1


@pytest.mark.parametrize("field", ["bytesIn", "bytesOut"])
def test_a_direction_of_400_digits_costs_only_its_row(write, field):
    lines = (SAMPLES / "wavely_json" / "records.ndjson").read_text(encoding="utf-8").splitlines()
    spoilt = json.loads(lines[1]) | {field: "9" * 400}
    file = write("\n".join([lines[0], json.dumps(spoilt), lines[2]]), "records.ndjson")
    usage = importer_for(file).read(file, ReadOptions()).usage
    assert usage.frame["bytes_total"].tolist() == [120, 7]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_other_encodings_read_the_same(write, encoding):
    text = (SAMPLES / "soracom_json" / "air.json").read_text(encoding="utf-8")
    assert _bytes(write(text.encode(encoding), "air.json"), "soracom_json/air.json") == 71_005
