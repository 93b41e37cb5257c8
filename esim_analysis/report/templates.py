"""The templates and style of the report: our own files, read as they are needed."""

from functools import cache, partial
from importlib.resources import files
from typing import Final

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

LANGUAGE_TAGS: Final = {"en": "en", "es": "es", "zh": "zh-Hans"}


@cache
def environment(package: str = __package__) -> Environment:
    """Return the environment of a package's templates: all is escaped, nothing unknown passes."""
    return Environment(
        loader=FunctionLoader(partial(own_text, package)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def own_text(package: str, name: str) -> str:
    """Return the text of one of a package's files."""
    return files(package).joinpath(name).read_text(encoding="utf-8")


def style(extra: str = "") -> Markup:
    """Return the style sheet of the page."""
    return Markup(own_text(__package__, "style.css") + extra)  # noqa: S704 - our own file and rules
