"""Start JupyterLab so that large files arrive and nothing covers the picture."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from esim_analysis.model import UsageError

# JupyterLab drops uploads above about 10 MB in silence unless this is raised.
_MAX_UPLOAD: Final = 512 * 1024 * 1024
_NOTEBOOK: Final = "01_where_did_my_data_go.ipynb"
_QUIET: Final = {
    "@jupyterlab/apputils-extension": {
        "notification": {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True}
    }
}


def start(folder: Path | None = None) -> int:
    """Open JupyterLab on the first notebook; return its exit code when it ends.

    Parameters
    ----------
    folder
        Folder with `notebooks/`; None looks in and above the current folder.
    """
    root = _project(folder or Path.cwd())
    return subprocess.call(command(root), env=environment())  # noqa: S603 - our own command line


def command(root: Path) -> list[str]:
    """Return the command line that starts JupyterLab on `root`."""
    return [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={root}",
        f"--ServerApp.tornado_settings={{'websocket_max_message_size': {_MAX_UPLOAD}}}",
        "--LabApp.news_url=",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        f"--LabApp.default_url=/lab/tree/notebooks/{_NOTEBOOK}",
    ]


def environment() -> dict[str, str]:
    """Return the environment JupyterLab runs in: ours, with settings that keep pop-ups away."""
    return {**os.environ, "JUPYTERLAB_SETTINGS_DIR": _settings_folder()}


def _project(start_at: Path) -> Path:
    here = start_at.resolve()
    for folder in (here, *here.parents):
        if (folder / "notebooks" / _NOTEBOOK).is_file():
            return folder
    raise UsageError(
        f"no notebooks/{_NOTEBOOK} in or above {start_at.name or 'this folder'}; "
        "start it in the project's folder"
    )


def _settings_folder() -> str:
    """Write the user settings that keep the news pop-up away; the user's own stay untouched."""
    folder = Path(tempfile.mkdtemp(prefix="esim-analysis-lab-"))
    for package, plugins in _QUIET.items():
        for plugin, settings in plugins.items():
            target = folder / package / f"{plugin}.jupyterlab-settings"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(json.dumps(settings), encoding="utf-8")
    return str(folder)
