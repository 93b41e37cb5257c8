"""The user's own list of SIMs: read from what people keep, joined to every line."""

import re
from pathlib import Path

import openpyxl
import pytest

from esim_analysis.case import open_case
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.registry import importer_for
from esim_analysis.model import FileError

USAGE = """SIM,Start,End,Usage (MB)
8934071000000001111,2026-10-01 10:00:00,2026-10-01 11:00:00,120.5
8934071000000002222,2026-10-01 12:00:00,2026-10-01 13:00:00,900.25
8934071000000003333,2026-10-13 12:00:00,2026-10-13 13:00:00,1.25
"""
CSV = "ICCID;nickname;driver;cost centre\n…1111;Mum;Ana;A1\n89340710000000 02222;Dad;;B2\n"
CHINESE = "卡号,名称,机主,备注2\n8934071000000001111,妈妈,安,\n"
TOML = '[[lines]]\nsim = "8934071000000001111"\nnickname = "Mum"\nsite = "Home"\n'


@pytest.fixture
def family(tmp_path):
    (tmp_path / "usage.csv").write_text(USAGE, encoding="utf-8")

    def opened(name: str, content: str | bytes, **options):
        data = content.encode() if isinstance(content, str) else content
        (tmp_path / name).write_bytes(data)
        return open_case(tmp_path, timezone="Europe/Madrid", **options)

    return opened


def nicknames(case) -> dict[str, str]:
    lines = case.analysis.lines
    return dict(zip(lines["line"], lines["nickname"], strict=True))


def test_a_list_names_lines_by_whole_ids_and_by_endings(family):
    case = family("sims.csv", CSV)
    assert nicknames(case) == {"line-1": "Mum", "line-2": "Dad"}
    assert case.analysis.line_name("line-1") == "Mum"
    assert case.analysis.line_name("line-3") == "line-3"


def test_owner_and_own_columns_travel_along(family):
    lines = family("sims.csv", CSV).analysis.lines.set_index("nickname")
    assert lines.loc["Mum", "owner"] == "Ana"
    assert list(lines["cost centre"]) == ["A1", "B2"]


@pytest.mark.parametrize(("name", "content"), [("sims.toml", TOML), ("卡.csv", CHINESE)])
def test_toml_and_chinese_lists_are_understood(family, name, content):
    assert nicknames(family(name, content)) in ({"line-1": "Mum"}, {"line-1": "妈妈"})


def test_a_workbook_is_a_list_too(family, tmp_path):
    book = openpyxl.Workbook()
    for row in (["ICCID", "Nickname"], ["8934071000000002222", "Dad"]):
        book.active.append(row)
    book.save(tmp_path / "x.xlsx")
    data = (tmp_path / "x.xlsx").read_bytes()
    (tmp_path / "x.xlsx").unlink()
    assert nicknames(family("sims.xlsx", data)) == {"line-2": "Dad"}


def test_an_ending_that_fits_two_sims_names_neither_and_the_screen_says_so(family):
    case = family("sims.csv", "sim,nickname\n8934071,Both\n2222,Dad\n11,Too short\n")
    assert nicknames(case) == {"line-2": "Dad"}
    notes = [note for source in case.evidence.sources for note in source.notes]
    assert notes == ["2 SIMs of this list have no usage here."]


def test_ids_shown_as_they_are_keep_their_nicknames(family):
    case = family("sims.csv", CSV, keep_ids=True)
    assert nicknames(case)["8934071000000001111"] == "Mum"


def test_two_rows_for_one_sim_are_a_question_not_a_guess(tmp_path):
    path = tmp_path / "sims.csv"
    path.write_text("sim,nickname\n8934071000000001111,A\n8934071000000001111,B\n", "utf-8")
    file = SourceFile(path, path.name)
    with pytest.raises(FileError, match=r"two rows for the SIM that ends in 1111"):
        importer_for(file).read(file, None)


@pytest.mark.parametrize(
    "above",
    ["", "\n\n", ";;\n \n", '""\n'],
    ids=["nothing", "empty lines", "empty cells", "a quoted nothing"],
)
@pytest.mark.parametrize("head", ["ICCID;nickname;driver", 'ICCID;"Name\nof the SIM";driver'])
def test_a_list_begins_below_empty_rows_and_a_heading_may_span_lines(family, above, head):
    case = family("sims.csv", f"{above}{head}\n…1111;Mum;Ana\n8934071000000002222;Dad;\n")
    assert nicknames(case) == {"line-1": "Mum", "line-2": "Dad"}


@pytest.mark.parametrize("text", [USAGE, "a,b\n1,2\n", "sim\n8934\n", "date,owner\n1,2\n", ""])
def test_other_texts_are_no_list_of_sims(tmp_path, text):
    path = tmp_path / "x.csv"
    path.write_text(text or " ", encoding="utf-8")
    from esim_analysis.importers.operator.line_table import recognise  # noqa: PLC0415

    assert not recognise(SourceFile(path, path.name))


def test_tables_carry_the_list_and_a_report_never_does(family, tmp_path):
    case = family("sims.csv", CSV)
    out = tmp_path / "out"
    case.tables(out)
    assert (out / "lines.csv").read_text(encoding="utf-8").splitlines()[1] == (
        "line-1,Mum,Ana,,,,A1"
    )
    page = case.report(tmp_path / "r.html", share="full").read_text(encoding="utf-8")
    # Packed data may spell anything by chance; what is packed is looked at elsewhere.
    assert "Mum" not in re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    assert Path(out / "usage.csv").exists()
