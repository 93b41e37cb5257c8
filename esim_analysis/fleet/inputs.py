"""What a folder of a fleet holds: exports, lists of SIMs, and phone artefacts by SIM.

Artefacts lie in a folder that is called as the SIM is: its id, the ending of its id of at least
eight digits, or its nickname in the list of SIMs.
"""

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from esim_analysis.importers.files import SourceFile, number_names
from esim_analysis.importers.importer import ReadOptions
from esim_analysis.importers.mappings import MAPPING_SUFFIX, read_mappings
from esim_analysis.importers.registry import importer_for
from esim_analysis.model import FileError, UsageError
from esim_analysis.model.line_table import line_table, no_line_table
from esim_analysis.model.lines import bare_ids

_DIGITS: Final = 8  # of a folder's name, that of a SIM; a month has six
_PLAN: Final = b"[[plans]]"


@dataclass(frozen=True, slots=True)
class Inputs:
    """The files of a fleet.

    Attributes
    ----------
    exports
        Files that may hold usage.
    artefacts
        Name of a folder -> the phone's files in it.
    loose
        Phone artefacts in no folder of a SIM.
    lines
        What the lists of SIMs say, `model.line_table`.
    plans
        Files with plans.
    """

    exports: tuple[SourceFile, ...]
    artefacts: dict[str, tuple[SourceFile, ...]]
    loose: tuple[SourceFile, ...]
    tables: tuple[SourceFile, ...]
    lines: pd.DataFrame
    plans: tuple[Path, ...]
    options: ReadOptions
    problems: tuple[FileError, ...]

    @property
    def fingerprint(self) -> str:
        """What tells these files, as they are now, from any others."""
        files = (*self.exports, *self.loose, *self.tables)
        told = [(file.name, *_state(file.path)) for file in files]
        told += [(f"{n}/{f.name}", *_state(f.path)) for n, fs in self.artefacts.items() for f in fs]
        told += [(path.name, *_state(path)) for path in self.plans]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def find_inputs(paths: Sequence[Path], *, timezone: str | None = None) -> Inputs:
    """Look through files and folders.

    Raises
    ------
    UsageError
        A path does not exist.
    """
    found = [pair for path in paths for pair in _files(path)]
    tomls = [path for path, _ in found if path.suffix == ".toml"]
    plans = [path for path in tomls if _PLAN in path.read_bytes()]
    mappings, misfits = read_mappings(
        [path for path in tomls if path not in plans and path.name.endswith(MAPPING_SUFFIX)]
    )
    options = ReadOptions(timezone=timezone, mappings=mappings)
    data = [(path, folder) for path, folder in found if path.suffix != ".toml"]
    names = number_names([path for path, _ in data])
    files = [(SourceFile(p, n), folder) for (p, folder), n in zip(data, names, strict=True)]
    sims = _of_sims({folder for _, folder in files})
    sides = {file.name: "" if folder in sims else _side(file) for file, folder in files}
    tables = tuple(file for file, _ in files if sides[file.name] == "line_table")
    lines, unread = _lines(tables, options)
    nicknames = set(lines["nickname"]) - {""}
    artefacts: dict[str, list[SourceFile]] = {}
    for file, folder in files:
        if folder in sims or (folder in nicknames and sides[file.name] == "phone"):
            artefacts.setdefault(folder, []).append(file)
    own = {file.name for files in artefacts.values() for file in files}
    rest = [file for file, _ in files if file.name not in own]
    return Inputs(
        exports=tuple(f for f in rest if sides[f.name] in ("operator", "unknown")),
        artefacts={folder: tuple(files) for folder, files in sorted(artefacts.items())},
        loose=tuple(f for f in rest if sides[f.name] == "phone"),
        tables=tables,
        lines=lines,
        plans=tuple(plans),
        options=options,
        problems=(*misfits, *unread),
    )


def _files(path: Path) -> list[tuple[Path, str]]:
    """Return files with the name of the folder they lie in, `""` at the top."""
    if path.is_file():
        return [(path, "")]
    if not path.is_dir():
        raise UsageError(f"{path}: no such file or folder")
    inside = sorted(p for p in path.rglob("*") if p.is_file())
    shown = [p for p in inside if not any(x.startswith(".") for x in p.relative_to(path).parts)]
    return [(p, "" if p.parent == path else p.parent.name) for p in shown]


def _of_sims(folders: Collection[str]) -> set[str]:
    """Return folders that are called as a SIM is by its number, all asked at once."""
    names = pd.Series(sorted(folders), dtype="str")
    digits = bare_ids(names).str.lstrip("….*x")
    return set(names[digits.str.isdigit() & (digits.str.len() >= _DIGITS)])


def _side(file: SourceFile) -> str:
    try:
        importer = importer_for(file)
    except (FileError, OSError):
        return "unknown"
    return importer.id if importer.id == "line_table" else importer.side


def _lines(
    tables: Sequence[SourceFile], options: ReadOptions
) -> tuple[pd.DataFrame, list[FileError]]:
    told, problems = [], []
    for file in tables:
        try:
            made = importer_for(file).read(file, options)
        except FileError as problem:
            problems.append(problem)
        else:
            told.append(made.lines)
    if not told:
        return no_line_table(), problems
    together = line_table(pd.concat(told, ignore_index=True).fillna(""))
    return together[~bare_ids(together["line"]).duplicated()].reset_index(drop=True), problems


def _state(path: Path) -> tuple[int, int]:
    stat = path.stat()
    return stat.st_size, stat.st_mtime_ns
