"""Long work is told where somebody looks; errors are cards in a notebook, sentences elsewhere."""

import io
import sys

import pytest

from esim_analysis.case import open_case
from esim_analysis.i18n import Words
from esim_analysis.model import FileError, UsageError
from esim_analysis.model.steps import heard_by
from esim_analysis.report import error_card
from esim_analysis.report.error_card import error_html
from esim_analysis.report.progress import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_every_file_and_every_step_is_said_in_order(sample_data):
    heard = []
    with heard_by(lambda what, values: heard.append((what, values.get("file", "")))):
        assert open_case(sample_data / "xiaoli").analysis
    assert [what for what, _ in heard] == [*["reading"] * 4, "dividing", "judging"]
    assert len({file for _, file in heard[:4]}) == 4


def test_a_pipe_hears_nothing(sample_data, capsys):
    assert open_case(sample_data / "xiaoli").analysis
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("lang", ["en", "es", "zh"])
def test_a_terminal_shows_one_line_that_goes_away(monkeypatch, lang):
    from esim_analysis.model.steps import step  # noqa: PLC0415 - said here as the work would

    seen = Terminal()
    monkeypatch.setattr(sys, "stderr", seen)
    with progress(Words(lang)):
        step("dividing")
    assert seen.getvalue().endswith("\x1b[1A\x1b[2K")  # up, and the line is gone


@pytest.mark.parametrize("lang", ["en", "es", "zh"])
def test_an_error_is_a_card_with_its_traceback_folded_away(lang):
    with pytest.raises(FileError) as told:
        raise FileError("<b>bill</b>.csv", "a photo", "export it as CSV")
    html = error_html(told.value, told.tb, Words(lang))
    assert "&lt;b&gt;bill&lt;/b&gt;.csv: a photo. Next: export it as CSV." in html
    assert "<b>" not in html
    shown, folded = html.split("<details>")
    assert "Traceback" not in shown.replace(Words(lang).say("progress.traceback"), "")
    assert "test_progress.py" in folded


def test_the_notebook_shows_the_card_and_the_reply_still_says_error(monkeypatch):
    from IPython.core.interactiveshell import InteractiveShell  # noqa: PLC0415 - slow, one test
    from traitlets.config import Config  # noqa: PLC0415 - comes with it

    shell = InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    shown, replied = [], []
    monkeypatch.setattr("IPython.display.display", lambda card, **_: shown.append(card))
    monkeypatch.setattr(shell, "_showtraceback", lambda *told: replied.append(told))
    monkeypatch.setattr(error_card, "running_kernel", lambda: shell)
    try:
        error_card.attend("en")
        shell.user_ns["UsageError"] = UsageError
        done = shell.run_cell("raise UsageError('no such line')", store_history=False)
        assert isinstance(done.error_in_exec, UsageError)
        assert "no such line" in shown[0]["text/html"]
        assert replied[0][2] == ["UsageError: no such line"]
    finally:
        InteractiveShell.clear_instance()
