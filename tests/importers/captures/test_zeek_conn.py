"""Zeek's conn.log: headings inside the file, either end may be ours."""

import json
from pathlib import Path

import pandas as pd
import pytest

from esim_analysis.importers.importer import ReadOptions
from esim_analysis.importers.phone.zeek_conn import IMPORTER
from esim_analysis.model import FileError

SAMPLES = Path(__file__).parent / "samples"
HEAD = "#separator \\x09\n#unset_field\t-\n#fields\t"
NAMES = "ts id.orig_h id.orig_p id.resp_h id.resp_p proto conn_state orig_ip_bytes resp_ip_bytes"
ROW = "1790978400.5 192.168.43.10 50000 203.0.113.9 443 tcp SF 500 700"


def log(*rows, names=NAMES):
    return HEAD + "\n".join(row.replace(" ", "\t") for row in (names, *rows)) + "\n"


def test_the_sample_reads_as_its_golden_frame(sample, golden):
    file = sample("conn.log")
    assert IMPORTER.recognise(file)
    imported = IMPORTER.read(file, ReadOptions())
    frame = imported.evidence.frame
    golden(frame.dropna(axis="columns", how="all"), SAMPLES / "conn.evidence.csv")
    golden(imported.evidence.rejected, SAMPLES / "conn.rejected.csv")
    assert any("not closed" in note for note in imported.notes)


def test_bytes_are_those_of_ip_and_seen_from_the_local_end(read):
    frame = read(log(ROW), by="zeek_conn").evidence.frame
    assert frame[["bytes_up", "bytes_down"]].to_numpy().tolist() == [[500, 700]]
    opened_outside = "1790978400.5 203.0.113.9 443 192.168.43.10 50000 tcp SF 700 500"
    frame = read(log(opened_outside), by="zeek_conn").evidence.frame
    seen = frame[["bytes_up", "bytes_down", "remote_ip", "remote_port"]]
    assert seen.to_numpy().tolist() == [[500, 700, "203.0.113.9", 443]]


def test_the_json_form_says_the_same(read):
    row = dict(zip(NAMES.split(), ROW.split(), strict=True))
    numbers = {name: float(row[name]) for name in ("ts",)}
    numbers |= {name: int(row[name]) for name in NAMES.split() if name.endswith(("_p", "bytes"))}
    lines = [json.dumps(row | numbers | {"uid": "C1"}), '{"ts": 1, "id.orig_h"', "[1]"]
    evidence = read("\n".join(lines), by="zeek_conn").evidence
    expected = read(log(ROW), by="zeek_conn", name="conn.log").evidence.frame
    same = [name for name in expected.columns if name not in ("source", "source_row")]
    pd.testing.assert_frame_equal(evidence.frame[same], expected[same])
    assert evidence.rejected["line"].tolist() == ["2", "3"]


def test_unset_bytes_are_unknown_and_never_zero(read):
    frame = read(log(ROW.replace("500 700", "- -")), by="zeek_conn").evidence.frame
    assert frame[["bytes_up", "bytes_down"]].isna().all(axis=None)


def test_contents_stand_in_where_ip_bytes_are_missing_and_it_is_told(read):
    names = NAMES.replace("_ip_bytes", "_bytes")
    imported = read(log(ROW, names=names), by="zeek_conn")
    assert imported.evidence.frame["bytes_down"].tolist() == [700]
    assert any("without packet headers" in note for note in imported.notes)


def test_hourly_logs_put_together_are_one(read):
    imported = read(log(ROW) + "#close\t2026\n" + log(ROW) + "#close\t2026\n", by="zeek_conn")
    assert len(imported.evidence.frame) == 2
    assert not len(imported.evidence.rejected)


def test_zeek_names_no_app_so_nothing_counts(read):
    frame = read(log(ROW), by="zeek_conn").evidence.frame
    assert frame[["app", "counts_toward_total"]].to_numpy().tolist() == [["unattributed", False]]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (log(), "without a single connection"),
        (log(ROW.replace("1790978400.5", "19.98")), "own start"),
    ],
)
def test_what_holds_nothing_says_so(read, content, found):
    with pytest.raises(FileError, match=found):
        read(content, by="zeek_conn")
