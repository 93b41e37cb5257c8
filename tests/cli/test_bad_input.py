"""A bad file is named in one plain sentence, and the good one beside it is still analysed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = Path(sys.executable).with_name("esim-analysis")
GOOD_CSV = """Fecha;Hora;Volumen (MB)
13/10/2026;02:10;612,500
13/10/2026;21:30;120,250
14/10/2026;09:00;33,000
"""
TINY_JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(range(256)) * 4
DENIAL = (
    "Permission Denial: can't dump NetworkStats from from pid=7, uid=10318 due to missing "
    "android.permission.DUMP permission\n"
)
CUT_DUMP = """UID stats:
  Complete history:
  ident=[{type=0, ratType=13, subscriberId=214070..., metered=true, defaultNetwork=true, oemManaged=OEM_NONE, subId=1, transports={0}}] uid=10123 set=DEFAULT tag=0x0
    NetworkStatsHistory: bucketDuration=7200
      st=1791849600 rb=600000000 rp=1 tb=1000000 tp=1 op=0
      st=1791856800 rb=60"""


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, *map(str, arguments)], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (TINY_JPEG, "JPEG picture"),
        (b"Fecha;Hora;Volumen (MB)\n", "a header without rows"),
        (DENIAL.encode(), "adb shell dumpsys netstats --full --uid"),
        (
            b"Fecha;Hora;Volumen (MB)\n13/10/2026,02:10,612.5\n14/10/2026,02:10,12.5\n",
            "two different",
        ),
    ],
    ids=["empty file", "photo", "header without rows", "permission denial", "two delimiters"],
)
def test_one_bad_file_alone_ends_with_one_sentence_and_code_1(tmp_path, content, says):
    bad = tmp_path / "bad.txt"
    bad.write_bytes(content)
    report = tmp_path / "report.html"
    done = run("report", bad, "-o", report)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("bad.txt")
    assert says in done.stderr
    assert "Next:" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not report.exists()


def test_a_dump_cut_in_a_line_is_read_up_to_the_cut(tmp_path):
    (tmp_path / "netstats.txt").write_text(CUT_DUMP)
    (tmp_path / "uso.csv").write_text(GOOD_CSV)
    out = tmp_path / "out"
    done = run("tables", tmp_path / "netstats.txt", tmp_path / "uso.csv", "-o", out)
    assert done.returncode == 0, done.stderr
    evidence = (out / "evidence.csv").read_text()
    assert "600000000" in evidence
    assert '"rejected_rows": 1' in (out / "case.json").read_text()


def test_in_a_folder_with_three_bad_files_the_good_one_is_analysed(tmp_path):
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "good.csv").write_text(GOOD_CSV)
    (folder / "empty.csv").write_bytes(b"")
    (folder / "photo.jpg").write_bytes(TINY_JPEG)
    (folder / "denied.txt").write_text(DENIAL)
    done = run("report", folder, "-o", tmp_path / "report.html")
    assert done.returncode == 0, done.stderr
    said = done.stdout
    for bad in ("empty.csv", "photo.jpg", "denied.txt"):
        assert bad in said
    html = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "766" in html  # 765.75 MB billed


@pytest.mark.parametrize(
    "arguments",
    [
        ("report",),
        ("report", "no-such-file.csv"),
        ("report", "--lang", "fr", "x.csv"),
        ("tables", "x.csv"),
        ("simulate", "no-such-life", "-o", "out"),
    ],
)
def test_wrong_arguments_end_with_code_2(arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = run(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_an_unknown_zone_is_told_with_an_example(tmp_path):
    (tmp_path / "uso.csv").write_text(GOOD_CSV)
    done = run("report", tmp_path / "uso.csv", "--timezone", "Europe/Madird")
    assert done.returncode == 2
    assert "Europe/Madrid" in done.stderr


@pytest.mark.parametrize("command", ["report", "tables"])
def test_a_place_that_cannot_be_written_is_named_with_code_2(tmp_path, command):
    (tmp_path / "uso.csv").write_text(GOOD_CSV)
    done = run(command, tmp_path / "uso.csv", "-o", tmp_path / "uso.csv" / "out")
    assert done.returncode == 2
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_report_makes_the_folder_it_goes_to(tmp_path):
    (tmp_path / "uso.csv").write_text(GOOD_CSV)
    report = tmp_path / "new folder" / "informe.html"
    assert run("report", tmp_path / "uso.csv", "-o", report).returncode == 0
    assert report.exists()


def test_an_empty_folder_and_a_wrong_name_say_what_to_do_next(tmp_path):
    nothing, missing = run("report", tmp_path), run("report", tmp_path / "march.csv")
    assert (nothing.returncode, missing.returncode) == (1, 2)
    assert "the folder is empty. Next: give the operator's export" in nothing.stderr
    assert "march.csv: no such file or folder. Next: check the name" in missing.stderr


def test_map_ends_with_the_command_to_type_next(tmp_path):
    export = tmp_path / "my usage.csv"
    export.write_text("when;what;how much\n2026-10-01 10:00;web;12\n2026-10-02 11:00;web;15\n")
    said = run("map", export).stdout.splitlines()[-1]
    assert said == (
        f'Written: "{export}.mapping.toml". Next: answer what is open in it with an editor, '
        f'then: esim-analysis report "{export}" "{export}.mapping.toml"'
    )


def test_a_folder_cannot_be_mapped(tmp_path):
    done = run("map", tmp_path)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert "a folder; name one table" in done.stderr


@pytest.mark.parametrize(
    "toml", [b"a = [", b'name = "\xf1"', b"[plan]\nprice = 3\n", b"[match]\nheader = 1\n"]
)
def test_a_toml_that_is_no_mapping_is_named_and_the_bill_is_read(tmp_path, toml):
    (tmp_path / "uso.csv").write_text(GOOD_CSV)
    (tmp_path / "plan.toml").write_bytes(toml)
    done = run("tables", tmp_path, "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    problems = json.loads((tmp_path / "out" / "case.json").read_text())["problems"]
    assert [problem.split(":")[0].split(",")[0] for problem in problems] == ["plan.toml"]


def test_two_balances_with_a_top_up_between_them_are_told_so():
    done = run(
        "report",
        *("--balance", "2026-11-02 09:00, 4 GB left"),
        *("--balance", "2026-11-03 09:00, 5 GB left"),
    )
    assert done.returncode == 1
    assert "top-up" in done.stderr


def test_an_unknown_text_is_named_without_its_numbers_and_addresses(tmp_path):
    note = tmp_path / "note.txt"
    note.write_text("call +34 600 333 444 or li@example.com about the SIM\n")
    done = run("report", note, "-o", tmp_path / "r.html")
    assert done.returncode == 1
    assert "it begins with 'call … or … about the SIM'" in done.stderr


def test_a_list_that_is_none_is_refused_in_one_sentence(tmp_path):
    (tmp_path / "export.csv").write_text(GOOD_CSV)
    (tmp_path / "list.txt").write_text("nothing to block\n")
    done = run(
        "report", tmp_path / "export.csv", "--knowledge", tmp_path / "list.txt",
        "-o", tmp_path / "r.html",
    )  # fmt: skip
    assert done.returncode != 0
    assert "list.txt: this is none of the tables that are read" in done.stderr + done.stdout
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "r.html").exists()
