"""No control stands on the screen that no screenplay uses."""

import re
from pathlib import Path

import esim_analysis

VIEW = Path(esim_analysis.__file__).parent / "explorer" / "view"
TESTS = Path(__file__).parents[1]
# What is no choice of its own, each with why it stands there.
NOT_PLAYED = {
    "handle": "the keyboard's way to the window that the live notebook brushes",
    "line": "there only where a case has several lines: the films have one",
    "more-apps": "unfolds what a short screen folds away",
    "more-cards": "unfolds what a short screen folds away",
    "": "a table twin, unfolded: the way of a screen reader",
    "hosts": "a table that scrolls, reached by keyboard",
}


def stem(key):
    """`app-${app}` and `app-0` are one control."""
    return re.sub(r"-?(\$\{\w+\}|\d+|summary|scroll|from$|to$)", "", key).strip("-")


def test_every_control_is_used_by_a_film_or_says_why_not():
    source = "".join(path.read_text(encoding="utf-8") for path in sorted(VIEW.glob("*.js")))
    controls = {stem(key) for key in re.findall(r'"data-key": ["`]([^"`]+)["`]', source)}
    films = (TESTS / "browser" / "test_films.py").read_text(encoding="utf-8")
    played = re.findall(r"data-key='?([\w-]+)", films) + re.findall(r'\.press\("([\w-]+)"', films)
    played += ["app"] if ".region-apps .app" in films else []
    assert controls - {stem(key) for key in played} == set(NOT_PLAYED)


def test_every_handler_belongs_to_a_control_with_a_name():
    """A button, list or field without a key could neither keep the focus nor be audited."""
    for path in sorted(VIEW.glob("*.js")):
        text = path.read_text(encoding="utf-8")
        for found in re.finditer(r'h\(\s*"(button|select|input)",\s*\{', text):
            assert "data-key" in text[found.end() : found.end() + 400], f"{path.name}: {found[0]}"
