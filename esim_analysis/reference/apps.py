"""Names and kinds of apps by id, and ids by the name a phone shows."""

from collections.abc import Iterable
from functools import cache
from typing import Final
from unicodedata import normalize

from esim_analysis.i18n import LANGUAGES
from esim_analysis.model import UsageError
from esim_analysis.reference.tables import table

AS_OF: Final = "2026-11"  # when `data/apps.csv` was written
_ANY: Final = "any"


def app_labels(ids: Iterable[str], lang: str) -> dict[str, str]:
    """Return the name of each app that is known; unknown ids are left out.

    Raises
    ------
    UsageError
        No such language.
    """
    if lang not in LANGUAGES:
        raise UsageError(f"unknown language {lang!r}; known are {', '.join(LANGUAGES)}")
    apps = _by_id()
    return {app: apps[app][f"name_{lang}"] for app in ids if app in apps}


def app_categories(ids: Iterable[str]) -> dict[str, str]:
    """Return the kind of each known app: `"music"`, `"maps"`, `"dictionary"`, …."""
    apps = _by_id()
    return {app: apps[app]["category"] for app in ids if app in apps}


def typical_background(ids: Iterable[str]) -> dict[str, str]:
    """Return what each known app usually does unseen: `sync`, `backup`, `preload`, `messages`, ….

    `playback` and `navigation` run on purpose while the screen is off.
    """
    apps = _by_id()
    return {app: apps[app]["typical_background"] for app in ids if app in apps}


def app_id_of_label(label: str, *, platform: str = "") -> str | None:
    """Return the id of the app a phone shows as `label`, in any of our languages.

    Parameters
    ----------
    label
        As shown or typed; case, accents of width and outer blanks do not matter.
    platform
        `"android"` or `"ios"`; without it the Android id is preferred.

    Returns
    -------
    str or None
        None for a name that is not in the table.
    """
    names = _by_name()
    wanted = _fold(label)
    order = (platform, _ANY) if platform else (_ANY, "android", "ios")
    return next((names[place, wanted] for place in order if (place, wanted) in names), None)


@cache
def _by_id() -> dict[str, dict[str, str]]:
    return {row["id"]: row for row in reversed(table("apps"))}


@cache
def _by_name() -> dict[tuple[str, str], str]:
    return {
        (row["platform"], _fold(row[f"name_{lang}"])): row["id"]
        for row in reversed(table("apps"))
        for lang in LANGUAGES
    }


def _fold(name: str) -> str:
    return normalize("NFKC", name).strip().casefold()
