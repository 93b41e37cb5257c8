"""A table nobody knows becomes a case by answering what it leaves open, and nothing else."""

import pytest

import esim_analysis as esim
from esim_analysis.importers.unknown_tables import look_at
from esim_analysis.widgets import map_table

OPEN = "When;How much;Kind\n03/04/2026 10:00;1.234;<b>web</b>\n05/04/2026 11:00;2.345;web\n"


@pytest.fixture
def unknown(tmp_path):
    path = tmp_path / "export.csv"
    path.write_text(OPEN, encoding="utf-8")
    return path


def answer(form, **values):
    for name, value in values.items():
        form.answers[tuple(name.split("__"))].value = value


def test_the_form_shows_the_first_rows_as_text(unknown):
    seen = map_table(unknown).children[0].value
    assert "&lt;b&gt;web&lt;/b&gt;" in seen
    assert "<b>web</b>" not in seen


def test_it_asks_only_what_is_open_and_says_what_the_answers_give(unknown):
    form = map_table(unknown)
    assert form.usage is None
    assert form.save.disabled
    answer(
        form,
        columns__start="When",
        columns__bytes_total="How much",
        units__bytes_total="KB",
        units__base="1024",
        numbers__decimal=",",
        time__order="D/M/Y",
        time__timezone="Asia/Shanghai",
    )
    assert form.usage.frame["bytes_total"].tolist() == [1234 * 1024, 2345 * 1024]
    assert "2 rows read: 3.7\u00a0MB" in form.said.value
    assert not form.save.disabled


def test_what_was_kept_reads_next_months_file_without_a_question(unknown):
    form = map_table(unknown, lang="es")
    answer(
        form,
        columns__start="When",
        columns__bytes_total="How much",
        units__bytes_total="MB",
        numbers__decimal=".",
        time__order="D/M/Y",
        time__timezone="Europe/Madrid",
    )
    form.save.click()
    assert "export.csv.mapping.toml" in form.said.value
    later = unknown.with_name("november.csv")
    later.write_text(OPEN.replace("/04/", "/05/"), encoding="utf-8")
    case = esim.open_case(later, unknown.with_name("export.csv.mapping.toml"))
    assert case.usage.billed.sum() == 3_579_000
    form.save.click()
    assert "ya existe; corríjalo" in form.said.value


def test_a_wrong_answer_is_a_sentence_not_a_guess(unknown):
    form = map_table(unknown)
    answer(form, columns__start="Kind", columns__bytes_total="How much", units__bytes_total="MB")
    assert form.usage is None
    assert "Next:" in form.said.value


def test_a_clear_table_leaves_only_what_no_file_can_say(tmp_path):
    path = tmp_path / "clear.csv"
    path.write_text("Fecha;Hora;Volumen (MB)\n13/10/2026;10:00;1.234,5\n", encoding="utf-8")
    look = look_at(path)
    assert {(one.section, one.key) for one in look.questions} == {
        ("units", "base"),
        ("time", "timezone"),
    }
    assert ("start", "Fecha + Hora") in look.taken
    assert look.read(look.draft).billed.sum() == 1_234_500_000


def test_quotes_in_an_answer_stay_inside_it(unknown):
    look = look_at(unknown)
    text = look.answered({("columns", "start"): 'x" \nevil = "1'})
    assert "\nevil" not in text
