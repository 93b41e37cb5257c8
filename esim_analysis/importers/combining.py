"""Artefacts of one phone put together: newest counters, names for uids, one evidence."""

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from esim_analysis.importers.importer import Imported
from esim_analysis.importers.phone._rotated import dumps_of
from esim_analysis.importers.phone._screen import seen_or_unseen
from esim_analysis.importers.phone.batterystats import give_way
from esim_analysis.importers.phone.ios_data_usage import difference_backups
from esim_analysis.importers.phone.ios_privacy_report import merge_contacts
from esim_analysis.importers.phone.netpolicy import name_settings
from esim_analysis.importers.phone.netstats import newest_of, newest_totals
from esim_analysis.importers.phone.packages import name_apps
from esim_analysis.importers.readings import evidence_from_app_readings
from esim_analysis.model import Evidence, PhoneSettings
from esim_analysis.model.frames import empty
from esim_analysis.model.screen import SCREEN
from esim_analysis.reference import app_id_of_label


def combine_evidence(parts: Iterable[Imported]) -> Evidence:
    """Join the artefacts of a case into one `Evidence`.

    Two dumps of one phone overlap: the same bucket is taken from the dump that
    saw more of it, never added. Counters typed at several moments, in any number
    of files, are differenced over all of them.
    """
    parts = list(parts)
    artefacts = [part.evidence for part in parts if part.evidence is not None]
    readings = [part.app_readings for part in parts if part.app_readings is not None]
    packages = [part.packages for part in parts if part.packages is not None]
    if readings:
        artefacts.append(evidence_from_app_readings([_with_ids(typed) for typed in readings]))
    if not artefacts:
        return replace(Evidence.none(), settings=_settings(parts, packages))
    frames, totals = dumps_of(artefacts)
    frame, lost = _one_frame(frames)
    if packages:
        frame = name_apps(frame, pd.concat(packages, ignore_index=True).drop_duplicates())
    screens = [part.screen for part in parts if part.screen is not None]
    screen = pd.concat(screens, ignore_index=True).drop_duplicates() if screens else empty(SCREEN)
    frame = seen_or_unseen(frame, screen)
    return Evidence(
        frame=frame,
        device_totals=newest_totals(totals),
        settings=_settings(parts, packages),
        sources=tuple(source for artefact in artefacts for source in artefact.sources),
        rejected=pd.concat([*(a.rejected for a in artefacts), lost], ignore_index=True),
        phone_zone=next((a.phone_zone for a in artefacts if a.phone_zone), ""),
        screen=screen,
    )


def _one_frame(frames: list[pd.DataFrame]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what all artefacts say, once each, and the counters that told no difference.

    Buckets of two dumps: the fuller one. Contacts of two reports: the larger count.
    Backups: their differences. What is left: equal rows of two files count once.
    """
    buckets = newest_of([frame[frame["time_kind"] == "bucket"] for frame in frames])
    rest = merge_contacts([frame[frame["time_kind"] != "bucket"] for frame in frames])
    backups, lost = difference_backups(frames)
    told = [part for part in (buckets, _said_once(rest), backups) if len(part)]
    together = pd.concat(told, ignore_index=True) if told else buckets
    return give_way(together), lost


def _said_once(rows: pd.DataFrame) -> pd.DataFrame:
    if rows.empty:
        return rows
    content = [column for column in rows.columns if column not in ("source", "source_row")]
    copy = rows.groupby([*content, "source"], dropna=False, sort=False).cumcount()
    return rows[~rows[content].assign(copy=copy).duplicated()]


def _with_ids(readings: pd.DataFrame) -> pd.DataFrame:
    """Name typed apps by their id where the label is a known one; the label stays beside it."""
    labels = readings["app"].unique()
    platform = str(readings["platform"].dropna().max() if len(readings) else "")
    known = {label: app_id_of_label(label, platform=platform) or label for label in labels}
    return readings.assign(app=readings["app"].map(known).astype("str"))


def _settings(parts: list[Imported], packages: list[pd.DataFrame]) -> PhoneSettings:
    told = [part.settings for part in parts if part.settings is not None]
    if not told:
        return PhoneSettings(platform=_platform(parts))
    settings = told[-1]
    return name_settings(settings, pd.concat(packages)) if packages else settings


def _platform(parts: list[Imported]) -> str:
    """Name the platform: that of a listing's heading, else Android for netstats."""
    told = [part.evidence.settings.platform for part in parts if part.evidence is not None]
    if any(told):
        return next(platform for platform in told if platform)
    dumps = [part for part in parts if part.evidence is not None and part.app_readings is None]
    return "android" if dumps else ""
