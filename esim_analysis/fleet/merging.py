"""Results of all buckets put together: lines, cohorts, outliers, files for the portal."""

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

import pandas as pd

from esim_analysis.fleet.actions import write_actions
from esim_analysis.fleet.causes import explain, rank
from esim_analysis.fleet.inputs import Inputs
from esim_analysis.fleet.jobs import Job
from esim_analysis.fleet.peers import cohort_table, compare, share_of_others
from esim_analysis.model import Source, UsageError
from esim_analysis.model.line_table import match_lines

LINES: Final = (
    "label", "nickname", "owner", "site", "firmware", "plan", "cohort", "country", "apn", "days",
    "records", "bytes", "cost", "currency", "cause", "stake", "stake_bytes", "confidence",
    "month_bytes", "month_low", "month_high", "month_cost", "per_day", "records_per_day",
    "zero_records", "peer_per_day", "peer_records_per_day", "peer_cost_per_day", "z_per_day",
    "z_records_per_day", "z_cost_per_day", "z_zero_per_day", "abroad_bytes", "abroad_cost",
    "abroad_country", "step_ratio", "step_day", "coverage", "findings",
)  # fmt: skip


def merge_results(  # noqa: PLR0913 - everything a fleet leaves behind
    target: Path,
    *,
    jobs: Sequence[Job],
    summaries: Sequence[dict[str, Any]],
    sources: Sequence[Source],
    problems: Sequence[str],
    inputs: Inputs,
    by: Sequence[str],
    lang: str,
) -> None:
    """Write the tables of a fleet; equal results give equal files.

    Raises
    ------
    UsageError
        Lines cannot be compared within a column nobody knows.
    """
    lines = _all(jobs, "lines")
    failed = [f"bucket {one['bucket']}: {one['problem']}" for one in summaries if "problem" in one]
    summary: dict[str, Any] = {
        "lines": len(lines),
        "records": sum(one.get("records", 0) for one in summaries),
        "bytes": sum(one.get("bytes", 0) for one in summaries),
        "files": [_counted(source, summaries) for source in sources],
        "compared_by": list(by),
        "loose_artefacts": [file.name for file in inputs.loose] if len(lines) > 1 else [],
        "problems": [*problems, *(said for one in summaries for said in one.get("problems", []))],
        "failed": failed,
    }
    if len(lines):
        told = lines_against_peers(lines, inputs.lines, by)
        _write(target, told, _all(jobs, "findings"), lang)
    text = json.dumps(summary, ensure_ascii=False, indent=2) + "\n"
    (target / "fleet.json").write_text(text, encoding="utf-8")


def lines_against_peers(
    lines: pd.DataFrame, table: pd.DataFrame, by: Sequence[str]
) -> pd.DataFrame:
    """Name the lines, join what the owner says of them, compare and explain.

    Raises
    ------
    UsageError
        `by` names a column nobody knows.
    """
    lines = lines.sort_values(["first_utc", "line"], ignore_index=True)
    lines = lines.assign(label=[f"line-{n}" for n in range(1, len(lines) + 1)])
    known, _ = match_lines(table, dict(zip(lines["line"], lines["sim"], strict=True)))
    own = [name for name in known.columns if name == "line" or name not in lines.columns]
    lines = lines.merge(known[own], on="line", how="left")
    lines = lines.assign(**{name: lines[name].fillna("") for name in own if name != "line"})
    by = [name for name in by if name != "plan" or lines["plan"].ne("").any()]
    unknown = [name for name in by if name not in lines.columns]
    if unknown:
        known_columns = ", ".join([*(name for name in own if name != "line"), "country", "apn"])
        raise UsageError(f"--by: no column {unknown[0]!r}; there are {known_columns}")
    compared = compare(lines, by)
    return explain(_firmware(compared))


def _firmware(lines: pd.DataFrame) -> pd.DataFrame:
    """Add the share of a line's peers that have its own firmware."""
    size = lines.groupby("cohort")["line"].transform("size")
    own = lines.groupby(["cohort", "firmware"])["line"].transform("size")
    share = share_of_others(own, size)
    return lines.assign(firmware_share=share.where(lines["firmware"] != ""))


def _all(jobs: Sequence[Job], name: str) -> pd.DataFrame:
    """Return what all buckets say, in the order of buckets."""
    paths = [Path(job.out) / f"{name}.parquet" for job in jobs]
    frames = [pd.read_parquet(path) for path in paths if path.is_file()]
    frames = [frame for frame in frames if len(frame)]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _write(target: Path, lines: pd.DataFrame, findings: pd.DataFrame, lang: str) -> None:
    found = rank(lines)
    lines.to_parquet(target / "work" / "lines.parquet", index=False)
    rounded = _rounded(lines)
    columns = [*LINES, *(name for name in lines.columns if name.startswith("own_"))]
    rounded[columns].to_csv(target / "lines.csv", index=False, lineterminator="\n")
    chosen = _rounded(found)[columns]
    chosen.to_csv(target / "outliers.csv", index=False, lineterminator="\n")
    cohorts = _rounded(cohort_table(lines))
    cohorts.to_csv(target / "cohorts.csv", index=False, lineterminator="\n")
    if len(findings):
        labels = lines.set_index("line")["label"]
        told = findings.assign(line=findings["line"].map(labels))
        order = told["line"].str[5:].astype("int64")
        told = told.assign(order=order).sort_values(["order", "start_utc", "rule", "app"])
        told = told.drop(columns="order")
        told.to_csv(target / "findings.csv", index=False, lineterminator="\n")
    write_actions(target / "do-not-share", found, lang=lang)


def _rounded(frame: pd.DataFrame) -> pd.DataFrame:
    """Return floats with as many digits as they deserve: bytes whole, the rest to four places."""
    whole = [n for n in frame.columns if n.endswith("bytes") or n in ("month_low", "month_high")]
    digits = {n: 0 if n in whole else 4 for n in frame.select_dtypes("float").columns}
    return frame.round(digits)


def _counted(source: Source, summaries: Sequence[dict[str, Any]]) -> dict[str, Any]:
    kept = sum(one.get("kept", {}).get(source.id, 0) for one in summaries)
    again = sum(one.get("duplicates", {}).get(source.id, 0) for one in summaries)
    return asdict(replace(source, kept=kept, duplicates=source.duplicates + again))
