import json
import string
from importlib.resources import files

import pytest

from esim_analysis.i18n import LANGUAGES

CATALOGUES = files("esim_analysis.i18n") / "catalogues"
PARTS = sorted(part.name for part in (CATALOGUES / "en").iterdir())
PLURALS = {"en": {"one", "other"}, "es": {"one", "other"}, "zh": {"other"}}
ACCUSING = {
    "en": ("overcharg", "malware", "virus", "spyware", "steal", "stole", "theft", "cheat",
           "fraud", "scam", "rip-off", "guilty", "culprit", "blame"),
    "es": ("cobro indebido", "cobrado de más", "malware", "virus", "espía", "robo", "robad",
           "estafa", "fraude", "engañ", "culpable", "culpa"),
    "zh": ("多收费", "乱收费", "多扣", "恶意", "病毒", "间谍", "偷", "盗", "诈骗", "欺诈", "罪魁"),
}  # fmt: skip


def _catalogue(lang, part):
    return json.loads((CATALOGUES / lang / part).read_text(encoding="utf-8"))


def _sentences(entry):
    return list(entry.values()) if isinstance(entry, dict) else [entry]


def _fields(entry):
    return {
        name.split(".")[0].split("[")[0]
        for sentence in _sentences(entry)
        for _, name, _, _ in string.Formatter().parse(sentence)
        if name is not None
    }


def test_every_language_has_the_same_parts():
    for lang in LANGUAGES:
        assert sorted(part.name for part in (CATALOGUES / lang).iterdir()) == PARTS


@pytest.mark.parametrize("part", PARTS)
def test_every_language_has_the_same_keys_in_the_same_order(part):
    english = list(_catalogue("en", part))
    for lang in LANGUAGES:
        assert list(_catalogue(lang, part)) == english


@pytest.mark.parametrize("part", PARTS)
def test_keys_carry_the_name_of_their_part(part):
    stem = part.removesuffix(".json")
    assert [key for key in _catalogue("en", part) if not key.startswith(f"{stem}.")] == []


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("lang", ["es", "zh"])
def test_fields_are_the_same_in_every_language(part, lang):
    english, other = _catalogue("en", part), _catalogue(lang, part)
    differing = {key for key in english if _fields(english[key]) != _fields(other.get(key, ""))}
    assert differing == set()


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_plural_forms_are_those_of_the_language(part, lang):
    plural = {key: set(e) for key, e in _catalogue(lang, part).items() if isinstance(e, dict)}
    assert {
        key: forms for key, forms in plural.items() if not PLURALS[lang] <= forms <= PLURALS["en"]
    } == {}


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_sentence_accuses(part, lang):
    accusing = [
        (key, word)
        for key, entry in _catalogue(lang, part).items()
        for sentence in _sentences(entry)
        for word in ACCUSING[lang]
        if word in sentence.lower()
    ]
    assert accusing == []


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_sentence_is_empty_or_padded(part, lang):
    poor = [
        key
        for key, entry in _catalogue(lang, part).items()
        for sentence in _sentences(entry)
        if not sentence.strip()
    ]
    assert poor == []


@pytest.mark.parametrize("part", PARTS)
def test_chinese_and_spanish_are_not_left_in_english(part):
    english = _catalogue("en", part)
    long_ones = {key for key, e in english.items() if isinstance(e, str) and len(e.split()) > 4}
    for lang in ("es", "zh"):
        same = {key for key in long_ones if _catalogue(lang, part).get(key) == english[key]}
        assert same == set()
