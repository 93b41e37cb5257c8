"""The other side of a pack: are its files whole, and do these records say the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from esim_analysis.i18n import Words
from esim_analysis.importers.reading import read
from esim_analysis.model import Decision, Origin, UsageRecords, redecide
from esim_analysis.model.lines import number_lines
from esim_analysis.report.pack.claim import listing
from esim_analysis.report.pack.comparing import Comparison, compare_rows
from esim_analysis.report.pack.labels import Labels
from esim_analysis.report.pack.manifest import decision_of
from esim_analysis.report.pack.receiving import Received, receive

_SHOWN: Final = 16


@dataclass(frozen=True, slots=True)
class Verification:
    """What `pack verify` found; its text is what a screen says."""

    same: bool
    comparison: Comparison
    said: str

    def __str__(self) -> str:
        """Return what a screen says."""
        return self.said


def verify(folder: Path, files: Sequence[Path], *, lang: str = "en") -> Verification:
    """Check a received pack and compare it with usage records somebody holds.

    Parameters
    ----------
    files
        Usage records in any form that can be read, of any number of subscribers. They
        are read with the pack's time zone, and with its decisions where they leave any
        open.

    Raises
    ------
    NothingUsableError, FileError, UsageError
        Not one file could be used; the folder is no pack.
    """
    received = receive(folder)
    reading = read(files, timezone=received.zone)
    words = Words(lang, received.zone)
    settled = as_decided(number_lines(reading.usage), received.manifest)
    found = compare_rows(received.rows, listing(settled, _labels(settled)), whole=received.whole)
    lines = [
        *_files_said(received, words),
        *(str(problem) for problem in reading.problems),
        *_rows_said(received, found, settled, words),
    ]
    same = received.intact and found.rows.empty
    return Verification(same, found, "\n".join(line for line in lines if line))


def as_decided(usage: UsageRecords, manifest: Mapping[str, Any]) -> UsageRecords:
    """Return records read with the decisions of a pack wherever they state none themselves.

    The very file of the pack is read exactly as the pack read it.
    """
    told = [each for each in manifest["inputs"] if each["decision"]]
    exact = {each["sha256"]: decision_of(each["decision"]) for each in told}
    for source in usage.sources:
        own = usage.decisions.get(source.id)
        if own is None or not told:
            continue
        alike = [each for each in told if each["importer"] == source.importer] or told
        wanted = exact.get(source.sha256) or _settled(own, decision_of(alike[0]["decision"]))
        if wanted != own:
            usage = redecide(usage, source.id, wanted)
    return usage


def _settled(own: Decision, told: Decision) -> Decision:
    """Keep what a file declares; take from the pack what it leaves open."""
    unit = own.unit if own.unit.origin is Origin.DECLARED else told.unit
    base = own.base if own.base.origin is Origin.DECLARED else told.base
    zone = own.zone if own.zone.origin is Origin.DECLARED else told.zone
    if own.zone.value == "offset" or told.zone.value == "offset":
        zone = own.zone
    return Decision(unit=unit, base=base, locale=own.locale, zone=zone)


def _labels(usage: UsageRecords) -> Labels:
    files = {source: source for source in usage.frame["source"].unique()}
    lines = {line: line for line in usage.frame["line"].unique()}
    return Labels(files=files, lines=lines, apps={}, redact=False)


def _files_said(received: Received, words: Words) -> list[str]:
    said = [
        words.say(f"pack.verify_{kind}", file=name)
        for kind in ("changed", "missing", "extra")
        for name in getattr(received, kind)
    ]
    said += [words.say("pack.verify_unlike", row=row) for row in received.unlike]
    count = len(received.manifest["outputs"])
    if received.intact:
        said = [words.say("pack.verify_files_same", count=count, number=words.number(count))]
    return [*said, words.say("pack.verify_manifest", digest=received.digest[:_SHOWN])]


def _rows_said(
    received: Received, found: Comparison, usage: UsageRecords, words: Words
) -> list[str]:
    inputs = {each["sha256"] for each in received.manifest["inputs"] if each["side"] == "operator"}
    exact = inputs <= {source.sha256 for source in usage.sources}
    count = len(found.rows)
    notes = [
        words.say("pack.verify_exact_files") if exact else "",
        words.say("pack.verify_other_lines", count=found.aside, number=words.number(found.aside))
        if found.aside
        else "",
        "" if found.charges else words.say("pack.verify_no_charge"),
    ]
    if not count:
        total = words.volume(int(received.rows["billed_bytes"].sum()))
        key = "pack.verify_same" if received.intact else "pack.verify_files_differ"
        return [*notes, words.say(key, rows=words.number(found.same), bytes=total)]
    head = words.say(
        "pack.verify_differs",
        count=count,
        number=words.number(count),
        same=words.number(found.same),
    )
    return [*notes, head, *(_difference(row, words) for row in _records(found.rows))]


def _records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")]


def _difference(row: dict[str, Any], words: Words) -> str:
    joint = words.say("verdict.list_joint")
    what = joint.join(words.say(f"pack.differs_{part}") for part in str(row["what"]).split("+"))
    name = row["row"] if isinstance(row["row"], str) else "—"
    sides = {side: _side(row, side) for side in ("there", "here")}
    if row["what"] == "missing_here":
        return words.say("pack.differs_gone", row=name, what=what, there=sides["there"])
    if row["what"] == "missing_there":
        return words.say("pack.differs_new", row=name, what=what, here=sides["here"])
    return words.say("pack.differs_row", row=name, what=what, **sides)


def _side(row: dict[str, Any], side: str) -> str:
    start = row[f"start_utc_{side}"]
    if pd.isna(start):
        return ""
    end, size, amount = (row[f"{name}_{side}"] for name in ("end_utc", "billed_bytes", "charge"))
    told = f"{start:%Y-%m-%d %H:%M:%S}–{end:%H:%M:%S} UTC, {int(size):,} B"
    known = amount is not None and not pd.isna(amount)
    return f"{told}, {amount} {row[f'currency_{side}'] or ''}".rstrip() if known else told
