"""What a command sets before anything heavy is loaded."""

import gc
import os

import pytest

from esim_analysis.cli.main import main

THREADS = "OPENBLAS_NUM_THREADS"


@pytest.fixture(autouse=True)
def _same_thresholds():
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


@pytest.mark.parametrize(("given", "taken"), [(None, "1"), ("4", "4")])
def test_threads_that_would_only_spin_are_not_started_unless_somebody_asks(
    monkeypatch, capsys, given, taken
):
    monkeypatch.setenv(THREADS, given or "")
    if given is None:
        monkeypatch.delenv(THREADS)
    monkeypatch.setattr("sys.argv", ["esim-analysis", "--help"])
    with pytest.raises(SystemExit):
        main()
    assert "report" in capsys.readouterr().out
    assert os.environ[THREADS] == taken
