"""The published benchmark: written, scored, and a donated pair read back without a name in it."""

import sys
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import esim_analysis as esim
from esim_analysis.cli.main import app
from esim_analysis.model import FileError
from esim_analysis.simulator.benchmark import LIVES
from esim_analysis.simulator.laboratory import life

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

import donated
import score


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """Return a case and the redacted pair written from it."""
    folder = tmp_path_factory.mktemp("donor")
    life("background_sync", seed=9, days=14).write(folder, "life")
    case = esim.open_case(folder / "life")
    return case, donated.write_pair(case, folder / "pair")


@pytest.mark.slow
def test_the_command_writes_every_life_and_its_truth_apart(tmp_path):
    run = CliRunner().invoke(app, ["simulate", "--benchmark", "-o", str(tmp_path)])
    assert run.exit_code == 0
    assert {folder.name for folder in (tmp_path / "truth").iterdir()} == set(LIVES)
    for name in LIVES:
        assert any((tmp_path / name).iterdir())
        assert not list((tmp_path / name).glob("truth*"))
        truth, unseen, silent = score.read_truth(tmp_path / "truth" / name)
        assert truth["billed_bytes"].sum() > 0
        assert ("tethering" in unseen) == (name == "hidden_hotspot")
        assert len(silent) == (7 if name == "lost_week" else 0)


@pytest.mark.parametrize("words", [[], ["xiaoli", "--benchmark"]])
def test_a_scenario_or_the_benchmark_is_named_not_both_and_not_neither(words, tmp_path):
    run = CliRunner().invoke(app, ["simulate", *words, "-o", str(tmp_path)])
    assert run.exit_code == 2


def test_the_truth_scores_nought_and_a_missed_app_its_bytes():
    truth = pd.DataFrame(
        {"day": ["d", "d", "d"], "app": ["a", "ghost", "rounding"], "billed_bytes": [70, 25, 5]}
    )
    answer = pd.DataFrame({"day": ["d", "d"], "app": ["a", "unattributed"], "bytes": [70, 30]})
    perfect = score.score(answer, truth, ["ghost"])
    assert perfect["app × day"] == 0
    assert perfect["residual"] == perfect["residual true"] == pytest.approx(0.3)
    spread = score.score(answer.assign(bytes=[100, 0]), truth, ["ghost"])
    assert spread["app × day"] == pytest.approx(0.6)
    banded = answer.assign(bytes_low=[60, 0], bytes_high=[81, 40])
    assert score.score(banded, truth, ["ghost"])["covered"] == 1
    assert score.score(banded, truth, ["ghost"])["width"] == pytest.approx(0.3)


def test_answers_that_are_missing_are_named(tmp_path, capsys):
    (tmp_path / "truth" / "everyday").mkdir(parents=True)
    assert score.main([str(tmp_path), "--truth", str(tmp_path / "truth")]) == []
    assert "everyday: no answer" in capsys.readouterr().out


def test_a_donated_pair_divides_like_the_case_it_was_made_of(pair):
    case, paths = pair
    again = donated.attributed(paths[0].parent)
    own = case.attribution()
    columns = ["billed", "attributed", "unattributed", "rounding", "conflict"]
    assert again.by_record[columns].equals(own.by_record[columns])
    assert again.overhead == own.overhead
    assert sorted(again.by_cycle["bytes"]) == sorted(own.by_cycle["bytes"])


def test_a_donated_pair_holds_no_name_date_or_id(pair):
    _, paths = pair
    text = "".join(path.read_text(encoding="utf-8") for path in paths)
    for told in ("com.example", "lexi", "214-07", "2026-", "sesiones", "EUR", "Demo", "host"):
        assert told not in text
    assert pd.read_csv(paths[0])["start_utc"].min().startswith("2001-01-0")


def test_a_pair_without_its_bill_says_so(tmp_path):
    with pytest.raises(FileError, match=r"bill\.csv: no such file in this pair"):
        donated.read_pair(tmp_path)
