"""Formats said in a declaration: each sample reads as its golden frame, by its own importer."""

from pathlib import Path

import pytest

from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import ReadOptions
from esim_analysis.importers.readings import usage_from_snapshots
from esim_analysis.importers.registry import importer_for, importers

SAMPLES = Path(__file__).parent / "samples"
ALL_SAMPLES = sorted(
    path
    for folder in Path(__file__).parents[1].glob("*/samples")
    for path in folder.rglob("*")
    if path.is_file() and len(path.suffixes) == 1
)
# Bytes by hand from the samples: what a person adds up reading them.
TOTALS = {
    "airalo_json/balances.ndjson": 512 * 2**20 - 2**19 + 512 * 2**20,
    "cgrates_csv/cdrs.csv": 1_048_576 + 24,
    "china_flow_csv/liuliang.csv": 20_480_000 + 30_480_000 + 7_000,
    "emnify_json/batch.json": 351_176 + 1_200_000 + 3,
    "esimgo_json/bundles.json": 249_999_999,
    "esimgo_json/callbacks.ndjson": 489_750_000 + 300_250_000,
    "flolive_csv/report.csv": 12_345_678 + 500_000,
    "hologram/usage.csv": 586 + 1_234_567,
    "hologram/usage.json": 586 + 1_234_567,
    "irish_bill_csv/bill.csv": 14 * 34_429_000,
    "movistar_cells_csv/celdas.csv": 11_438 + 12_320 + 9_500_000,
    "once_json/records.csv": 1_000_003 + 8,
    "once_json/records.ndjson": 1_000_003 + 8,
    "onomondo_json/usage.json": 3863 + 58_510_000,
    "openroam_json/details.json": 1205 * 2**20 // 10 + 12 * 2**20,
    "pepephone_json/consumption.ndjson": 116_916_224,
    "radacct_csv/radacct.csv": 3_000 + 5_000_000_007,
    "roamify_json/details.json": 120_000_500 + 48_000_000 + 4_000_000,
    "soracom_json/air.json": 1000 + 5 + 70_000,
    "telnyx/details.json": 2_750_000,
    "telnyx/records.json": 2_012_000 + 100,
    "telnyx/report.csv": 2_750_000,
    "thingspace_json/usage.json": 4_096_000 + 777,
    "tmf_usage_json/usage.json": 3_072 * 1_024,
    "tmobile_us_json/usage.json": 28_517_073,
    "twilio_supersim_json/usage.json": 10_007 + 320,
    "twilio_wireless_json/usage.json": 501_000 + 7,
    "wavely_json/records.ndjson": 120 + 5700 + 7,
}


def _read(path):
    file = SourceFile(path, path.name)
    made = importer_for(file).read(file, ReadOptions())
    return made.usage if made.snapshots is None else usage_from_snapshots([made.snapshots])


@pytest.mark.parametrize("sample", TOTALS)
def test_a_sample_reads_as_its_golden_frame(sample, golden):
    path = SAMPLES / sample
    usage = _read(path)
    golden(usage.frame.dropna(axis=1, how="all"), path.with_name(f"{path.name}.golden.csv"))
    if len(usage.rejected):
        golden(usage.rejected, path.with_name(f"{path.name}.rejected.csv"))


@pytest.mark.parametrize("sample", TOTALS)
def test_a_sample_has_the_bytes_a_person_adds_up(sample):
    assert _read(SAMPLES / sample).frame["bytes_total"].sum() == TOTALS[sample]


@pytest.mark.parametrize("sample", TOTALS)
def test_rows_are_kept_repeated_or_rejected_and_none_is_lost(sample):
    (source,) = _read(SAMPLES / sample).sources
    assert source.rows == source.kept + source.duplicates + source.rejected


@pytest.mark.parametrize("path", ALL_SAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_sample_is_known_to_no_importer_but_its_own(path):
    file = SourceFile(path, path.name)
    mine = {importer.id for importer in importers() if importer.recognise(file)} - {"table"}
    declared = {sample.split("/")[0] for sample in TOTALS}
    if path.parent.name in declared:
        assert mine == {path.parent.name}
        assert importer_for(file).id == path.parent.name
    else:
        assert not mine & declared


@pytest.mark.parametrize("sample", TOTALS)
def test_subscriber_ids_stay_out_of_every_column(sample):
    text = _read(SAMPLES / sample).frame.to_csv()
    assert not any(
        raw in text for raw in ("8910300000000000017", "214050000000001", "600000001", "001010")
    )


@pytest.mark.parametrize("sample", TOTALS)
def test_formats_nobody_has_sent_say_that_they_are_from_documentation(sample):
    known = {importer.id: importer for importer in importers()}[sample.split("/")[0]]
    assert known.known_from == "documentation"
    assert 110 <= known.rank <= 300
    (source,) = _read(SAMPLES / sample).sources
    assert any(note.startswith("Read as the provider documents") for note in source.notes)
