"""What importers say of a file stands in the catalogues and is told in every language."""

import ast
import pickle
import re
import tomllib
from pathlib import Path

import pandas as pd
import pytest

import esim_analysis
from esim_analysis.case import open_case
from esim_analysis.i18n import LANGUAGES, Words
from esim_analysis.i18n.catalogue import keys, text
from esim_analysis.i18n.sentences import listing, retell, retell_error, sentence
from esim_analysis.importers.reading import draft, read
from esim_analysis.model import FileError, NothingUsableError

PACKAGE = Path(esim_analysis.__file__).parent
MODULES = sorted((PACKAGE / "importers").rglob("*.py"))
SAID = {"FileError", "QuestionError", "Choice", "notes.append", "said.append", "sieve.reject"}
KEYS = sorted(key for key in keys("en") if key.startswith("importing."))
FIELD = re.compile(r"\{(\w+)")


def spoken(tree):
    """Yield every plain text that is said of a file: in errors, notes, reasons, rejections."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in SAID:
            first = 2 if ast.unparse(node.func) in ("Choice", "sieve.reject") else 0
            first = 1 if ast.unparse(node.func).endswith("Error") else first
            told = [*node.args[first:], *(each.value for each in node.keywords)]
        elif (isinstance(node, ast.keyword) and node.arg == "notes") or (
            isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in ("notes", "reason")
        ):
            told = [node.value]
        else:
            continue
        yield from (leaf for each in told for leaf in plain_texts(each))


def is_text(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def plain_texts(node):
    if isinstance(node, ast.Call) and ast.unparse(node.func) in ("sentence", "listing"):
        return
    if is_text(node):
        yield node.lineno, node.value
    elif isinstance(node, ast.JoinedStr):
        told = "".join(each.value for each in ast.walk(node) if is_text(each))
        yield node.lineno, told
    else:
        for child in ast.iter_child_nodes(node):
            yield from plain_texts(child)


def test_no_sentence_of_an_importer_lives_outside_the_catalogues():
    found = [
        f"{path.relative_to(PACKAGE)}:{line} {told!r}"
        for path in MODULES
        for line, told in spoken(ast.parse(path.read_text(encoding="utf-8")))
        if len(re.findall(r"[A-Za-z]{2,}", told)) > 2
        and not re.search(r"[\\^|]|^importing\.", told)  # a pattern, a key
    ]
    assert found == [], (
        "write it into i18n/catalogues/*/importing.json and say `sentence('importing.…')`"
    )


def test_every_key_an_importer_says_exists_and_none_is_left_over():
    source = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    said = set(re.findall(r"\"(importing\.\w+)\"", source))
    through_the_model = {key for key in KEYS if text_of(key) in source} - said
    assert said <= set(KEYS)
    assert set(KEYS) - said == through_the_model


def text_of(key):
    entry = text(key, "en") if not FIELD.search(raw(key)) else raw(key)
    return entry if isinstance(entry, str) else ""


def raw(key):
    from esim_analysis.i18n.catalogue import _catalogue  # noqa: PLC0415 - the texts themselves

    entry = _catalogue("en")[key]
    return entry["other"] if isinstance(entry, dict) else entry


@pytest.mark.parametrize("lang", ["es", "zh"])
def test_the_fields_of_a_sentence_are_the_same_in_every_language(lang):
    from esim_analysis.i18n.catalogue import _catalogue  # noqa: PLC0415 - the texts themselves

    for key in KEYS:
        forms = [_catalogue(each)[key] for each in ("en", lang)]
        plural = [form["other"] if isinstance(form, dict) else form for form in forms]
        mine, other = (sorted(FIELD.findall(form)) for form in plural)
        assert mine == other, key


def test_a_sentence_is_its_english_text_and_more():
    said = sentence("importing.packages_named", count=11)
    assert said == "11 packages named."
    assert retell(said, "es") == "11 paquetes nombrados."
    assert retell(said, "zh") == "给出了 11 个应用包的名称。"
    assert pickle.loads(pickle.dumps(said)).fields == {"count": 11}  # noqa: S301 - our own


def test_one_row_is_told_as_one_in_every_language_also_from_its_text():
    said = sentence("importing.rows_with_totals_left_out", count=1)
    assert said == "One row with totals is not a record and is left out."
    for one in (said, str(said)):
        assert retell(one, "es") == "Una fila con totales no es un registro y se deja fuera."
        assert retell(one, "zh") == "1 行合计不是记录，已略去。"
    assert retell("3 packages named.", "es") == "3 paquetes nombrados."


def test_sentences_inside_a_sentence_are_told_too():
    inner = sentence("importing.no_time_can_read")
    said = sentence("importing.no_record_could_read", field="start", reason=inner)
    assert said == "no record that could be read; start: no time that can be read"
    assert retell(said, "es") == (
        "ningún registro que se pudiera leer; start: sin hora que se pueda leer"
    )
    row = listing([sentence("importing.messages"), sentence("importing.location")])
    assert retell(row, "zh") == "短信, 位置"


def test_a_text_that_went_through_a_table_is_recognised_again():
    """Values come back as text; a sentence that is nearly all field stays English."""
    for key in KEYS:
        shape = re.sub(r"\{\w+(?:![rsa])?(?::[^{}]*)?\}", "x7", raw(key))
        through = str(pd.Series([shape], dtype="str").iloc[0])
        words = re.findall(r"[A-Za-z]+", re.sub(r"\{[^}]*\}", " ", raw(key)))
        if len(words) >= 2 or "{" not in raw(key):
            assert retell(through, "zh") != through, key


def test_a_text_of_somebody_else_stays_as_it_is():
    assert retell("Detalle de consumo", "zh") == "Detalle de consumo"


@pytest.mark.parametrize(
    ("lang", "step"), [("en", "Next:"), ("es", "Qué hacer:"), ("zh", "下一步：")]
)
def test_an_error_is_told_with_its_place_and_next_step(lang, step, tmp_path):
    (tmp_path / "usage.csv").write_text("hola,que\n1,2\n", encoding="utf-8")
    with pytest.raises(NothingUsableError) as caught:
        read([tmp_path])
    told = retell_error(caught.value, lang)
    assert told.startswith("usage.csv")
    assert step in told
    assert "hola,que" in told
    if lang == "en":
        assert told == str(caught.value)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_an_importer_said_of_the_sample_is_english_elsewhere(sample_data, lang):
    case = open_case(sample_data / "xiaoli", lang=lang)
    sources = (*case.usage.sources, *case.evidence.sources)
    notes = [note for source in sources for note in source.notes]
    reasons = [
        getattr(decision, part).reason
        for decision in case.usage.decisions.values()
        for part in ("unit", "base", "locale", "zone")
    ]
    assert notes
    for said in (*notes, *filter(None, reasons)):
        told = case.words.retell(said)
        assert (told == said) == (lang == "en"), said


def test_a_problem_keeps_its_words_when_names_are_masked():
    problem = FileError("a.csv", sentence("importing.could_each_volume", names="'x'"), "y")
    assert Words("es").trouble(problem).startswith("a.csv: 'x' podrían ser cada una")


@pytest.mark.parametrize(
    ("lang", "question"), [("es", "¿B, KB, MB o GB?"), ("zh", "是 B、KB、MB 还是 GB？")]
)
def test_a_drafted_mapping_asks_in_the_readers_language_and_is_the_same_mapping(
    lang, question, tmp_path
):
    table = tmp_path / "uso.csv"
    table.write_text("Fecha;Hora;Datos\n01/02/2026;10:00;1.234\n", encoding="utf-8")
    drafts = {
        each: draft(table, tmp_path / f"{each}.toml", lang=each).read_text(encoding="utf-8")
        for each in ("en", lang)
    }
    assert question in drafts[lang]
    assert "D/M/Y" in drafts[lang]
    assert " can be read " not in drafts[lang]
    assert tomllib.loads(drafts[lang]) == tomllib.loads(drafts["en"])
    assert [len(one.splitlines()) for one in drafts.values()] == [
        len(drafts["en"].splitlines())
    ] * 2
