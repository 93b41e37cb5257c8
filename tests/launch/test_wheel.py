"""Installed from a wheel, without the project beside it, the first notebook still answers."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """Return a folder with what the wheel installs."""
    pytest.importorskip("hatchling", reason="hatchling builds the wheel: pip install -e '.[test]'")
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder / "site")
    return folder / "site"


@pytest.mark.slow
def test_notebooks_in_every_language_and_the_sample_are_inside(site):
    package = site / "esim_analysis"
    own = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
    for lang in ("", "es", "zh"):
        assert sorted(path.name for path in (package / "notebooks" / lang).glob("*.ipynb")) == own
    assert (package / "sample_data" / "xiaoli" / "netstats.txt").is_file()
    assert (package / "widgets" / "slide.js").is_file()
    assert (package / "explorer" / "view" / "view.css").is_file()


@pytest.mark.slow
@pytest.mark.enable_socket
def test_the_first_notebook_runs_installed(site, tmp_path):
    start = "import esim_analysis.cli.main as m; print(m.__file__); m.main()"
    command = [sys.executable, "-c", start, "notebook", "01", "-o", str(tmp_path / "out.html")]
    done = subprocess.run(
        command, cwd=tmp_path, check=False, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(site)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert str(site) in done.stdout
    page = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert "Lexi Dictionary used 1.92" in page
    assert "Explorer(children" not in page
    assert not list(site.rglob("*ipc*"))  # nothing is left beside the notebooks
