"""One file, typed and on disk: plain rows in blocks, the others by the ordinary reader."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, ReadOptions
from esim_analysis.importers.ingest.converting import convert
from esim_analysis.importers.registry import importer_for
from esim_analysis.model import Choice, Decision, Origin, Source, UsageRecords

LARGE: Final = 20_000_000  # bytes; a smaller table is read at once


@dataclass(frozen=True, slots=True)
class Ingested:
    """The records of one file on disk.

    Attributes
    ----------
    folder
        `plain.parquet` and `words.parquet` where rows were plain, `read.parquet` with rows the
        ordinary reader read, `lines.parquet` with the ids, `rejected.parquet`.
    finished
        True when copies are dropped and notes complete: an ordinary file, read whole.
    """

    folder: Path
    source: Source
    decision: Decision | None
    has_end: bool
    finished: bool
    rows: int

    @property
    def rejected(self) -> pd.DataFrame:
        """Rows that are no records: `source, line, field, reason`."""
        return pd.read_parquet(self.folder / "rejected.parquet")


def ingest(
    file: SourceFile,
    folder: Path,
    options: ReadOptions,
    *,
    large: int = LARGE,
) -> tuple[Ingested | None, Imported]:
    """Read one file of any size; usage goes to `folder`, what else it holds is returned.

    Parameters
    ----------
    large
        Bytes from which on a text table is converted in blocks.

    Raises
    ------
    FileError, QuestionError
        As the ordinary reader.
    """
    importer = importer_for(file)
    folder.mkdir(parents=True, exist_ok=True)
    if importer.id == "table" and file.path.stat().st_size >= large and not options.mappings:
        made = convert(file, folder, timezone=options.timezone)
        if made is not None:
            return _save(Ingested(folder, *made, finished=False, rows=made[0].rows)), Imported()
        (folder / "plain.parquet").unlink(missing_ok=True)
    imported = importer.read(file, options)
    if imported.usage is None:
        return None, imported
    return whole(imported.usage, folder), imported


def whole(usage: UsageRecords, folder: Path) -> Ingested:
    """Write the records of a file that was read at once."""
    folder.mkdir(parents=True, exist_ok=True)
    usage.frame.to_parquet(folder / "read.parquet", index=False)
    write_lines(folder, usage.raw_lines)
    usage.rejected.to_parquet(folder / "rejected.parquet", index=False)
    (source,) = usage.sources
    decision = usage.decisions.get(source.id)
    return _save(
        Ingested(folder, source, decision, has_end=True, finished=True, rows=len(usage.frame))
    )


def write_lines(folder: Path, raw_lines: Any) -> None:  # noqa: ANN401 - a mapping of text
    """Write `line, raw`: the hash of each line and its id as printed."""
    frame = pd.DataFrame({"line": list(raw_lines), "raw": list(raw_lines.values())}, dtype="str")
    frame.to_parquet(folder / "lines.parquet", index=False)


def load(folder: Path) -> Ingested:
    """Return what an earlier `ingest` left in a folder."""
    told = json.loads((folder / "ingested.json").read_text(encoding="utf-8"))
    source = Source(**{**told.pop("source"), "notes": tuple(told["notes"])})
    told.pop("notes")
    decision = told.pop("decision")
    if decision is not None:
        decision = Decision(**{key: choice_of(one) for key, one in decision.items()})
    return Ingested(folder=folder, source=source, decision=decision, **told)


def choice_of(told: Mapping[str, str]) -> Choice:
    """Return the choice its JSON describes."""
    return Choice(told["value"], Origin(told["origin"]), told["reason"])


def _save(made: Ingested) -> Ingested:
    source = asdict(made.source)
    notes: Sequence[str] = source.pop("notes")
    decision = None if made.decision is None else asdict(made.decision)
    told = {
        "source": source,
        "notes": list(notes),
        "decision": decision,
        "has_end": made.has_end,
        "finished": made.finished,
        "rows": made.rows,
    }
    text = json.dumps(told, ensure_ascii=False, indent=1)
    (made.folder / "ingested.json").write_text(text, encoding="utf-8")
    return made
