"""A pack as somebody got it: its manifest, its rows, and whether its files are whole."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pandas as pd

from esim_analysis.model import FileError, UsageError
from esim_analysis.report.pack.manifest import FORMAT, NAME, VERSION, digest

_SHARED: Final = ["row", "line", "start_utc", "end_utc", "billed_bytes", "charge", "currency"]


@dataclass(frozen=True, slots=True)
class Received:
    """A pack as somebody got it.

    Attributes
    ----------
    manifest
        The document of `manifest.json`.
    rows
        Billed rows of the pack, as `claim.listing`; only contested ones where `whole` is
        False.
    changed, missing, extra
        Files that are not as the manifest says.
    unlike
        Contested rows that do not say what the list of all rows says.
    """

    manifest: Mapping[str, Any]
    digest: str
    rows: pd.DataFrame
    whole: bool
    changed: tuple[str, ...]
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    unlike: tuple[str, ...]

    @property
    def zone(self) -> str:
        """Zone of local times in records that do not state theirs."""
        return str(self.manifest["time_zone"]["value"])

    @property
    def intact(self) -> bool:
        """True when every file is as the manifest says."""
        return not (self.changed or self.missing or self.extra or self.unlike)


def receive(folder: Path) -> Received:
    """Read a pack and check every file against its manifest.

    Raises
    ------
    UsageError
        There is no such folder.
    FileError
        It holds no manifest of a pack that can be read.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder}: no such folder")
    content, document = read_manifest(folder)
    listed = {entry["path"]: entry["sha256"] for entry in document["outputs"]}
    there = {
        path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()
    }
    present = [name for name in listed if name in there]
    changed = [name for name in present if digest(there[name].read_bytes()) != listed[name]]
    claim, rows = _table(folder, "claim_table.csv"), _table(folder, "rows.csv")
    if claim is None and rows is None:
        raise FileError(folder.name, "its tables of rows are missing", "ask for the pack again")
    return Received(
        manifest=document,
        digest=digest(content),
        rows=pd.DataFrame(claim) if rows is None else rows,
        whole=rows is not None,
        changed=tuple(changed),
        missing=tuple(sorted(listed.keys() - there.keys())),
        extra=tuple(sorted(there.keys() - listed.keys() - {NAME})),
        unlike=() if rows is None else _unlike(claim, rows),
    )


def read_manifest(folder: Path) -> tuple[bytes, dict[str, Any]]:
    """Return the manifest of a pack, as it is written and as it reads.

    Raises
    ------
    FileError
        It cannot be read, or is not one of a pack of this format.
    """
    path = folder / NAME
    try:
        content = path.read_bytes()
        document = json.loads(content)
    except (OSError, ValueError) as problem:
        raise FileError(
            f"{folder.name}/{NAME}", "cannot be read as a manifest", "name the folder of a pack"
        ) from problem
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise FileError(f"{folder.name}/{NAME}", "not that of an evidence pack", "name a pack")
    if document.get("version") != VERSION:
        raise FileError(
            f"{folder.name}/{NAME}",
            f"version {document.get('version')} of the format; this reads version {VERSION}",
            "use the version of esim-analysis it names under 'tool'",
        )
    return content, document


def _table(folder: Path, name: str) -> pd.DataFrame | None:
    path = folder / name
    if not path.is_file():
        return None
    try:
        table = pd.read_csv(path, dtype="str", keep_default_na=False)
        return _typed(table)
    except (ValueError, KeyError, ArithmeticError) as problem:
        raise FileError(
            f"{folder.name}/{name}", "cannot be read: it was changed", "ask for the pack again"
        ) from problem


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    widths = table.get("half_width_bytes", "0")
    return table[_SHARED].assign(
        start_utc=pd.to_datetime(table["start_utc"], utc=True),
        end_utc=pd.to_datetime(table["end_utc"], utc=True),
        billed_bytes=table["billed_bytes"].astype("int64"),
        half_width_bytes=pd.Series(widths, index=table.index).astype("int64"),
        charge=table["charge"].map(lambda amount: Decimal(amount) if amount else None),
    )


def _unlike(claim: pd.DataFrame | None, rows: pd.DataFrame) -> tuple[str, ...]:
    """Return contested rows whose times or volume are not those of the list of all rows."""
    if claim is None:
        return ()
    keys = ["row", "start_utc", "end_utc", "billed_bytes"]
    both = claim[keys].merge(rows[keys].drop_duplicates(), on=keys, how="left", indicator=True)
    return tuple(both.loc[both["_merge"] == "left_only", "row"])
