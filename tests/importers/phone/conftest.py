"""Fixtures of the phone importers: text in, imported out."""

from collections.abc import Callable
from pathlib import Path

import pytest

from esim_analysis.importers.files import SourceFile

SAMPLES = Path(__file__).parent / "samples"


@pytest.fixture
def sample() -> Callable[[str], SourceFile]:
    def open_sample(name: str) -> SourceFile:
        return SourceFile(SAMPLES / name, Path(name).name)

    return open_sample


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., SourceFile]:
    def write_file(content: str | bytes, name: str = "dump.txt") -> SourceFile:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return SourceFile(path, name)

    return write_file


@pytest.fixture
def dump() -> Callable[..., str]:
    """Build a dump with one UID section from `(ident, uid, set, rows)` tuples."""

    def build(*series: tuple[str, int, str, list[str]], xt: str = "", above: str = "") -> str:
        text = f"{above}Xt stats:\n  Complete history:\n{xt}UID stats:\n  Complete history:\n"
        for ident, uid, kind, rows in series:
            text += f"  ident=[{ident}] uid={uid} set={kind} tag=0x0\n"
            text += "    NetworkStatsHistory: bucketDuration=7200\n"
            text += "".join(f"      {row}\n" for row in rows)
        return text

    return build
