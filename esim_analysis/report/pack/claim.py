"""The tables of a pack: every billed row for comparison, and the contested ones in words."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

import pandas as pd

from esim_analysis.figures.text import plain
from esim_analysis.i18n import LANGUAGES, Words
from esim_analysis.i18n.findings import describe
from esim_analysis.model import Analysis, Decision, UsageRecords
from esim_analysis.model.units import UNITS, unit_bytes
from esim_analysis.report.pack.contested import apps_of_rows
from esim_analysis.report.pack.labels import Labels
from esim_analysis.report.verdict import banded

_APPS: Final = 3  # apps named in a row's sentence
_STAMP: Final = "%Y-%m-%dT%H:%M:%SZ"
_FORMULA: Final = ("=", "+", "-", "@", "\t")  # a spreadsheet would run what begins so


def listing(usage: UsageRecords, labels: Labels) -> pd.DataFrame:
    """Return every billed row as `rows.csv` holds it: who is not in it, nor what for.

    Returns
    -------
    pandas.DataFrame
        `row, line, start_utc, end_utc, billed_bytes, half_width_bytes, charge, currency`;
        index as `usage.frame`. `half_width_bytes` is how far the figure as printed may be
        off.
    """
    frame = usage.frame
    return pd.DataFrame(
        {
            "row": frame["source"].map(labels.files).astype("str") + ":" + frame["source_row"],
            "line": frame["line"].map(labels.lines),
            "start_utc": frame["start_utc"],
            "end_utc": frame["end_utc"],
            "billed_bytes": usage.billed,
            "half_width_bytes": _half_widths(usage),
            "charge": frame["charge"],
            "currency": frame["currency"].fillna(""),
        }
    )


def claim_table(
    analysis: Analysis, usage: UsageRecords, rows: pd.DataFrame, labels: Labels
) -> pd.DataFrame:
    """Return the contested rows as `claim_table.csv` holds them.

    Parameters
    ----------
    usage
        The records with their charges, of the export or of the plan.
    rows
        As `row_table` returns them.
    """
    kept = rows[rows["why"] != ""]
    listed = listing(usage, labels).loc[kept.index]
    frame = usage.frame.loc[kept.index]
    local = listed["start_utc"].dt.tz_convert(analysis.zone)
    table = listed.drop(columns=["half_width_bytes", "end_utc"]).assign(
        why=kept["why"],
        status=kept["status"],
        start_local=local.dt.strftime("%Y-%m-%dT%H:%M:%S"),
        utc_offset=local.dt.strftime("%z"),
        start_utc=listed["start_utc"],
        end_utc=listed["end_utc"],
        time_quality=frame["time_quality"],
        billed_mb=(listed["billed_bytes"].astype("float64") / 1e6).map("{:.3f}".format),
        as_billed=_as_billed(usage).loc[kept.index],
        network=_safe(frame["network"]),
        plmn=frame["plmn"].fillna(""),
        country=_safe(frame["country"]),
        explained_bytes=kept["explained"],
        explained_low=kept["explained_low"],
        explained_high=kept["explained_high"],
        open_bytes=kept["open"],
        open_low=kept["open_low"],
        open_high=kept["open_high"],
    )
    told = _sentences(analysis, kept, labels)
    return table.assign(**told)[[*_COLUMNS, *told]].reset_index(drop=True)


_COLUMNS: Final = [
    "row", "line", "why", "status", "start_local", "utc_offset", "start_utc", "end_utc",
    "time_quality", "billed_bytes", "billed_mb", "as_billed", "charge", "currency", "network",
    "plmn", "country", "explained_bytes", "explained_low", "explained_high", "open_bytes",
    "open_low", "open_high",
]  # fmt: skip


def as_csv(table: pd.DataFrame) -> bytes:
    """Return a table as the same bytes everywhere: UTF-8, LF, times in UTC with Z."""
    utc = table.select_dtypes("datetimetz").columns
    shown = table.assign(**{column: table[column].dt.strftime(_STAMP) for column in utc})
    return shown.to_csv(index=False, lineterminator="\n").encode()


def money(charges: pd.Series, currencies: pd.Series, words: Words) -> str:
    """Return the sum of charges in words, each currency by itself; `""` without any."""
    known = charges.notna()
    sums = charges[known].groupby(currencies[known], sort=True).sum()
    return " + ".join(
        words.money(Decimal(amount), str(currency) or "XXX") for currency, amount in sums.items()
    )


def _sentences(analysis: Analysis, kept: pd.DataFrame, labels: Labels) -> dict[str, list[str]]:
    seen = apps_of_rows(analysis, kept.index).groupby("record").head(_APPS)
    apps = seen.groupby("record")["app"].agg(tuple).reindex(kept.index)
    columns = ["status", "why", "billed", *(f"{side}{end}" for side in ("explained", "open")
                                     for end in ("", "_low", "_high"))]  # fmt: skip
    told = {}
    for lang in LANGUAGES:
        words = Words(lang, analysis.zone)
        reasons = _reasons(analysis, kept["why"], words, labels)
        told[f"shows_{lang}"] = [
            _sentence(dict(zip(columns, values, strict=True)), who, words, labels, reasons)
            for values, who in zip(
                kept[columns].itertuples(index=False, name=None), apps, strict=True
            )
        ]
    return told


def _reasons(analysis: Analysis, why: pd.Series, words: Words, labels: Labels) -> dict[str, str]:
    """Return the sentence of each reason that is the user's own."""
    said = {"named": words.say("pack.shows_named")}
    for reason in sorted({each for row in why.unique() for each in row.split("+")}):
        if reason.startswith("finding_"):
            number = int(reason.removeprefix("finding_"))
            title = finding_title(analysis, number, words, labels)
            said[reason] = words.say("pack.shows_finding", number=number, title=title)
    return said


def finding_title(analysis: Analysis, number: int, words: Words, labels: Labels) -> str:
    """Return the title of a finding by its number, 1 first."""
    finding = analysis.findings[number - 1]
    return describe(finding, words, lambda app: labels.app(app, words)).title


def _sentence(
    row: dict[str, int | str],
    apps: Iterable[str] | float,
    words: Words,
    labels: Labels,
    reasons: Mapping[str, str],
) -> str:
    said = [
        words.say(
            f"pack.shows_{row['status']}",
            explained=_band(row, "explained", words),
            open=_band(row, "open", words),
            billed=words.volume(int(row["billed"])),
        )
    ]
    if not isinstance(apps, float):
        names = dict.fromkeys(labels.app(app, words) for app in apps)
        joint = words.say("verdict.list_joint").join(names)
        said.append(words.say("pack.shows_apps", apps=joint))
    said += [reasons[why] for why in str(row["why"]).split("+") if why in reasons]
    joint = "" if words.lang == "zh" else " "
    return joint.join(said).replace("\u00a0", " ")


def _band(row: dict[str, int | str], side: str, words: Words) -> str:
    size, low, high = (int(row[f"{side}{end}"]) for end in ("", "_low", "_high"))
    # A band narrower than what is written says nothing more.
    narrow = words.band(low, high) == words.volume(size)
    return words.volume(size) if narrow else banded(size, low, high, words)


def _as_billed(usage: UsageRecords) -> pd.Series:
    """Return the volume as the export prints it, with its unit."""
    units = {
        source: "" if decision.unit.value == "cell" else f" {decision.unit.value}"
        for source, decision in usage.decisions.items()
    }
    frame = usage.frame
    return _safe(frame["raw_volume"].fillna("") + frame["source"].map(units).fillna(""))


def _half_widths(usage: UsageRecords) -> pd.Series:
    """Return half of the last digit printed, in bytes, where a row does not know better."""
    frame = usage.frame
    decimals = frame["raw_volume"].str.extract(r"\.(\d+)\s*[A-Za-z]*$", expand=False).str.len()
    units = {source: _unit(decision) for source, decision in usage.decisions.items()}
    unit = frame["source"].map(units).astype("Float64")
    printed = (unit / 10 ** decimals.fillna(0).astype("Float64")) // 2
    told = printed.astype("Int64").where(frame["raw_volume"].notna(), 0)
    return frame["bytes_half_width"].fillna(told).fillna(0)


def _unit(decision: Decision) -> int:
    name = decision.unit.value
    known = name in UNITS or name.endswith("iB")
    return unit_bytes(name, int(decision.base.value)) if known else 1


def _safe(column: pd.Series) -> pd.Series:
    texts = column.fillna("").astype("str").map(plain)
    risky = texts.str.startswith(_FORMULA)
    return texts.where(~risky, "'" + texts)
