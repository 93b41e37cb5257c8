"""Errors as a notebook shows them: a card that says what to do, the traceback on request."""

import sys
import traceback
from html import escape
from types import TracebackType
from typing import Any

from esim_analysis.i18n import Words
from esim_analysis.model import EsimError
from esim_analysis.report.names import without_ids

_STYLE = (
    "border:1px solid #8a8f9888;border-left:4px solid #d55e00;border-radius:8px;"
    "padding:10px 16px;max-width:900px;overflow-wrap:anywhere"
)


def error_html(error: EsimError, trace: TracebackType | None, words: Words) -> str:
    """Return an error as a card; its traceback is folded away."""
    sentences = "".join(
        f"<p style='margin:0'>{escape(line)}</p>" for line in words.trouble(error).split("\n")
    )
    frames = "".join(traceback.format_exception(type(error), error, trace))
    return (
        f"<div role='alert' class='esim-error' style='{_STYLE}'>"
        f"<strong>{escape(words.say('progress.cannot'))}</strong>{sentences}"
        f"<details><summary>{escape(words.say('progress.traceback'))}</summary>"
        f"<pre style='overflow-x:auto'>{escape(frames)}</pre></details></div>"
    )


def attend(lang: str) -> None:
    """Let the running notebook, if there is one, show our errors as cards from now on."""
    shell = running_kernel()
    if shell is None:
        return

    def show(
        shell: Any,  # noqa: ANN401 - IPython ships no types
        kind: type[EsimError],
        error: EsimError,
        trace: TracebackType | None,
        tb_offset: int | None = None,
    ) -> list[str]:
        del tb_offset
        from IPython.display import display  # noqa: PLC0415 - only in a notebook

        words = Words(lang)
        card = {"text/html": error_html(error, trace, words), "text/plain": words.trouble(error)}
        display(card, raw=True)  # type: ignore[no-untyped-call]
        told = [f"{kind.__name__}: {without_ids(str(error))}"]
        shell._showtraceback(kind, error, told)  # noqa: SLF001 - a reader of the reply needs the error
        return told

    shell.set_custom_exc((EsimError,), show)


def running_kernel() -> Any:  # noqa: ANN401 - IPython ships no types
    """Return the shell of the notebook this runs in, None elsewhere."""
    if "IPython" not in sys.modules:
        return None
    shell = sys.modules["IPython"].get_ipython()
    return shell if getattr(shell, "kernel", None) is not None else None
