"""The templates and style of the report: our own files, read as they are needed."""

import re
from functools import cache, partial
from importlib.resources import files
from typing import Final

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

LANGUAGE_TAGS: Final = {"en": "en", "es": "es", "zh": "zh-Hans"}


@cache
def environment(package: str = __package__) -> Environment:
    """Return the environment of a package's templates: all is escaped, nothing unknown passes."""
    made = Environment(
        loader=FunctionLoader(partial(own_text, package)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["unbroken"] = unbroken
    return made


def unbroken(sentence: str) -> Markup:
    """Return a sentence for a page whose options (`--timezone`) no line breaks in two."""
    kept = re.sub(r"--[a-z][a-z-]*", r'<span class="nobr">\g<0></span>', str(escape(sentence)))
    return Markup(kept)  # noqa: S704 - escaped just now


def own_text(package: str, name: str) -> str:
    """Return the text of one of a package's files."""
    return files(package).joinpath(name).read_text(encoding="utf-8")


def style(extra: str = "") -> Markup:
    """Return the style sheet of the page."""
    return Markup(own_text(__package__, "style.css") + extra)  # noqa: S704 - our own file and rules
