"""From one export and a list of SIMs to five rows, files for the portal, and one SIM's case."""

import csv
import io
import json
from pathlib import Path

import pandas as pd
import pytest

import esim_analysis as esim
from esim_analysis.fleet import Fleet, preparing, run_fleet
from esim_analysis.fleet.running import size
from esim_analysis.fleet.screen import first_rows
from esim_analysis.i18n import Words
from esim_analysis.model import NothingUsableError, UsageError
from esim_analysis.simulator.scenarios.fleet_200 import simulate_fleet

from .conftest import BUCKETS, told, write_dumps, write_fleet  # type: ignore[import-not-found]


@pytest.mark.parametrize("seed", [1, 2])
def test_the_five_planted_sims_are_the_first_five_with_their_cause(tmp_path, seed):
    outcome = simulate_fleet(seed)
    outcome.write(tmp_path, "in")
    fleet = Fleet(run_fleet([tmp_path / "in"], tmp_path / "out"), [tmp_path / "in"])
    planted = {one["iccid"]: cause for cause, one in _planted(outcome).items()}
    top = fleet.outliers.head(10)
    found = dict(zip(top["sim"], top["cause"], strict=True))
    assert {sim: found.get(sim) for sim in planted} == planted
    assert (top.head(5)["confidence"] >= 0.5).all()
    assert "€" in fleet.screen()


def test_one_apn_among_ten_sims_of_a_plan_is_alone_though_it_is_a_tenth(tmp_path):
    outcome = simulate_fleet(200, sims=30)
    outcome.write(tmp_path, "in")
    out = run_fleet([tmp_path / "in"], tmp_path / "out", by=["plan"])
    fleet = Fleet(out, [tmp_path / "in"])
    planted = {one["iccid"]: cause for cause, one in _planted(outcome).items()}
    top = fleet.outliers.head(5)
    assert dict(zip(top["sim"], top["cause"], strict=True)) == planted
    assert fleet.cohorts["lines"].tolist() == [10, 10, 10]


def test_a_dear_sim_nobody_can_explain_says_how_dear_it_is():
    row = {
        "cause": "heavy", "step_day": "2026-10-01", "abroad_country": "", "apn": "", "peer_apn": "",
        "step_ratio": 1.0, "per_day": 90.0, "peer_per_day": 100.0, "cost_per_day": 5.0,
        "peer_cost_per_day": 0.5, "records_per_day": 1, "peer_records_per_day": 1,
        "zero_records": 0, "records": 31, "stake": 139.5, "stake_bytes": 0.0, "currency": "EUR",
        "sim": "89340710000000001234", "label": "line-1", "nickname": "camera", "confidence": 0.5,
    }  # fmt: skip
    told = first_rows(pd.DataFrame([row]), Words("en", "UTC"))
    assert told["cause"].tolist() == [
        "Costs 10.0 times as much a day as its peers; nothing in the export says why."
    ]
    free = first_rows(pd.DataFrame([row | {"peer_cost_per_day": 0.0}]), Words("en", "UTC"))
    assert free["cause"].tolist()[0].startswith("0.9 times as much as its peers a day")


def _planted(outcome):
    return json.loads(next(iter(outcome.truth.values())))["planted"]


@pytest.fixture(scope="module")
def fleet(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Fleet:
    return esim.open_fleet(small, out=tmp_path_factory.mktemp("fleet") / "out")


def test_every_byte_of_the_export_is_some_lines_byte(fleet, small):
    export = pd.read_csv(small / "usage.csv")
    total = int((export["Uplink (bytes)"] + export["Downlink (bytes)"]).sum())
    assert int(fleet.lines["bytes"].sum()) == fleet.summary["bytes"] == total
    assert int(fleet.lines["records"].sum()) == len(export)
    assert fleet.lines["cost"].sum() == pytest.approx(export["Charge (EUR)"].sum())


def test_the_sim_in_another_device_is_named_as_its_owner_calls_it(fleet):
    assert fleet.outliers["nickname"].tolist() == ["thing-3"]
    assert fleet.outliers["cause"].tolist() == ["other_device"]
    assert fleet.outliers["step_day"].tolist() == ["2026-10-11"]
    assert fleet.screen().splitlines()[2].startswith("thing-3 (…0003)  €")
    assert "thing-3" in fleet._repr_html_()


def test_the_screen_speaks_three_languages(fleet):
    said = {
        lang: Fleet(fleet.folder, fleet.paths, lang=lang).screen() for lang in ("en", "es", "zh")
    }
    assert len(set(said.values())) == 3
    assert all("fleet." not in text for text in said.values())


def test_action_files_hold_real_ids_say_so_and_open_in_a_spreadsheet(fleet):
    folder = fleet.folder / "do-not-share"
    names = {path.name for path in folder.iterdir()}
    assert {"suspend - do not share.csv", "limits - do not share.csv"} <= names
    data = (folder / "suspend - do not share.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    (row,) = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
    assert row["iccid"] == "8934071000000000003"
    assert row["action"] == "suspend"
    assert "DO NOT SHARE" in (folder / "READ ME FIRST.txt").read_text(encoding="utf-8")


def test_tables_outside_that_folder_hold_no_real_id(fleet):
    for name in ("lines.csv", "outliers.csv", "cohorts.csv", "findings.csv", "fleet.json"):
        path = fleet.folder / name
        assert not path.exists() or b"89340710000000" not in path.read_bytes()


def test_the_case_of_one_sim_is_the_case_of_its_own_export(fleet, small, tmp_path):
    export = pd.read_csv(small / "usage.csv", dtype="str")
    own = tmp_path / "usage.csv"
    export[export["ICCID"] == "8934071000000000003"].to_csv(own, index=False)
    case, alone = fleet.case("thing-3"), esim.open_case(own)
    columns = [name for name in alone.usage.frame.columns if name != "source_row"]
    pd.testing.assert_frame_equal(case.usage.frame[columns], alone.usage.frame[columns])
    pd.testing.assert_frame_equal(case.attribution().by_day, alone.attribution().by_day)
    assert case.verdict() == alone.verdict()
    assert fleet.case("0003").usage.frame.equals(case.usage.frame)


def test_the_fleet_of_one_line_gives_the_tables_of_that_line(sample_data, tmp_path):
    xiaoli = sample_data / "xiaoli"
    run_fleet([xiaoli], tmp_path / "out")
    (line,) = Fleet(tmp_path / "out", [xiaoli]).lines["label"]
    Fleet(tmp_path / "out", [xiaoli]).case(line).tables(tmp_path / "fleet")
    esim.open_case(xiaoli).tables(tmp_path / "alone")
    ours = {path.name: path.read_bytes() for path in (tmp_path / "fleet").iterdir()}
    theirs = {path.name: path.read_bytes() for path in (tmp_path / "alone").iterdir()}
    assert ours.keys() == theirs.keys()
    assert [name for name in theirs if ours[name] != theirs[name]] == []


def test_the_order_and_split_of_files_change_nothing(small, fleet, tmp_path):
    text = (small / "usage.csv").read_text().splitlines(keepends=True)
    parts = tmp_path / "in"
    parts.mkdir()
    (parts / "sims.csv").write_text((small / "sims.csv").read_text())
    (parts / "b.csv").write_text("".join([text[0], *text[1:700]]))
    (parts / "a.csv").write_text("".join([text[0], *text[600:]]))
    out = run_fleet([parts], tmp_path / "out")
    assert (out / "lines.csv").read_bytes() == (fleet.folder / "lines.csv").read_bytes()


def test_an_unknown_sim_file_and_a_bad_file_are_named_and_the_rest_goes_on(tmp_path):
    folder = write_fleet(tmp_path / "in", phones=True)
    (folder / "broken.csv").write_bytes(b"\x00\x01\x02 no table")
    fleet = Fleet(run_fleet([folder], tmp_path / "out"), [folder])
    assert len(fleet.lines) == 12
    assert any("broken.csv" in said for said in fleet.summary["problems"])
    assert any("notes.csv" in said for said in fleet.summary["problems"])


def test_a_url_is_read_like_a_folder(small, fleet, tmp_path):
    out = run_fleet([f"file://{small}"], tmp_path / "out")
    assert (out / "lines.csv").read_bytes() == (fleet.folder / "lines.csv").read_bytes()


def test_lines_are_compared_within_any_column_of_the_list(small, tmp_path):
    fleet = Fleet(run_fleet([small], tmp_path / "out", by=("site", "country")), [small])
    assert "north · ES" in set(fleet.lines["cohort"])
    with pytest.raises(UsageError, match="no column 'colour'"):
        run_fleet([small], tmp_path / "out", by=("colour",))


def test_wrong_words_are_refused_in_one_sentence(tmp_path):
    with pytest.raises(UsageError, match="1500MB or 4GB"):
        size("a lot")
    with pytest.raises(UsageError, match="no such file"):
        run_fleet([tmp_path / "nowhere"], tmp_path / "out")
    (tmp_path / "in").mkdir()
    with pytest.raises(NothingUsableError):
        run_fleet([tmp_path / "in"], tmp_path / "out")


def test_one_pool_spares_what_idle_sims_leave(fleet):
    told = fleet.pooled("travel-spain-5gb-30d").iloc[0]
    assert told["lines"] == 12
    assert told["over_pooled"] <= told["over_alone"]
    assert told["spared"] == told["over_alone"] - told["over_pooled"]


def test_buckets_change_nothing(plain_run, fleet):
    assert plain_run == told(fleet.folder)


def test_whatever_the_buckets_a_fleet_is_decided_once_by_its_phones(tmp_path):
    folder = write_fleet(tmp_path / "in")
    write_dumps(folder, sims=(1, 4, 5, 8))
    settled, tables = [], []
    for memory, buckets in ((BUCKETS["memory"], 4), ("1500MB", 1)):
        out = run_fleet([folder], tmp_path / memory, memory=memory)
        assert len(list((out / "work" / "results").iterdir())) == buckets
        settled.append(json.loads((out / "work" / "settled.json").read_text()))
        tables.append(told(out))
    assert settled[0] == settled[1]
    assert settled[0]["overhead"]["overhead"]["origin"] == "estimated"
    assert tables[0] == tables[1]
    lines = Fleet(out, [folder]).lines.set_index("nickname")
    assert (lines["coverage"] > 0.9).sum() == 4


def test_what_is_said_of_a_line_hangs_on_no_line_of_its_bucket(tmp_path, monkeypatch):
    folder = write_fleet(tmp_path / "in", minutes=200)
    write_dumps(folder, sims=(1, 4, 5, 8), uneven=True)
    tables = []
    for rows in (1500, 400, 90):
        monkeypatch.setattr(preparing, "_ROWS", rows)
        monkeypatch.setattr(preparing, "_FEWEST", rows)
        out = run_fleet([folder], tmp_path / str(rows))
        parts = [pd.read_parquet(path) for path in sorted(out.glob("work/results/*/apps.parquet"))]
        apps = pd.concat(parts, ignore_index=True)
        buckets = len(list((out / "work" / "results").iterdir()))
        tables.append((buckets, told(out), apps.sort_values(["line", "day", "app"]).to_csv()))
    assert [buckets for buckets, _, _ in tables] == [1, 4, 16]
    assert tables[0][1] == tables[1][1] == tables[2][1]
    assert tables[0][2] == tables[1][2] == tables[2][2]
    assert len(apps) > 100
