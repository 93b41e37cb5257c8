"""The other side reruns a pack on its own records: only what differs is shown."""

import json
import shutil
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from esim_analysis.model import FileError, UsageError
from esim_analysis.report.pack import PackRequest, verify, write_pack

REVERSED = ["Charge (EUR)", "Data usage (MB)", "End time (UTC)", "Start time (UTC)", "ICCID"]


@pytest.fixture(scope="module")
def sent(case, tmp_path_factory):
    return write_pack(case, tmp_path_factory.mktemp("sent") / "pack", PackRequest()).folder


@pytest.fixture
def folder(sent, tmp_path):
    return Path(shutil.copytree(sent, tmp_path / "pack"))


def changed(column, value):
    def change(rows):
        rows = rows.copy()
        rows.loc[20, column] = value(rows.loc[20, column])
        return rows

    return change


def with_strangers(rows):
    others = rows.assign(
        iccid="8934070000000000777",
        start_utc=rows["start_utc"] + pd.Timedelta(minutes=7),
        end_utc=rows["end_utc"] + pd.Timedelta(minutes=9),
        bytes=rows["bytes"] + 12_345,
    )
    return pd.concat([others, rows]).sort_values("bytes", kind="stable")


def test_the_same_records_do_not_differ(folder, records):
    found = verify(folder, [records()])
    assert found.same
    assert found.comparison.same == 58
    assert "Nothing differs: 58 rows of the pack" in found.said


def test_other_columns_order_and_subscribers_do_not_matter(folder, records):
    found = verify(folder, [records(with_strangers, columns=REVERSED)])
    assert found.same
    assert (found.comparison.same, found.comparison.aside) == (58, 58)
    assert "58 rows of other lines or other times were left aside." in found.said


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (changed("bytes", lambda value: value + 1), "volume"),
        (changed("charge", lambda _: "0.51"), "charge"),
        (changed("start_utc", lambda value: value + pd.Timedelta(seconds=5)), "time"),
        (changed("end_utc", lambda value: value + pd.Timedelta(hours=1)), "time"),
        (lambda rows: rows.drop(index=20), "missing_here"),
    ],
    ids=["volume by a byte", "a cent", "five seconds", "an hour", "a row less"],
)
def test_a_tampered_row_is_found_and_nothing_else(folder, records, change, what):
    found = verify(folder, [records(change)])
    assert not found.same
    (row,) = found.comparison.rows.to_dict("records")
    assert (row["what"], row["row"]) == (what, "consumo.csv:22")
    assert found.comparison.same == 57
    assert "1 row differs; 57 are the same." in found.said
    assert "consumo.csv:22" in found.said


def test_a_row_more_is_shown_as_missing_in_the_pack(folder, records):
    def more(rows):
        extra = rows.iloc[[20]].assign(
            start_utc=rows["start_utc"][20] + pd.Timedelta(hours=2),
            end_utc=rows["end_utc"][20] + pd.Timedelta(hours=2),
            bytes=777_000_000,
        )
        return pd.concat([rows, extra], ignore_index=True)

    (row,) = verify(folder, [records(more)]).comparison.rows.to_dict("records")
    assert (row["what"], row["billed_bytes_here"]) == ("missing_there", 777_000_000)


def test_a_row_twice_counts_twice(folder, records):
    found = verify(folder, [records(lambda rows: pd.concat([rows, rows.iloc[[20]]]))])
    assert found.comparison.rows["what"].tolist() == ["missing_there"]


def test_records_without_charges_are_compared_without_and_it_is_said(folder, records):
    path = records(columns=["ICCID", "Start time (UTC)", "End time (UTC)", "Data usage (MB)"])
    found = verify(folder, [path])
    assert found.same
    assert "Charges were not compared" in found.said


def test_a_tampered_pack_file_is_found(folder, records):
    letter = folder / "letters" / "1_reclamacion.txt"
    letter.write_text(letter.read_text(encoding="utf-8") + "¡Ya!", encoding="utf-8")
    (folder / "message.txt").unlink()
    (folder / "note.txt").write_text("mine", encoding="utf-8")
    found = verify(folder, [records()])
    assert not found.same
    for sentence in (
        "letters/1_reclamacion.txt: changed since the manifest was written",
        "message.txt: listed in the manifest, not in the pack.",
        "note.txt: in the pack, not in the manifest.",
        "The pack's files are not as its manifest says; the rows of these records are the same.",
    ):
        assert sentence in found.said


def test_a_row_tampered_in_the_pack_is_found_even_with_a_new_manifest(folder, records):
    import hashlib  # noqa: PLC0415 - a forger's tool

    path, manifest = folder / "rows.csv", folder / "manifest.json"
    text = path.read_text(encoding="utf-8").replace(",205000000,", ",2050000000,")
    path.write_text(text, encoding="utf-8")
    document = json.loads(manifest.read_text(encoding="utf-8"))
    for entry in document["outputs"]:
        if entry["path"] == "rows.csv":
            entry["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    manifest.write_text(json.dumps(document), encoding="utf-8")
    found = verify(folder, [records()])
    assert found.comparison.rows["what"].tolist() == ["volume"]
    assert "does not say what rows.csv says" in found.said


def test_without_the_list_of_rows_only_contested_rows_are_compared(case, records, tmp_path):
    request = PackRequest(contested_only=True)
    folder = write_pack(case, tmp_path / "short", request).folder
    assert not (folder / "rows.csv").exists()
    found = verify(folder, [records()])
    assert found.same
    assert found.comparison.same == 2
    other = verify(folder, [records(changed("bytes", lambda value: value + 1))])
    assert other.same


def test_a_folder_that_is_no_pack_is_refused(tmp_path, records):
    path = records()
    with pytest.raises(FileError, match=r"manifest.json: cannot be read as a manifest"):
        verify(tmp_path, [path])
    with pytest.raises(UsageError, match="no such folder"):
        verify(tmp_path / "nowhere", [path])
    (tmp_path / "manifest.json").write_text('{"format": "another"}', encoding="utf-8")
    with pytest.raises(FileError, match="not that of an evidence pack"):
        verify(tmp_path, [path])


def test_a_broken_table_is_named_without_a_traceback(folder, records):
    (folder / "rows.csv").write_text("row;line\n1;2\n", encoding="utf-8")
    with pytest.raises(FileError, match=r"rows.csv: cannot be read: it was changed"):
        verify(folder, [records()])


def test_money_is_compared_as_money_and_not_as_text(folder, records):
    assert Decimal("0.50") == Decimal("0.500")
    assert verify(folder, [records(changed("charge", lambda _: "0.500"))]).same
