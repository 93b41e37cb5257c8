"""What a scenario leaves behind: files as a user would have them, and the truth apart."""

import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd


@dataclass(frozen=True, slots=True)
class Outcome:
    """Content by file name: `files` a user would hold, and the `truth` nobody has."""

    files: dict[str, bytes]
    truth: dict[str, bytes]

    def write(self, out: Path, scenario: str) -> list[Path]:
        """Write to `out/<scenario>/` and `out/truth/`; return the paths, files first."""
        pairs = [(out / scenario / name, content) for name, content in self.files.items()]
        pairs += [(out / "truth" / name, content) for name, content in self.truth.items()]
        for path, content in pairs:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return [path for path, _ in pairs]


def as_json(content: dict[str, object]) -> bytes:
    """Return readable JSON with a last newline."""
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def as_csv(table: pd.DataFrame) -> bytes:
    """Return CSV with one kind of line end on every platform."""
    return table.to_csv(index=False, lineterminator="\n").encode("utf-8")
