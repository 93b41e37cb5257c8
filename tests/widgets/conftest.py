"""The hand-built case of the report tests."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def builders() -> ModuleType:
    path = Path(__file__).parents[1] / "report" / "builders.py"
    spec = importlib.util.spec_from_file_location("report_builders", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
