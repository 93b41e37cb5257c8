"""Data sessions without volumes bill nothing, and say where data of the same SIM flowed."""

import json
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from esim_analysis.case import open_case
from esim_analysis.history import History
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import ReadOptions
from esim_analysis.importers.reading import read
from esim_analysis.importers.registry import importer_for, importers
from esim_analysis.model import NothingUsableError

SAMPLES = Path(__file__).parent / "samples"
TWILIO, CLARO = "twilio_sessions_json/sessions.json", "claro_sessions_csv/trafico.csv"
SIM = "DE8910300000000000017"


def _read(sample):
    file = SourceFile(SAMPLES / sample, Path(sample).name)
    return importer_for(file).read(file, ReadOptions())


def _days(folder, *days):
    """Write what Twilio answers for the usage of a SIM: one bucket a day, no network."""
    records = [
        {
            "sim_sid": SIM,
            "period": {
                "start": f"2026-10-0{day}T00:00:00Z",
                "end": f"2026-10-0{day + 1}T00:00:00Z",
            },
            "data": {"total": 1000 * day, "upload": 100 * day, "download": 900 * day},
            "commands": {},
        }
        for day in days
    ]
    path = folder / "usage.json"
    path.write_text(json.dumps({"usage_records": records}), encoding="utf-8")
    return path


@pytest.mark.parametrize("sample", [TWILIO, CLARO])
def test_a_sample_reads_as_its_golden_sessions(sample, golden):
    made = _read(sample)
    path = SAMPLES / sample
    golden(made.sessions.dropna(axis=1, how="all"), path.with_name(f"{path.name}.golden.csv"))
    golden(made.usage.rejected, path.with_name(f"{path.name}.rejected.csv"))


def test_claros_sheet_as_a_workbook_is_the_same_sheet(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["Resumen"])
    sheet = book.create_sheet("Datos")
    for number, line in enumerate((SAMPLES / CLARO).read_text(encoding="utf-8").splitlines()):
        cells = line.split(";")
        sheet.append([int(cell) if number and cell.isdigit() else cell for cell in cells])
    book.save(tmp_path / "trafico.xlsx")
    file = SourceFile(tmp_path / "trafico.xlsx", "trafico.csv")
    assert importer_for(file).id == "claro_sessions_csv"
    made, text = importer_for(file).read(file, ReadOptions()), _read(CLARO)
    pd.testing.assert_frame_equal(made.sessions, text.sessions)
    pd.testing.assert_frame_equal(made.usage.rejected, text.usage.rejected)


def test_a_damaged_workbook_is_left_to_the_reader_of_any_workbook(tmp_path):
    path = tmp_path / "broken.xlsx"
    path.write_bytes(b"PK\x03\x04 xl/workbook.xml")
    assert importer_for(SourceFile(path, path.name)).id == "table"


@pytest.mark.parametrize("sample", [TWILIO, CLARO])
def test_a_sample_is_known_to_no_importer_but_its_own(sample):
    file = SourceFile(SAMPLES / sample, Path(sample).name)
    mine = [one for one in importers() if one.recognise(file)]
    assert [one.id for one in mine if one.id != "table"] == [Path(sample).parent.name]
    assert importer_for(file) is mine[0]
    assert mine[0].known_from == "documentation"


@pytest.mark.parametrize("sample", [TWILIO, CLARO])
def test_sessions_without_volume_bill_no_byte_and_lose_no_row(sample):
    made = _read(sample)
    (source,) = made.usage.sources
    assert made.usage.frame.empty
    assert source.rows == source.kept + source.duplicates + source.rejected
    assert source.kept == len(made.sessions)
    assert "not how many bytes" in source.notes[0]


def test_an_open_session_ends_where_it_was_last_updated():
    sessions = _read(TWILIO).sessions
    assert sessions["end_utc"].max() == pd.Timestamp("2026-10-03T10:30Z")


def test_ids_of_sims_stay_out_of_sessions():
    told = _read(TWILIO).sessions.to_csv() + _read(CLARO).sessions.to_csv()
    assert not any(raw in told for raw in (SIM, "600000001", "001010000000001"))


def test_a_day_whose_sessions_are_in_one_country_was_used_there(tmp_path):
    usage = read([_days(tmp_path, 1, 2, 5), SAMPLES / TWILIO]).usage
    assert usage.frame["country"].tolist()[:2] == ["ES", "FR"]
    assert usage.frame["plmn"].tolist()[:2] == ["214-01", "208-10"]
    assert usage.frame["country"].isna().tolist() == [False, False, True]
    assert usage.frame["bytes_total"].sum() == 8000
    notes = [note for source in usage.sources for note in source.notes]
    assert any(note.startswith("Records that name no network: 2.") for note in notes)


def test_a_day_in_two_countries_stays_without_one(tmp_path):
    answer = json.loads((SAMPLES / TWILIO).read_text(encoding="utf-8"))
    answer["data_sessions"][0] |= {"end": "2026-10-02T01:00:00Z"}
    moved = tmp_path / "sessions.json"
    moved.write_text(json.dumps(answer), encoding="utf-8")
    frame = read([_days(tmp_path, 1, 2), moved]).usage.frame
    assert frame["country"].tolist()[0] == "ES"
    assert frame["country"].isna().tolist() == [False, True]


def test_sessions_of_another_sim_place_nothing(tmp_path):
    frame = read([_days(tmp_path, 1), SAMPLES / CLARO]).usage.frame
    assert frame["country"].isna().all()


def test_sessions_alone_say_what_is_missing():
    with pytest.raises(NothingUsableError, match="give the usage records of the same SIM too"):
        read([SAMPLES / TWILIO])


def test_a_history_knows_sessions_of_an_earlier_run(tmp_path):
    kept = tmp_path / "history.duckdb"
    with pytest.raises(NothingUsableError):
        open_case(SAMPLES / TWILIO, history=kept)
    case = open_case(_days(tmp_path, 1), history=kept)
    assert case.usage.frame["country"].tolist() == ["ES"]


def test_a_history_of_the_layout_before_gains_a_place_for_sessions(tmp_path):
    kept = tmp_path / "history.duckdb"
    open_case(_days(tmp_path, 1), history=kept)
    with History(kept).store.transaction() as connection:
        connection.execute("DROP TABLE sessions_rows; DROP TABLE sessions_places")
        connection.execute("UPDATE meta SET told = '2' WHERE name = 'version'")
    case = open_case(SAMPLES / TWILIO, history=kept)
    assert case.usage.frame["country"].tolist() == ["ES"]
