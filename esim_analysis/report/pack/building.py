"""Make a pack: every file as bytes, then written; the same input gives the same bytes."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from esim_analysis.billing import Account, costed
from esim_analysis.i18n import Words
from esim_analysis.model import Analysis, NothingUsableError, UsageError
from esim_analysis.report.html import render
from esim_analysis.report.pack import letters, pages
from esim_analysis.report.pack.claim import as_csv, claim_table, listing
from esim_analysis.report.pack.contested import row_table
from esim_analysis.report.pack.deadlines import deadlines
from esim_analysis.report.pack.ics import Event, calendar
from esim_analysis.report.pack.labels import labels
from esim_analysis.report.pack.manifest import NAME, digest, manifest
from esim_analysis.report.pack.receiving import read_manifest
from esim_analysis.report.pack.request import PackRequest
from esim_analysis.report.pack.summary import Facts, findings_hint, full_day, opening

_LETTER_FILES: Final = {
    "complaint": "letters/1_reclamacion.txt",
    "detail": "letters/2_detalle_por_sesion.txt",
    "access": "letters/3_acceso_rgpd.txt",
    "oaut": "letters/4_anexo_oaut.txt",
}
_SHOWN: Final = 16  # signs of a checksum a person writes by hand


@dataclass(frozen=True, slots=True)
class Pack:
    """A written pack; its text is what a screen says of it."""

    folder: Path
    files: tuple[Path, ...]
    said: str

    def __str__(self) -> str:
        """Return what a screen says of the pack."""
        return self.said

    __repr__ = __str__


def write_pack(
    analysis: Analysis,
    folder: Path,
    request: PackRequest,
    *,
    account: Account | None = None,
    originals: Mapping[str, bytes] | None = None,
) -> Pack:
    """Write the evidence pack of an analysis into a folder of its own.

    A pack that lies there already is written anew.

    Parameters
    ----------
    account
        The analysis under a plan, whose charges stand in where the export names none.
    originals
        Content of the files read, by source id, to be laid beside; None: left out.

    Raises
    ------
    UsageError
        The folder holds files that are no pack's, or a finding, row, date or place is unknown.
    NothingUsableError
        Nothing was billed.
    """
    facts = gather(analysis, request, account=account, originals=bool(originals))
    files = contents(facts, account=account, originals=originals or {})
    _clear(folder)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    said = _said(facts, folder, files)
    return Pack(folder, tuple(folder / name for name in files), said)


def _clear(folder: Path) -> None:
    """Take an earlier pack away; a folder that holds anything else is left alone."""
    found = [path for path in folder.rglob("*") if path.is_file()] if folder.exists() else []
    if not found:
        return
    own = {NAME}
    if (folder / NAME).is_file():
        _, document = read_manifest(folder)
        own |= {entry["path"] for entry in document["outputs"]}
    if any(path.relative_to(folder).as_posix() not in own for path in found):
        raise UsageError(f"{folder}: holds other files; a pack needs a folder of its own")
    for path in found:
        path.unlink()


def gather(
    analysis: Analysis, request: PackRequest, *, account: Account | None, originals: bool
) -> Facts:
    """Return everything a pack is made of."""
    if analysis.usage.frame.empty:
        raise NothingUsableError("a pack needs an export of the operator: no billed row was read")
    usage = analysis.usage
    charges = "export" if usage.frame["charge"].notna().any() else "none"
    if charges == "none" and account is not None:
        usage, charges = costed(usage, account.plan, analysis.attribution), "plan"
    told = labels(analysis, redact=request.redact)
    rows = row_table(analysis, request.contest)
    return Facts(
        analysis=analysis,
        usage=usage,
        request=replace(request, lang=Words(request.lang or "en").lang),
        labels=told,
        rows=rows,
        claim=claim_table(analysis, usage, rows, told),
        listed=listing(analysis.usage, told),
        charges=charges,
        originals=originals,
    )


def contents(
    facts: Facts, *, account: Account | None, originals: Mapping[str, bytes]
) -> dict[str, bytes]:
    """Return every file of a pack by its path, the manifest last."""
    request = facts.request
    report = render(
        facts.analysis, account=account, lang=request.lang, share="apps", redact=request.redact
    )
    texts = {
        "cover.html": pages.cover(facts),
        "report.html": report,
        "method.html": pages.method(facts),
        "letters.html": pages.letters_page(facts),
        "message.txt": _messages(facts),
        "deadlines.ics": _calendar(facts),
    }
    spanish = Words("es", facts.analysis.zone)
    for key, name in _LETTER_FILES.items():
        texts[name] = letters.letter(key, facts, spanish).text.replace("\u00a0", " ")
    files = {name: text.encode() for name, text in texts.items()}
    files["claim_table.csv"] = as_csv(facts.claim)
    if not request.contested_only:
        files["rows.csv"] = as_csv(facts.listed)
    # A file that could not be used is no part of the case.
    used = facts.labels.files.keys() & originals.keys()
    files |= {f"originals/{facts.labels.files[name]}": originals[name] for name in used}
    return {**files, NAME: manifest(facts, files)}


def _messages(facts: Facts) -> str:
    """Return the message to support, Spanish first, since its readers speak it."""
    zone = facts.analysis.zone
    return (
        "\n\n".join(letters.message(facts, Words(lang, zone)) for lang in ("es", "zh", "en")) + "\n"
    )


def _calendar(facts: Facts) -> str:
    words, dates = Words(facts.request.lang, facts.analysis.zone), facts.dates
    case = hashlib.sha256(
        "\n".join(sorted(source.sha256 for source in facts.analysis.usage.sources)).encode()
    ).hexdigest()[:24]
    events = []
    for each in deadlines(dates):
        note = words.say(f"pack.deadline_{each.key}_note")
        sure = words.say("pack.certain" if each.certain else "pack.assumed")
        legal = words.say("pack.not_legal")
        events.append(
            Event(
                uid=f"{case}-{each.key}@esim-analysis",
                day=each.send_by,
                summary=words.say(f"pack.deadline_{each.key}"),
                description=f"{full_day(each.day, words)} ({sure})\n{note}\n{legal}",
                remind_days=7 if each.kind == "act" else 1,
            )
        )
    happened = [day for day in (dates.bill, dates.complained, dates.answered) if day]
    return calendar(
        events,
        name=words.say("pack.deadlines"),
        stamp=max(happened),
        revision=len(happened) - 1,
    )


def _said(facts: Facts, folder: Path, files: Mapping[str, bytes]) -> str:
    words = Words(facts.request.lang, facts.analysis.zone)
    original = "in" if facts.originals else "out"
    listed = "out" if facts.request.contested_only else "in"
    hint = findings_hint(facts.analysis, facts.labels, words)
    sentences = (
        words.say("pack.done", count=len(files), number=len(files), folder=folder),
        *opening(facts, words),
        "" if facts.request.contest.findings else hint,
        words.say(f"pack.originals_{original}"),
        words.say(f"pack.rows_{listed}"),
        words.say("pack.not_legal"),
        words.say("pack.next", file=folder / "cover.html", digest=digest(files[NAME])[:_SHOWN]),
    )
    return "\n".join(sentence for sentence in sentences if sentence)
