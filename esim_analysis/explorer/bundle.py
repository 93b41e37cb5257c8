"""The view as one module: its files put together, without a build step."""

import re
from functools import cache
from importlib.resources import files
from typing import Final

# Lower files first: each uses only names of those before it.
MODULES: Final = (
    "decode.js",
    "hours.js",
    "voice.js",
    "sums.js",
    "dom.js",
    "marks.js",
    "cards.js",
    "controls.js",
    "timeline.js",
    "strip.js",
    "balance.js",
    "burn.js",
    "week.js",
    "night.js",
    "hosts.js",
    "rows.js",
    "view.js",
)
_IMPORT: Final = re.compile(r'^import \{[^}]*\} from "\./[a-z]+\.js";\n', re.MULTILINE)
_EXPORT: Final = re.compile(r"^export (?=(?:const|function|async function|class) )", re.MULTILINE)


@cache
def view_module() -> str:
    """Return the ES module whose default export is `{render}` (anywidget's front end)."""
    return "\n".join(_without_seams(_read(name)) for name in MODULES)


@cache
def page_module() -> str:
    """Return the module of a page without kernel: the view, and a state that is the address."""
    view = view_module().replace("export default { render };\n", "")
    return f"{view}\n{_without_seams(_read('host.js'))}"


@cache
def style() -> str:
    """Return the style sheet of the view."""
    return _read("view.css")


def _without_seams(module: str) -> str:
    return _EXPORT.sub("", _IMPORT.sub("", module))


def _read(name: str) -> str:
    return files(__package__).joinpath("view", name).read_text(encoding="utf-8")
