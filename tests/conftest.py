"""Shared fixtures: golden files, and real samples that stay outside the project."""

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import hypothesis
import pandas as pd
import pytest

ROOT = Path(__file__).parents[1]

hypothesis.settings.register_profile("default", deadline=None, max_examples=20)
hypothesis.settings.register_profile("nightly", deadline=None, max_examples=1000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="rewrite golden files; then read the diff"
    )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let files with most slow tests begin: a file is one worker's, and none is to be left over."""
    slow = Counter(
        item.path
        for item in items
        if item.get_closest_marker("slow") or item.get_closest_marker("browser")
    )
    items.sort(key=lambda item: -slow[item.path])


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[pd.DataFrame, Path], None]:
    """Compare a frame with the CSV beside its sample; `--update-golden` rewrites it."""

    def check(frame: pd.DataFrame, path: Path) -> None:
        text = frame.to_csv(index=False, lineterminator="\n")
        if request.config.getoption("--update-golden"):
            path.write_text(text, encoding="utf-8")
        assert path.exists(), f"no golden file {path.name}; run pytest --update-golden and read it"
        assert text == path.read_text(encoding="utf-8")

    return check


@pytest.fixture(scope="session")
def real_samples() -> Path:
    """Return the folder of real files beside the project, or skip with the reason."""
    folder = ROOT.parent / "shared" / "samples"
    if not folder.is_dir():
        pytest.skip("real sample files are not on this machine (../shared/samples)")
    return folder


@pytest.fixture(scope="session")
def sample_data() -> Path:
    """Return the synthetic sample data of the project."""
    return ROOT / "sample_data"
