"""From paths to the files of a case: folders opened, copies left out, mappings set apart."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.files import SourceFile, number_names
from esim_analysis.importers.mappings import MAPPING_SUFFIX
from esim_analysis.model import FileError, UsageError

HISTORY_NAME: Final = "esim-history.duckdb"  # may lie among the exports, and is none


def expand(path: Path) -> list[Path]:
    """Return the file, or the files of the folder whose names do not begin with a dot.

    Raises
    ------
    UsageError
        There is no such file or folder.
    """
    if path.is_dir():
        inside = sorted(p for p in path.rglob("*") if p.is_file())
        hidden = [any(part.startswith(".") for part in p.relative_to(path).parts) for p in inside]
        return [
            p
            for p, skip in zip(inside, hidden, strict=True)
            if not skip and not p.name.startswith(HISTORY_NAME)
        ]
    if path.is_file():
        return [path]
    raise UsageError(sentence("importing.no_such_file_folder", path=path))


def files_of(paths: Sequence[Path]) -> list[SourceFile]:
    """Return the files of a case that hold data, each under the name it has in it."""
    return data_and_mappings(paths)[0]


def fingerprint(file: SourceFile) -> str:
    """Return the SHA-256 of a file, or its path where it cannot be read."""
    try:
        return file.sha256
    except OSError:
        return str(file.path)  # reading it will say what is wrong


def data_and_mappings(paths: Sequence[Path]) -> tuple[list[SourceFile], list[Path]]:
    """Return the files to read, each under a name of its own, and the mappings among or beside."""
    found = list(dict.fromkeys(file for path in paths for file in expand(Path(path))))
    data = [path for path in found if path.suffix != ".toml" or _lists_lines(path)]
    beside = [path.with_name(path.name + MAPPING_SUFFIX) for path in data]
    tomls = [path for path in found if path.suffix == ".toml" and path not in data]
    tomls += [path for path in beside if path.is_file()]
    files = [SourceFile(*pair) for pair in zip(data, number_names(data), strict=True)]
    return _without_copies(files), list(dict.fromkeys(tomls))


def _lists_lines(path: Path) -> bool:
    """Tell a TOML list of SIMs, which is read like an export, from a mapping."""
    try:
        return b"[[lines]]" in SourceFile(path, path.name).head
    except (OSError, FileError):
        return False  # reading it will say what is wrong


def _without_copies(files: list[SourceFile]) -> list[SourceFile]:
    """Leave out files that are, byte for byte, another file of the case."""
    first: dict[str, SourceFile] = {}
    for file in files:
        first.setdefault(fingerprint(file), file)
    return list(first.values())
