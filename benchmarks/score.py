"""Score answers to the benchmark: how near an attribution comes to the truth, life by life.

    esim-analysis simulate --benchmark -o bench
    for life in bench/*/; do esim-analysis tables "$life" -o "answers/$(basename "$life")"; done
    python benchmarks/score.py answers --truth bench/truth

An answer is `answers/<life>/attribution_day.csv` with `day, app, bytes` and, if it has them,
`bytes_low, bytes_high`. WAPE is sum|answer - truth| / sum truth. `unattributed`, `rounding` and
`conflict` are one app, and so is in truth rounding, every app no evidence names and every day of
which it says nothing.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pandas as pd

REST: Final = "unattributed"
_RESIDUALS: Final = ("unattributed", "rounding", "conflict")
COLUMNS: Final = ("app × day", "app × cycle", "covered", "width", "residual", "residual true")


def score(
    answer: pd.DataFrame, truth: pd.DataFrame, unseen: Sequence[str], silent: Sequence[str] = ()
) -> dict[str, float]:
    """Return the figures of one life; `covered` and `width` only where the answer has bands."""
    folded = answer.assign(app=answer["app"].where(~answer["app"].isin(_RESIDUALS), REST))
    open_rows = truth["app"].isin([*_RESIDUALS, *unseen]) | truth["day"].isin(silent)
    known = truth.assign(app=truth["app"].where(~open_rows, REST))
    true_days = known.groupby(["day", "app"])["billed_bytes"].sum().astype(float)
    days = folded.groupby(["day", "app"])["bytes"].sum().astype(float)
    told = {
        "app × day": _wape(days, true_days),
        "app × cycle": _wape(days.groupby("app").sum(), true_days.groupby("app").sum()),
        "residual": float(days.groupby("app").sum().get(REST, 0.0) / true_days.sum()),
        "residual true": float(true_days.groupby("app").sum().get(REST, 0.0) / true_days.sum()),
    }
    if not {"bytes_low", "bytes_high"} <= set(answer.columns):
        return told
    bands = answer[~answer["app"].isin(_RESIDUALS)].groupby(["day", "app"])
    bands = bands[["bytes", "bytes_low", "bytes_high"]].sum()
    true = true_days.reindex(bands.index, fill_value=0.0)
    held = (bands["bytes_low"] - 1 <= true) & (true <= bands["bytes_high"] + 1)
    width = (bands["bytes_high"] - bands["bytes_low"]) / bands["bytes"].clip(lower=1)
    return {**told, "covered": float(held.mean()), "width": float(width.median())}


def read_truth(folder: Path) -> tuple[pd.DataFrame, list[str], list[str]]:
    """Return true bytes by day and app, and the apps and days no evidence speaks of."""
    summary = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    days = pd.read_csv(folder / "truth_day.csv", dtype={"day": "str"})
    return days, summary["unseen"], summary["unseen_days"]


def table(rows: list[dict[str, object]], *, first: Sequence[str]) -> str:
    """Return rows as a Markdown table."""
    lines = ["| " + " | ".join([*first, *COLUMNS]) + " |", "|" + "---|" * (len(first) + 6)]
    for row in rows:
        figures = [f"{row[name]:.4f}" if name in row else "–" for name in COLUMNS]
        lines.append("| " + " | ".join([*(str(row[name]) for name in first), *figures]) + " |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> list[dict[str, object]]:
    """Score a folder of answers from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("answers", type=Path, help="folder of <life>/attribution_day.csv")
    parser.add_argument("--truth", type=Path, required=True, help="the benchmark's truth folder")
    chosen = parser.parse_args(arguments)
    rows: list[dict[str, object]] = []
    for folder in sorted(chosen.truth.iterdir()):
        file = chosen.answers / folder.name / "attribution_day.csv"
        if file.exists():
            told = read_truth(folder)
            answer = pd.read_csv(file, dtype={"day": "str"})
            rows.append({"life": folder.name, **score(answer, *told)})
        else:
            print(f"{folder.name}: no answer ({file.name} is missing)")
    print(table(rows, first=["life"]))
    return rows


def _wape(answer: pd.Series, truth: pd.Series) -> float:
    return float(answer.sub(truth, fill_value=0.0).abs().sum() / truth.sum())


if __name__ == "__main__":
    main()
