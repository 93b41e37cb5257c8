"""A typed text to readings: balances, and the figures of a phone's settings screen."""

from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.readings.balances import read_balances
from esim_analysis.importers.readings.lines import ZONE_LINE, read_lines, words_of
from esim_analysis.importers.readings.moments import Moments, read_moments
from esim_analysis.importers.readings.names import app_of, is_total
from esim_analysis.importers.readings.volumes import Volumes, decimal_mark, half_width, read_volumes
from esim_analysis.model import APP_READINGS, REJECTED, SNAPSHOTS, Choice, Origin, QuestionError
from esim_analysis.model.clock import localise
from esim_analysis.model.frames import UTC_TIME, conform

_IOS: Final = r"(?i)iphone|ipad|\bios\b|苹果"
_ANDROID: Final = r"(?i)android|安卓|pixel|samsung|galaxy|xiaomi|小米|huawei|华为|oppo|vivo"
_UNREAD: Final = {
    "other": sentence("importing.no_reading_understands_write"),
    "moment": sentence("importing.impossible_missing_date_time"),
    "hour": sentence("importing.time_does_not_exist_clock"),
    "volume": sentence("importing.figure_can_read_two_ways"),
    "total": sentence("importing.total_phone_not_app_bytes"),
    "too_much": sentence("importing.more_used_left_than_whole"),
}


@dataclass(frozen=True, slots=True)
class Readings:
    """What one typed text says.

    Attributes
    ----------
    snapshots
        Columns of `model.SNAPSHOTS`; `source_row` is the line and the figure as
        typed, `"3: 4.2 GB"`, so that its rounding is not forgotten.
    app_readings
        Columns of `model.APP_READINGS`; `source_row` as above.
    zone, locale
        Zone of the moments; style of numbers and dates, as `Decision.locale`.
    rejected
        `source, line, field, reason`: lines that were not read.
    notes
        Sentences for the screen.
    """

    snapshots: pd.DataFrame
    app_readings: pd.DataFrame
    zone: Choice
    locale: Choice
    rejected: pd.DataFrame
    notes: tuple[str, ...]


def parse_readings(text: str, *, name: str, timezone: str | None) -> Readings:
    """Read typed or pasted balances and settings listings, in any order.

    Parameters
    ----------
    text
        Lines such as `2026-11-02 09:00, 4.2 GB left`, and listings: a heading
        with platform and moment, then one app a line.
    name
        Name of the source, for rows and errors.
    timezone
        Zone of the moments where the text has no line `zone: …`; None for UTC,
        marked as assumed.

    Raises
    ------
    QuestionError
        Day and month cannot be told apart, no date has a year, or the zone is
        unknown or stated twice.
    """
    lines = read_lines(text)
    zone = _zone(lines, name=name, timezone=timezone)
    moments = read_moments(
        lines["text"].where(lines["kind"].isin(["balance", "heading"])), name=name
    )
    lines = lines.assign(t_local=moments.local, t_utc=_instants(lines, moments, zone.value))
    lines["t_local"] = lines["t_local"].where(moments.offset.isna())
    balances = lines[lines["kind"] == "balance"]
    said = read_balances(balances["text"])
    apps = _apps(lines)
    columns = [said["used"], said["remaining"], said["total"], apps["volume"]]
    decimal = decimal_mark(pd.concat(columns, ignore_index=True))
    used, remaining, total, by_app = (read_volumes(text, decimal=decimal) for text in columns)
    snapshots, bad_balances = _snapshots(balances, said, (used, remaining, total))
    app_readings, bad_apps = _app_readings(apps, by_app)
    others = _unread(lines[lines["kind"] == "other"])
    rejected = pd.concat([others, bad_balances, bad_apps], ignore_index=True)
    locale = Choice(
        f"1234{decimal or '.'}5 {moments.order.value}",
        moments.order.origin,
        moments.order.reason,
    )
    return Readings(
        snapshots=conform(snapshots.assign(source=name), SNAPSHOTS, what="snapshots"),
        app_readings=conform(app_readings.assign(source=name), APP_READINGS, what="app readings"),
        zone=zone,
        locale=locale,
        rejected=conform(
            rejected.sort_values("number", kind="stable")
            .drop(columns="number")
            .assign(source=name),
            REJECTED,
            what="rejected lines",
        ),
        notes=_notes(zone, locale, pd.concat([used.figure, remaining.figure, by_app.figure])),
    )


def _zone(lines: pd.DataFrame, *, name: str, timezone: str | None) -> Choice:
    stated = lines.loc[lines["kind"] == "zone", "text"].str.extract(ZONE_LINE)[0]
    names = stated.unique()
    if len(names) > 1:
        raise QuestionError(
            name,
            sentence("importing.names_time_zones", count=len(names)),
            sentence("importing.make_one_file_each_them"),
        )
    if len(stated):
        zone = Choice(stated.iloc[0], Origin.DECLARED, sentence("importing.text_names"))
    elif timezone is not None:
        zone = Choice(timezone, Origin.DECLARED, sentence("importing.given_by_user"))
    else:
        zone = Choice("UTC", Origin.ASSUMED, sentence("importing.text_names_no_zone_none"))
    try:
        ZoneInfo(zone.value)
    except (KeyError, ValueError, OSError) as problem:
        raise QuestionError(
            name,
            sentence("importing.not_time_zone", value=zone.value),
            sentence("importing.write_one_such_zone_europe"),
        ) from problem
    return zone


def _instants(lines: pd.DataFrame, moments: Moments, zone: str) -> pd.Series:
    """Return UTC times; balances and headings each run in the order of the text."""
    utc = pd.Series(pd.NaT, index=lines.index, dtype=UTC_TIME)
    for kind in ("balance", "heading"):
        mine = moments.local[(lines["kind"] == kind) & moments.local.notna()]
        utc = utc.fillna(localise(mine, zone)[0].reindex(lines.index))
    shift = pd.to_timedelta(moments.offset.astype("float64"), unit="m")
    exact = (moments.local - shift).dt.tz_localize("UTC").astype(UTC_TIME)
    return utc.where(moments.offset.isna(), exact).astype(UTC_TIME)


def _apps(lines: pd.DataFrame) -> pd.DataFrame:
    """Return app lines with moment and platform of the heading above them."""
    heading = lines["kind"] == "heading"
    text = words_of(lines["text"].where(heading))
    platform = pd.Series(pd.NA, index=lines.index, dtype="str")
    platform = platform.mask(text.str.contains(_ANDROID, na=False), "android")
    platform = platform.mask(text.str.contains(_IOS, na=False), "ios")
    named = platform.dropna().unique()
    # A second heading is often only the time; one phone in the text is then that phone.
    platform = platform.fillna(named[0] if len(named) == 1 else "").where(heading)
    place = lines.index.to_series().where(heading).ffill()
    apps = lines[lines["kind"] == "app"]
    above = place[apps.index].astype("int64").to_numpy()
    return apps.assign(
        platform=platform.to_numpy()[above],
        t_local=lines["t_local"].to_numpy()[above],
        t_utc=lines["t_utc"].array[above],
    )


def _snapshots(
    balances: pd.DataFrame, said: pd.DataFrame, volumes: tuple[Volumes, Volumes, Volumes]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    used, remaining, total = (volume.size for volume in volumes)
    figure = volumes[0].figure.fillna(volumes[1].figure)
    sizes = pd.DataFrame({"used": used, "remaining": remaining, "total": total})
    unread = (said[list(sizes)].notna() & sizes.isna()).any(axis=1)
    more = (used > total).fillna(value=False) | (remaining > total).fillna(value=False)
    reason = said["problem"].mask(balances["t_utc"].isna(), _UNREAD["hour"])
    reason = reason.mask(balances["t_utc"].isna() & balances["t_local"].isna(), _UNREAD["moment"])
    reason = reason.mask((reason == "") & unread, _UNREAD["volume"])
    reason = reason.mask((reason == "") & more, _UNREAD["too_much"])
    frame = balances[["t_local", "t_utc"]].assign(
        line="",
        bundle="",
        used=used,
        total=total,
        remaining=remaining.fillna(total - used),
        source_row=balances["number"].astype("str") + ": " + figure,
    )
    return frame[reason == ""], _rows(balances, "reading", reason)


def _app_readings(apps: pd.DataFrame, volumes: Volumes) -> tuple[pd.DataFrame, pd.DataFrame]:
    used, figure = volumes.size, volumes.figure
    reason = pd.Series("", index=apps.index, dtype="str")
    reason = reason.mask(used.isna(), _UNREAD["volume"])
    reason = reason.mask(apps["t_utc"].isna(), sentence("importing.heading_above_has_no_valid"))
    reason = reason.mask(is_total(apps["label"]), _UNREAD["total"])
    frame = apps[["platform", "t_local", "t_utc"]].assign(
        app=app_of(apps["label"]),
        app_label=apps["label"],
        used=used,
        source_row=apps["number"].astype("str") + ": " + figure,
    )
    return frame[reason == ""], _rows(apps, "app", reason)


def _unread(lines: pd.DataFrame) -> pd.DataFrame:
    return _rows(lines, "line", pd.Series(_UNREAD["other"], index=lines.index, dtype="str"))


def _rows(lines: pd.DataFrame, field: str, reason: pd.Series) -> pd.DataFrame:
    bad = reason != ""
    return pd.DataFrame(
        {
            "number": lines.loc[bad, "number"],
            "line": lines.loc[bad, "number"].astype("str"),
            "field": field,
            "reason": reason[bad],
        }
    )


def _notes(zone: Choice, locale: Choice, figures: pd.Series) -> tuple[str, ...]:
    notes = [sentence("importing.1_gb_taken_1_000")]
    if zone.origin is Origin.ASSUMED:
        notes.append(sentence("importing.times_taken_utc_assumed_line"))
    if locale.origin is not Origin.DECLARED:
        notes.append(
            sentence("importing.dates_read", locale=locale.value.split()[1], reason=locale.reason)
        )
    widths = half_width(figures.astype("str")).fillna(0)
    if widths.gt(0).any():
        coarsest = figures.iloc[int(widths.to_numpy().argmax())]
        notes.append(
            sentence(
                "importing.figures_exact_typed_coarsest_may",
                coarsest=coarsest,
                widths=widths.max() / 1000000.0,
            )
        )
    return tuple(notes)
