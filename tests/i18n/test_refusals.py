"""What is wrong with a plan or with rules of one's own is said in every language."""

import ast
import re
from pathlib import Path

import pytest

import esim_analysis
from esim_analysis.billing import read_plan
from esim_analysis.i18n import Words
from esim_analysis.i18n.catalogue import recognise
from esim_analysis.model import FileError
from tests.billing.test_plan_files import GOOD, MISTAKES

PACKAGE = Path(esim_analysis.__file__).parent
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Names of fields and example values stay as the file writes them.
NOT_TOLD = {"a quote too few"}  # the reason is that of Python's own TOML reader


def _texts(node):
    """Yield the English a call to `refusal` may say, its fields filled with a word."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        parts = [
            (part.value,) if isinstance(part, ast.Constant) else (*_inner(part.value),)
            for part in node.values
        ]
        yield from _all("", parts)


def _inner(node):
    if isinstance(node, ast.IfExp):
        return [*_texts(node.body), *_texts(node.orelse)]
    return ["'x'"]


def _all(begun, parts):
    if not parts:
        yield begun
        return
    for each in parts[0]:
        yield from _all(begun + each, parts[1:])


def _refusals():
    for module in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "refusal":
                yield from (text for part in node.args for text in _texts(part))


def test_every_refusal_is_in_the_catalogues():
    told = sorted(set(_refusals()))
    assert len(told) > 30
    assert [text for text in told if recognise(text) is None] == []


@pytest.mark.parametrize("mistake", sorted(MISTAKES.keys() - NOT_TOLD))
def test_a_mistake_in_a_plan_is_told_in_chinese(mistake):
    right, wrong, *_ = MISTAKES[mistake]
    with pytest.raises(FileError) as caught:
        read_plan(GOOD.replace(right, wrong, 1), "my.toml")
    error, words = caught.value, Words("zh", "UTC")

    for part in (error.found, error.next_step):
        assert CHINESE.search(words.retell(part)), part
    assert words.trouble(error).startswith("my.toml")
