"""Counters of a declared format: how much was left, or used, at a moment."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.declared.amounts import number_text, whole_bytes, with_units
from esim_analysis.importers.declared.moments import Moments, read_moments, zone_of_file
from esim_analysis.importers.declared.rows import DOCUMENTED, Rows
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, ReadOptions
from esim_analysis.importers.readings import TypedSnapshots
from esim_analysis.importers.tabular.lines import hash_lines
from esim_analysis.importers.tabular.sieve import Sieve
from esim_analysis.model import Choice, Decision, FileError, Origin, QuestionError, Source

Field = Literal["moment", "line", "bundle", "used", "total", "remaining", "unlimited", "unit"]
# What people call the moment when they log the answers of a portal.
MOMENT: Final = tuple(
    prefix + name
    for prefix in ("", "^")
    for name in (
        "fetched_at", "retrieved_at", "checked_at", "read_at", "received_at", "captured_at",
        "logged_at", "timestamp", "time",
    )
)  # fmt: skip
UTC_ASSUMED: Final = Choice(
    "UTC", Origin.ASSUMED, sentence("importing.no_zone_named_timezone_sets")
)
_FIGURES: Final = ("used", "total", "remaining")
_UNLIMITED_WORDS: Final = frozenset({"unl", "unlimited", "∞", "-1"})
_ICCID: Final = re.compile(r"(?<!\d)89\d{16,18}(?!\d)")
_IN_NAME: Final = re.compile(
    r"(?<!\d)(20\d\d)-?(\d\d)-?(\d\d)[T _-]{1,3}([01]\d|2[0-3])[-.:h]?([0-5]\d)(?:[-.:]?([0-5]\d))?(Z?)(?!\d)"
)


@dataclass(frozen=True, slots=True)
class CounterFormat:
    """What the fields of a counter mean.

    Attributes
    ----------
    unit, base
        Of the figures; with unit `"cell"` the field `unit` names each row's own. The
        base is 1024 only where the provider's own figures show it.
    unlimited
        Figures that stand for "no limit", such as `"9999999"`; never bytes.
    """

    id: str
    columns: Mapping[Field, Sequence[str]]
    unit: str
    base: Choice
    unlimited: frozenset[str] = frozenset()
    zone: Choice = UTC_ASSUMED
    notes: tuple[str, ...] = ()


def read_counters(
    file: SourceFile, options: ReadOptions, rows: Rows, declared: CounterFormat
) -> Imported:
    """Turn the rows of a file into readings; several files of one SIM are differenced together.

    A moment that the answer does not carry is taken from the file's name.

    Raises
    ------
    QuestionError
        A balance without the moment it was read.
    FileError
        Not one reading can be used.
    """
    text = pd.DataFrame(
        {name: rows.column(paths) for name, paths in declared.columns.items()}, index=rows.places
    )
    text = text.reindex(columns=list(Field.__args__)).astype("str")  # type: ignore[attr-defined]
    sieve = Sieve(rows.places)
    figures = _figures(text, declared)
    moments, zone = _moments(text["moment"], file, options, declared, figures)
    lines, _ = hash_lines(text["line"].fillna(_iccid_in(file.name)))
    frame = _frame(text, figures, moments, lines, sieve)
    kept = frame[sieve.kept]
    rejected = _rejected(sieve, rows, file.name)
    if kept.empty:
        raise _nothing(file.name, rejected)
    decision = Decision(
        unit=Choice(
            "cell",
            Origin.DECLARED,
            sentence("importing.provider_counts", declared=_named(declared)),
        ),
        base=declared.base,
        locale=Choice("1234.5 Y-M-D", Origin.DECLARED, sentence("importing.format_fixed")),
        zone=zone,
    )
    notes = (*rows.notes, *declared.notes, *_unlimited_note(kept), DOCUMENTED)
    source = Source(
        file.name, declared.id, file.sha256, len(kept) + len(rejected), len(kept),
        rejected=len(rejected), notes=notes,
    )  # fmt: skip
    snapshots = TypedSnapshots(
        frame=kept.assign(source=file.name),
        notes=notes,
        rejected=rejected,
        source=source,
        decision=decision,
    )
    return Imported(snapshots=snapshots, notes=notes)


def _figures(text: pd.DataFrame, declared: CounterFormat) -> pd.DataFrame:
    """Return figures as `"767 MiB"` and their bytes as `<name>_bytes`; sentinels are missing."""
    base = int(declared.base.value)
    fixed = pd.Series(declared.unit, index=text.index, dtype="str")
    unit = text["unit"] if declared.unit == "cell" else fixed
    endless = _no_limit(text["total"], declared.unlimited) | text["total"].isna()
    columns: dict[str, pd.Series] = {}
    for name in _FIGURES:
        sentinel = _no_limit(text[name], frozenset())
        # "0 left of 0" says that there is no limit, "0 left of 3072" that nothing is left.
        if name != "used":
            sentinel |= _no_limit(text[name], declared.unlimited) & endless
        cells = text[name].mask(sentinel)
        figure = with_units(number_text(cells), unit)
        columns[f"{name}_unread"] = cells.notna() & figure.isna()
        columns[f"{name}_bytes"] = whole_bytes(figure, unit="cell", base=base)
        if base == 1024:  # noqa: PLR2004 - spelled out, so that no later decision reads it at 1000
            figure = figure.str.replace(r" ([KMGT])B$", r" \1iB", regex=True)
        columns[name] = figure.where(columns[f"{name}_bytes"].notna())
    return pd.DataFrame(columns, index=text.index)


def _no_limit(text: pd.Series, figures: frozenset[str]) -> pd.Series:
    plain = text.str.casefold().str.replace(r"\.0+$", "", regex=True)
    return plain.isin(_UNLIMITED_WORDS | figures)


def _moments(
    text: pd.Series,
    file: SourceFile,
    options: ReadOptions,
    declared: CounterFormat,
    figures: pd.DataFrame,
) -> tuple[Moments, Choice]:
    named = _moment_in(file.name)
    text = text.fillna(named) if named else text
    if text.isna().all():
        raise _question(file.name, figures)
    dates = text.str.fullmatch(r"\d{4}-\d\d-\d\d").fillna(value=False).astype(bool)
    text = text.mask(dates)  # a day without an hour is no moment
    zone = zone_of_file(read_moments(text, "UTC").local, declared.zone, options)
    known = "UTC" if zone.value == "offset" else zone.value
    return read_moments(text, known), zone


def _frame(
    text: pd.DataFrame,
    figures: pd.DataFrame,
    moments: Moments,
    lines: pd.Series,
    sieve: Sieve,
) -> pd.DataFrame:
    used, total, remaining = (figures[f"{name}_bytes"] for name in _FIGURES)
    said = text["unlimited"].str.casefold().isin(["true", "1", "yes"])
    unlimited = said | (total.isna() & text["total"].notna())
    for name in _FIGURES:
        sieve.reject(figures[f"{name}_unread"], name, sentence("importing.no_volume_can_read"))
    sieve.reject(moments.utc.isna(), "moment", sentence("importing.no_moment_date_hour"))
    unknown = used.isna() & remaining.isna()
    sieve.reject(
        unknown & unlimited, "remaining", sentence("importing.plan_without_limit_nothing_counted")
    )
    sieve.reject(unknown, "remaining", sentence("importing.neither_what_left_nor_what"))
    sieve.reject(
        (remaining > total).fillna(value=False),
        "remaining",
        sentence("importing.more_left_than_there_was"),
    )
    sieve.reject(
        (used > total).fillna(value=False), "used", sentence("importing.more_was_used_than_there")
    )
    shown = figures["remaining"].fillna(figures["used"])
    number = pd.Series(range(1, len(text) + 1), index=text.index).astype("str")
    left = remaining.fillna(total - used)
    return pd.DataFrame(
        {
            "line": lines,
            "bundle": text["bundle"].fillna(""),
            "t_local": moments.local,
            "t_utc": moments.utc,
            "used": used,
            "total": total,
            "remaining": left.where(left >= 0),
            "unlimited": unlimited,
            "source_row": number + ": " + shown,
        }
    )


def _rejected(sieve: Sieve, rows: Rows, name: str) -> pd.DataFrame:
    damaged = pd.DataFrame(
        {
            "source": name,
            "line": [place for place, _ in rows.damaged],
            "field": "reading",
            "reason": [reason for _, reason in rows.damaged],
        }
    )
    return pd.concat([sieve.rejected(name), damaged.astype("str")], ignore_index=True)


def _moment_in(name: str) -> str:
    """Return the moment a file's name says, as ISO text: `airalo 2026-11-02 09.00.json`."""
    found = _IN_NAME.search(name)
    if found is None:
        return ""
    year, month, day, hour, minute, second, offset = found.groups()
    return f"{year}-{month}-{day}T{hour}:{minute}:{second or '00'}{offset}"


def _iccid_in(name: str) -> str:
    found = _ICCID.search(name)
    return found.group() if found else ""


def _question(name: str, figures: pd.DataFrame) -> QuestionError:
    left = figures["remaining"].dropna()
    used = figures["used"].dropna()
    said = (
        f"{left.iloc[0]} left" if len(left) else f"used {used.iloc[0]}" if len(used) else "… left"
    )
    return QuestionError(
        name,
        sentence("importing.balance_without_moment_was_read"),
        sentence("importing.put_date_hour_into_file", said=said),
    )


def _named(declared: CounterFormat) -> str:
    return (
        sentence("importing.units_each_figure_names") if declared.unit == "cell" else declared.unit
    )


def _unlimited_note(kept: pd.DataFrame) -> tuple[str, ...]:
    count = int(kept["unlimited"].sum())
    return (sentence("importing.readings_plan_without_limit", count=count),) if count else ()


def _nothing(name: str, rejected: pd.DataFrame) -> FileError:
    first = rejected.iloc[0]
    return FileError(
        name,
        sentence("importing.no_reading_can_used", field=first["field"], reason=first["reason"]),
        sentence("importing.save_answer_again_moment_was"),
        place=str(first["line"]),
    )
