"""The templates and style of the report: our own files, read as they are needed."""

from functools import cache
from importlib.resources import files
from typing import Final

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

LANGUAGE_TAGS: Final = {"en": "en", "es": "es", "zh": "zh-Hans"}


@cache
def environment() -> Environment:
    """Return the one environment: everything is escaped, nothing unknown passes."""
    return Environment(
        loader=FunctionLoader(_read),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _read(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def style(extra: str = "") -> Markup:
    """Return the style sheet of the page."""
    return Markup(_read("style.css") + extra)  # noqa: S704 - our own file and rules
