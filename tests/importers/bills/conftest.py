"""One call that writes a file and reads it with the importer that knows it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, ReadOptions
from esim_analysis.importers.registry import importer_for


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., SourceFile]:
    """Write bytes or text to a file and return it as importers see it."""

    def save(content: str | bytes, name: str = "bill.pdf") -> SourceFile:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return SourceFile(path, name)

    return save


@pytest.fixture
def read(file) -> Callable[..., Imported]:
    """Read bytes or text with the importer that knows them."""

    def read(content: str | bytes, name: str = "bill.pdf", **options: object) -> Imported:
        source = file(content, name)
        return importer_for(source).read(source, ReadOptions(**options))

    return read
