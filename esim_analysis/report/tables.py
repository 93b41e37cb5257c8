"""Tidy tables and JSON: everything a screen shows, as a contract (docs/outputs.md)."""

import json
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Literal

import pandas as pd

from esim_analysis.attribution import billed_rows
from esim_analysis.i18n import Words
from esim_analysis.i18n.findings import describe
from esim_analysis.model import Analysis, Choice, Decision, Finding

TableFormat = Literal["csv", "parquet"]
_VERSIONED: Final = ("esim-analysis", "pandas", "numpy")
_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"


def write_tables(
    analysis: Analysis, folder: Path, *, words: Words, table_format: TableFormat = "csv"
) -> list[Path]:
    """Write every table of `docs/outputs.md` into `folder`; return the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = [
        _write_frame(frame, folder / f"{name}.{table_format}", table_format)
        for name, frame in frames(analysis).items()
    ]
    documents = {
        "coverage": coverage_document(analysis),
        "findings": findings_document(analysis, words),
        "case": case_document(analysis),
    }
    for name, document in documents.items():
        path = folder / f"{name}.json"
        path.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        written.append(path)
    return written


def frames(analysis: Analysis) -> dict[str, pd.DataFrame]:
    """Return the tabular outputs by name."""
    attribution = analysis.attribution
    spans = analysis.usage.frame[["start_utc", "end_utc"]]
    residuals = attribution.by_record.merge(
        spans, left_on="record", right_index=True, how="left", validate="1:1"
    )
    order = ["line", "record", "start_utc", "end_utc", "billed"]
    rest = [column for column in residuals.columns if column not in order]
    told = {"lines": analysis.lines} if len(analysis.lines) else {}
    return {
        **told,
        "usage": analysis.usage.frame,
        "evidence": analysis.evidence.frame,
        "attribution_day": attribution.by_day,
        "attribution_cycle": attribution.by_cycle,
        "residuals": residuals[[*order, *rest]],
        "rows": billed_rows(analysis.usage, attribution, screen=analysis.evidence.screen),
    }


def findings_document(analysis: Analysis, words: Words) -> list[dict[str, Any]]:
    """Return `findings.json`, in the order of the screen."""
    return [_finding(finding, analysis, words) for finding in analysis.findings]


def coverage_document(analysis: Analysis) -> dict[str, Any]:
    """Return `coverage.json`."""
    coverage = analysis.coverage
    by_day = coverage.by_day.assign(
        billed=coverage.by_day["billed"].astype("int64"),
        covered=coverage.by_day["covered"].astype("int64"),
        share=coverage.by_day["share"].astype("float64").round(6),
    )
    return {
        "share": round(coverage.share, 6),
        "billed": coverage.billed,
        "covered": coverage.covered,
        "evidence_from": _moment(coverage.evidence_from),
        "evidence_until": _moment(coverage.evidence_until),
        "by_day": by_day[["line", "day", "billed", "covered", "share"]].to_dict("records"),
    }


def case_document(analysis: Analysis) -> dict[str, Any]:
    """Return `case.json`: what the figures rest on."""
    attribution = analysis.attribution
    sources = (*analysis.usage.sources, *analysis.evidence.sources)
    ends = analysis.usage.frame["end_utc"]
    return {
        "files": [
            {
                "name": source.id,
                "importer": source.importer,
                "sha256": source.sha256,
                "rows": source.rows,
                "kept": source.kept,
                "duplicates": source.duplicates,
                "rejected": source.rejected,
                "decision": _decision(analysis.usage.decisions, source.id),
                "notes": list(source.notes),
            }
            for source in sources
        ],
        "problems": [str(problem) for problem in analysis.problems],
        "time_zone": _choice(attribution.zone),
        "clock": {
            "verdict": attribution.clock.verdict,
            "offset_minutes": attribution.clock.offset_minutes,
        },
        "overhead": {
            "point": round(attribution.overhead.point, 6),
            "low": round(attribution.overhead.low, 6),
            "high": round(attribution.overhead.high, 6),
            "origin": attribution.overhead.origin,
            "sessions": attribution.overhead.sessions,
        },
        "rounding": None if attribution.rounding is None else _choice(attribution.rounding),
        "sims": dict(attribution.sims),
        "versions": {package: version(package) for package in _VERSIONED},
        "warnings": list(attribution.notes),
        "rejected_rows": len(analysis.usage.rejected) + len(analysis.evidence.rejected),
        "as_of": _moment(ends.max()) if ends.notna().any() else None,
    }


def _finding(finding: Finding, analysis: Analysis, words: Words) -> dict[str, Any]:
    told = describe(finding, words, analysis.label(finding.app))
    return {
        "rule": finding.rule,
        "severity": str(finding.severity),
        "confidence": round(finding.confidence, 3),
        "line": finding.line,
        "app": finding.app,
        "start_utc": _moment(finding.start_utc),
        "end_utc": _moment(finding.end_utc),
        "bytes": finding.bytes,
        "bytes_low": finding.bytes_low,
        "bytes_high": finding.bytes_high,
        "cost": None if finding.cost is None else str(finding.cost),
        "currency": finding.currency,
        "observation": told.observation,
        "remedy": told.remedy,
        "windows": [
            {
                "start_utc": _moment(window.start_utc),
                "end_utc": _moment(window.end_utc),
                "bytes": window.bytes,
            }
            for window in finding.windows
        ],
    }


def _write_frame(frame: pd.DataFrame, path: Path, table_format: TableFormat) -> Path:
    if table_format == "parquet":
        frame.to_parquet(path, index=False)
    else:
        _written_out(frame).to_csv(path, index=False, lineterminator="\n")
    return path


def _written_out(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with times as ISO text: UTC ends in Z, local times in nothing."""
    utc = frame.select_dtypes("datetimetz").columns
    local = frame.select_dtypes("datetime").columns
    texts = {column: _iso(frame[column]) + "Z" for column in utc}
    return frame.assign(**texts, **{column: _iso(frame[column]) for column in local})


def _iso(times: pd.Series) -> pd.Series:
    fraction = "" if (times.dt.microsecond.fillna(0) == 0).all() else ".%f"
    texts: pd.Series[str] = times.dt.strftime(f"%Y-%m-%dT%H:%M:%S{fraction}").astype("str")
    return texts


def _decision(decisions: Mapping[str, Decision], source: str) -> dict[str, Any] | None:
    decision = decisions.get(source)
    if decision is None:
        return None
    return {name: _choice(getattr(decision, name)) for name in ("unit", "base", "locale", "zone")}


def _choice(choice: Choice) -> dict[str, str]:
    return {"value": choice.value, "origin": str(choice.origin), "reason": choice.reason}


def _moment(instant: pd.Timestamp | None) -> str | None:
    return None if instant is None or pd.isna(instant) else instant.strftime(_TIME)
