"""Every sentence the report, figures and widgets ask for exists in every language."""

import re
from pathlib import Path

import pytest

import esim_analysis
from esim_analysis.i18n import keys

HOME = Path(esim_analysis.__file__).parent
PARTS = ("verdict", "report", "figures", "widgets")
ASKED = re.compile(r"""["'](?:verdict|report|figures|widgets)\.[a-z0-9_]+""")


def asked():
    """Return the keys named in code and templates; a stem ends where a value is put in."""
    files = [
        path
        for folder in ("report", "figures", "widgets")
        for path in sorted((HOME / folder).iterdir())
        if path.suffix in (".py", ".html")
    ]
    found = {
        match.group(0)[1:]
        for path in files
        for match in ASKED.finditer(path.read_text(encoding="utf-8"))
    }
    assert len(found) > 80
    return found


@pytest.mark.parametrize("lang", ["en", "es", "zh"])
def test_every_key_asked_for_is_there(lang):
    known = keys(lang)
    missing = [
        key
        for key in asked()
        if key not in known
        and not (key.endswith("_") and any(each.startswith(key) for each in known))
    ]
    assert missing == []


def test_no_sentence_is_left_over():
    wanted = asked()
    mine = [key for key in keys("en") if key.split(".")[0] in PARTS]
    unused = [
        key
        for key in mine
        if key not in wanted
        and not any(key.startswith(stem) for stem in wanted if stem.endswith("_"))
    ]
    assert [key for key in unused if not _composed(key)] == []


def _composed(key):
    """Keys a template builds from a list of its own: the labels of a card."""
    return key in {f"report.{part}" for part in ("explanation", "doubts", "breaks", "saving")} | {
        f"report.{part}" for part in ("unit", "base", "locale", "zone")
    }
