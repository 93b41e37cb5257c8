"""`manifest.json`: what a pack was made from, how, and the checksum of every file in it."""

import hashlib
import json
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, Final

import pandas as pd

from esim_analysis.model import Choice, Decision, Origin, Source, UsageRecords
from esim_analysis.report.names import without_ids
from esim_analysis.report.pack.contested import Contest
from esim_analysis.report.pack.deadlines import deadlines
from esim_analysis.report.pack.summary import Facts

NAME: Final = "manifest.json"
FORMAT: Final = "esim-analysis evidence pack"
VERSION: Final = 1
_VERSIONED: Final = ("esim-analysis", "numpy", "pandas")
_STAMP: Final = "%Y-%m-%dT%H:%M:%SZ"


def manifest(facts: Facts, files: Mapping[str, bytes]) -> bytes:
    """Return the manifest of a pack's other files, as it is written."""
    document = {
        "format": FORMAT,
        "version": VERSION,
        "tool": {package: version(package) for package in _VERSIONED},
        "settings": _settings(facts),
        "time_zone": _choice(facts.analysis.attribution.zone),
        "overhead": _overhead(facts),
        "inputs": _inputs(facts),
        "originals": "included" if facts.originals else "not included",
        "totals": _totals(facts),
        "deadlines": _deadlines(facts),
        "outputs": [
            {"path": path, "bytes": len(content), "sha256": digest(content)}
            for path, content in sorted(files.items())
        ],
    }
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def digest(content: bytes) -> str:
    """Return the SHA-256 of some bytes."""
    return hashlib.sha256(content).hexdigest()


def decision_of(told: Mapping[str, Any]) -> Decision:
    """Return a decision as a manifest tells it."""
    parts = {
        name: Choice(told[name]["value"], Origin(told[name]["origin"]), told[name]["reason"])
        for name in ("unit", "base", "locale", "zone")
    }
    return Decision(**parts)


def _settings(facts: Facts) -> dict[str, Any]:
    request, dates = facts.request, facts.dates
    contest: Contest = request.contest
    return {
        "lang": request.lang,
        "redact": request.redact,
        "share": "apps",
        "contested_only": request.contested_only,
        "bill_date": dates.bill.isoformat(),
        "bill_date_origin": "given" if request.bill_date else "last day of the export",
        "complained_on": None if dates.complained is None else dates.complained.isoformat(),
        "answered_on": None if dates.answered is None else dates.answered.isoformat(),
        "place": dates.place,
        "charges": facts.charges,
        "contested": {
            "least_share": contest.least_share,
            "least_bytes": contest.least_bytes,
            "findings": list(contest.findings),
            "rows": [without_ids(row) for row in contest.rows],
        },
    }


def _overhead(facts: Facts) -> dict[str, Any]:
    overhead = facts.analysis.attribution.overhead
    return {
        "point": round(overhead.point, 6),
        "low": round(overhead.low, 6),
        "high": round(overhead.high, 6),
        "origin": overhead.origin,
    }


def _inputs(facts: Facts) -> list[dict[str, Any]]:
    usage, evidence = facts.analysis.usage, facts.analysis.evidence
    return [
        {**_input(source, facts), "side": "operator", "decision": _decision(usage, source)}
        for source in usage.sources
    ] + [
        {**_input(source, facts), "side": "phone", "decision": None} for source in evidence.sources
    ]


def _input(source: Source, facts: Facts) -> dict[str, Any]:
    return {
        "name": facts.labels.files[source.id],
        "importer": source.importer,
        "sha256": source.sha256,
        "rows": source.rows,
        "kept": source.kept,
        "duplicates": source.duplicates,
        "rejected": source.rejected,
    }


def _decision(usage: UsageRecords, source: Source) -> dict[str, Any] | None:
    decision = usage.decisions.get(source.id)
    if decision is None:
        return None
    return {name: _choice(getattr(decision, name)) for name in ("unit", "base", "locale", "zone")}


def _totals(facts: Facts) -> dict[str, Any]:
    frame, claim = facts.usage.frame, facts.claim
    return {
        "rows": len(frame),
        "billed_bytes": int(facts.rows["billed"].sum()),
        "contested_rows": len(claim),
        "contested_bytes": int(claim["billed_bytes"].sum()),
        "start_utc": _moment(frame["start_utc"].min()),
        "end_utc": _moment(frame["end_utc"].max()),
        "coverage": round(facts.analysis.coverage.share, 6),
    }


def _deadlines(facts: Facts) -> list[dict[str, Any]]:
    return [
        {
            "key": each.key,
            "day": each.day.isoformat(),
            "send_by": each.send_by.isoformat(),
            "exact": each.certain,
        }
        for each in deadlines(facts.dates)
    ]


def _choice(choice: Choice) -> dict[str, str]:
    return {
        "value": choice.value,
        "origin": str(choice.origin),
        "reason": without_ids(choice.reason),
    }


def _moment(instant: pd.Timestamp) -> str:
    return instant.strftime(_STAMP)
