"""Inputs that lie elsewhere: an fsspec URL is copied once, then read like any folder."""

import shutil
from pathlib import Path

from esim_analysis.model import UsageError


def fetched(path: str, into: Path) -> Path:
    """Return a local path for `path`; what has `://` in it is copied to `into`.

    Raises
    ------
    UsageError
        The extra is not installed, or there is nothing at the URL.
    """
    if "://" not in path:
        return Path(path)
    try:
        from fsspec.core import url_to_fs  # noqa: PLC0415 - optional
    except ImportError as problem:
        message = "a URL needs the extra: pip install 'esim-analysis[cluster]'"
        raise UsageError(message) from problem
    try:
        system, root = url_to_fs(path)
        if not system.exists(root):
            raise UsageError(f"{path}: no such file or folder")
    except (ImportError, ValueError, OSError) as problem:
        raise UsageError(f"{path}: cannot be opened: {problem}") from problem
    target: Path = into / root.rstrip("/").rsplit("/", 1)[-1]
    if not target.exists():
        part = target.with_name(target.name + ".part")
        shutil.rmtree(part, ignore_errors=True)
        part.parent.mkdir(parents=True, exist_ok=True)
        system.get(root, str(part), recursive=True)
        part.rename(target)
    return target
