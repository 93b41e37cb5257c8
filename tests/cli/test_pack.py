"""`pack` and `pack verify` as they are typed."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from esim_analysis.cli.main import app

SAMPLES = Path(__file__).parents[2] / "sample_data"
NIGHT = str(SAMPLES / "iphone-night")


def run(*words):
    return CliRunner().invoke(app, list(map(str, words)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("cli") / "pack"
    told = run("pack", NIGHT, "-o", made, "--finding", 1, "--bill-date", "2026-11-04")
    assert told.exit_code == 0, told.output
    assert "1 of 1 billed rows is contested" in told.output
    return made


def test_the_sender_finds_nothing_that_differs(folder):
    found = run("pack", "verify", folder, f"{NIGHT}/balances.txt")
    assert (found.exit_code, "Nothing differs: 1 rows" in found.output) == (0, True)


def test_a_tampered_file_gives_code_1_and_a_sentence(folder, tmp_path):
    copy = shutil.copytree(folder, tmp_path / "pack")
    (copy / "message.txt").write_text("mine", encoding="utf-8")
    found = run("pack", "verify", copy, f"{NIGHT}/balances.txt", "--lang", "es")
    assert found.exit_code == 1
    assert "message.txt: cambiado después de escribirse el manifiesto" in found.output


def test_originals_are_copied_only_when_asked(tmp_path):
    made = run("pack", NIGHT, "-o", tmp_path / "pack", "--include-originals")
    assert "ORIGINAL FILES INCLUDED" in made.output
    copied = {path.name: path.read_bytes() for path in (tmp_path / "pack/originals").iterdir()}
    originals = {path.name: path.read_bytes() for path in (SAMPLES / "iphone-night").iterdir()}
    assert copied == originals
    assert run("pack", "verify", tmp_path / "pack", f"{NIGHT}/balances.txt").exit_code == 0


def test_a_day_that_is_none_is_a_wrong_argument(tmp_path):
    found = run("pack", NIGHT, "-o", tmp_path / "pack", "--bill-date", "4/11/2026")
    assert found.exit_code == 2
    assert not (tmp_path / "pack").exists()
