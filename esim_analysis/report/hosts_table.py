"""The hosts of the view as rows, for readers without scripts."""

from typing import Any

import pandas as pd

from esim_analysis.explorer import hosts
from esim_analysis.explorer.hours import Hours
from esim_analysis.explorer.names import app_names, leading, line_numbers
from esim_analysis.model import Analysis


def host_rows(analysis: Analysis, lang: str, *, full: bool) -> list[dict[str, Any]]:
    """Return `host, app, line, bytes`, the largest first: phone bytes, not billed ones.

    `line` is empty where there is only one.

    Parameters
    ----------
    full
        Whole host names, else registered domains.
    """
    pieces = analysis.attribution.pieces
    hours = Hours.spanning(pieces["start_utc"], pieces["end_utc"], analysis.zone)
    apps, lines = leading(analysis), line_numbers(analysis)
    names = dict(enumerate(app_names(analysis, apps)[lang]))
    parts = [
        hosts.seen(analysis, line, hours, apps, full=full).assign(
            line=number if len(lines) > 1 else ""
        )
        for line, number in lines.items()
    ]
    seen = pd.concat(parts, ignore_index=True)
    summed = seen.groupby(["line", "name", "app"], as_index=False, sort=True).agg({"bytes": "sum"})
    ordered = summed.sort_values(["bytes", "name"], ascending=[False, True], kind="stable")
    told = ordered.assign(host=ordered["name"], app=ordered["app"].map(names))
    columns = ["host", "app", "line", "bytes"]
    return [dict(zip(columns, row, strict=True)) for row in told[columns].to_numpy().tolist()]
