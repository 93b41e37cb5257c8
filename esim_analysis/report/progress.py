"""Progress on long work: one live line on a terminal or in a notebook, silence in a pipe."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any, Final

from esim_analysis.i18n import Words
from esim_analysis.model.steps import heard_by
from esim_analysis.report.error_card import running_kernel

_PATIENCE: Final = 0.7  # seconds: shorter work needs no line


@contextmanager
def progress(words: Words) -> Iterator[None]:
    """Show what is being done inside, where somebody can see it."""
    if running_kernel() is not None:
        with _in_notebook(words) as tell, heard_by(tell):
            yield
    elif sys.stderr is not None and sys.stderr.isatty():
        with _on_terminal(words) as tell, heard_by(tell):
            yield
    else:
        yield


@contextmanager
def _on_terminal(words: Words) -> Iterator[Callable[[str, dict[str, Any]], None]]:
    from rich.console import Console  # noqa: PLC0415 - only on a terminal

    with Console(stderr=True).status("") as status:
        yield lambda what, values: status.update(words.say(f"progress.{what}", **values))


@contextmanager
def _in_notebook(words: Words) -> Iterator[Callable[[str, dict[str, Any]], None]]:
    from IPython.display import display  # noqa: PLC0415 - only in a notebook

    begun = monotonic()
    shown: list[Any] = []

    def tell(what: str, values: dict[str, Any]) -> None:
        line = {"text/plain": words.say(f"progress.{what}", **values)}
        if shown:
            shown[0].update(line, raw=True)
        elif monotonic() - begun > _PATIENCE:
            shown.append(display(line, raw=True, display_id=True))  # type: ignore[no-untyped-call]

    try:
        yield tell
    finally:
        if shown:
            shown[0].update({"text/plain": ""}, raw=True)
