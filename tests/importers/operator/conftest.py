"""Files written for a test, and one call that reads them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import ReadOptions
from esim_analysis.importers.operator import celitech_csv, table
from esim_analysis.model import UsageRecords

SAMPLES = Path(__file__).parent / "samples"


@pytest.fixture(scope="session")
def write() -> Iterator[Callable[..., SourceFile]]:
    """Write bytes or text to a file of its own and return it as importers see it."""
    with TemporaryDirectory() as folder:
        count = 0

        def save(content: str | bytes, name: str = "export.csv") -> SourceFile:
            nonlocal count
            count += 1
            path = Path(folder) / f"{count}-{name}"
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
            return SourceFile(path, name)

        yield save


@pytest.fixture(scope="session")
def read_table(write) -> Callable[..., UsageRecords]:
    """Read text or bytes with the any-table importer."""

    def read(content, name: str = "export.csv", **options: object) -> UsageRecords:
        usage = table.IMPORTER.read(write(content, name), ReadOptions(**options)).usage
        assert usage is not None
        return usage

    return read


@pytest.fixture(scope="session")
def read_celitech(write) -> Callable[..., UsageRecords]:
    """Read text or bytes with the CELITECH importer."""

    def read(content, name: str = "sessions.csv") -> UsageRecords:
        usage = celitech_csv.IMPORTER.read(write(content, name), ReadOptions()).usage
        assert usage is not None
        return usage

    return read


@pytest.fixture(scope="session")
def samples() -> Path:
    """Return the folder of sample files with their golden frames."""
    return SAMPLES
