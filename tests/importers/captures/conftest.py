"""Fixtures of captures: bytes in, what was imported out."""

import sys
from pathlib import Path

import pytest

from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import ReadOptions
from esim_analysis.importers.registry import importer_for

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))  # the builders of samples in wire.py and databases.py


@pytest.fixture
def write(tmp_path):
    def write_file(content, name="capture.bin"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return SourceFile(path, name)

    return write_file


@pytest.fixture
def read(write):
    """Read content through the registry, as a case does; tell which importer took it."""

    def read_content(content, *, by, name="capture.bin"):
        file = write(content, name)
        importer = importer_for(file)
        assert importer.id == by
        return importer.read(file, ReadOptions())

    return read_content


@pytest.fixture
def sample():
    def open_sample(name):
        return SourceFile(HERE / "samples" / name, name)

    return open_sample


@pytest.fixture(autouse=True)
def _without_inspection(monkeypatch):
    """Results must not depend on whether nfstream happens to be installed."""
    monkeypatch.setattr("esim_analysis.importers.phone.pcap.can_inspect", lambda: False)
