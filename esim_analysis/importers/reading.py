"""From paths to usage records and evidence; a bad file is named and the rest goes on."""

from collections.abc import Sequence
from pathlib import Path

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.joining import Reading, join
from esim_analysis.importers.mappings import MAPPING_SUFFIX
from esim_analysis.importers.operator.mapping import comments_in, draft_mapping
from esim_analysis.importers.parts import read_parts
from esim_analysis.importers.paths import expand, files_of
from esim_analysis.model import UsageError

__all__ = ["Reading", "draft", "originals", "read"]


def read(
    paths: Sequence[Path], *, timezone: str | None = None, balances: Sequence[str] = ()
) -> Reading:
    """Read files and folders, whatever their formats, into one bill and one evidence.

    Parameters
    ----------
    paths
        Files, or folders whose files are all tried.
    timezone
        Zone of local times in files that do not state theirs.
    balances
        Typed readings, such as `"2026-11-02 09:00, 4.2 GB left"`.

    Raises
    ------
    NothingUsableError
        Not one file or reading could be used; says why for each.
    UsageError
        A path does not exist, or a typed balance cannot be understood.
    """
    parts, problems = read_parts(paths, timezone=timezone, balances=balances)
    return join(parts, problems)


def originals(paths: Sequence[Path]) -> dict[str, bytes]:
    """Return the files of a case as they lie on disk, by the names they have in it."""
    return {file.name: file.path.read_bytes() for file in files_of(paths)}


def draft(path: Path, output: Path | None = None, *, lang: str = "en") -> Path:
    """Write a mapping for an unknown table beside it, commented in `lang`; return its path.

    Raises
    ------
    UsageError
        The table does not exist, or the mapping already does: a mapping a person
        corrected is never written over.
    FileError
        The file is no table.
    """
    if path.is_dir():
        raise UsageError(sentence("importing.folder_name_one_table", path=path))
    (found,) = expand(path)
    target = output or found.with_name(found.name + MAPPING_SUFFIX)
    text = comments_in(draft_mapping(SourceFile(found, found.name)), lang)
    try:
        with target.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError as problem:
        raise UsageError(
            sentence("importing.exists_correct_name_another_o", name=target.name)
        ) from problem
    return target
