"""Charging files as importers see them."""

import sys
from pathlib import Path

import pytest

from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import ReadOptions
from esim_analysis.importers.registry import importer_for

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))  # the builders in charging_bytes.py and charging_samples.py


@pytest.fixture
def read(tmp_path):
    """Write bytes to a file and read it with the importer that knows it."""

    def usage(data: bytes, name: str = "file.bin"):
        path = tmp_path / name
        path.write_bytes(data)
        file = SourceFile(path, name)
        return importer_for(file).read(file, ReadOptions()).usage

    return usage
