"""Android's data settings: `adb shell dumpsys netpolicy`."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.importers.phone._lines import clean, head_of
from esim_analysis.importers.phone.packages import first_names
from esim_analysis.model import FileError, PhoneSettings

__all__ = ["IMPORTER", "name_settings"]

_COMMAND: Final = "adb shell dumpsys netpolicy > netpolicy.txt"
_PROFILE: Final = 100_000  # uid = profile * 100000 + appId
_DENIED: Final = re.compile(r"can't dump \S*polic\S*", re.IGNORECASE)
_SIGNS: Final = re.compile(r"^\s*(?:Restrict background:|Policy for UIDs:)", re.MULTILINE)
_DATA_SAVER: Final = re.compile(r"^\s*Restrict background: (true|false)\b", re.MULTILINE)
# The lines right below the heading only: later logs repeat policies that no longer hold.
_POLICIES: Final = re.compile(
    r"^[ \t]*Policy for UIDs:[ \t]*\n((?:[ \t]*UID=\d+ policy=.*\n?)*)", re.MULTILINE
)
_POLICY: Final = re.compile(r"UID=(\d+) policy=(\d+)?[ \t]*\(?([A-Z_|, ]*)\)?")
_REJECT_BACKGROUND: Final = 1
_ALLOW_BACKGROUND: Final = 4
_LIMIT: Final = re.compile(r"\blimitBytes=(\d+)")
_CYCLE: Final = re.compile(r"\bcycleDay=(\d+)|RecurrenceRule\{start=\d+-\d\d-(\d\d)")
_MOBILE: Final = re.compile(r"\bmatchRule=(?:\S*MOBILE|CARRIER|1\b|6\b|10\b)")
_INFERRED: Final = "inferred=true"  # Android's own default, not a choice of the user


def recognise(file: SourceFile) -> bool:
    """Tell netpolicy text, or the refusal printed in its place, by its headings."""
    head = head_of(file)
    return bool(_SIGNS.search(head) or _DENIED.search(head))


def read(file: SourceFile, options: ReadOptions) -> Imported:  # noqa: ARG001 - settings have no time
    """Read Data Saver, per-app background switches, and the user's own limit and cycle day.

    A limit or cycle day is given only where all mobile networks agree on it:
    the file does not say which of two SIMs is the billed one.

    Raises
    ------
    FileError
        The phone refused, or the text holds none of these.
    """
    text = clean(file.text)
    if _SIGNS.search(text) is None:
        raise FileError(
            file.name,
            sentence("importing.phone_refused_show_data_settings")
            if _DENIED.search(text)
            else sentence("importing.none_phone_data_settings_text"),
            sentence("importing.connect_phone_computer_usb_debugging_run", command=_COMMAND),
        )
    saver = _DATA_SAVER.search(text)
    block = _POLICIES.search(text)
    policies = _POLICY.findall(block.group(1)) if block else []
    networks = [
        line
        for line in re.findall(r"^.*\bNetworkPolicy[\[{].*$", text, re.MULTILINE)
        if _MOBILE.search(line) and _INFERRED not in line
    ]
    limit, limit_note = _agreed(map(_limit, networks), sentence("importing.data_limits"))
    cycle, cycle_note = _agreed(map(_cycle_day, networks), sentence("importing.cycle_days"))
    settings = PhoneSettings(
        platform="android",
        data_saver=saver.group(1) == "true" if saver else None,
        background_off=_with(policies, _REJECT_BACKGROUND, "REJECT_METERED_BACKGROUND"),
        data_saver_exempt=_with(policies, _ALLOW_BACKGROUND, "ALLOW_METERED_BACKGROUND"),
        limit_bytes=limit,
        cycle_day=cycle,
    )
    return Imported(settings=settings, notes=tuple(filter(None, (limit_note, cycle_note))))


def name_settings(settings: PhoneSettings, packages: pd.DataFrame) -> PhoneSettings:
    """Give apps known by uid the names `packages.name_apps` gives them in evidence.

    Parameters
    ----------
    settings
        Ids as `read` gives them, `"uid:10123"`.
    packages
        `uid, package`.
    """
    names = first_names(packages).to_dict()
    return replace(
        settings,
        background_off=frozenset(names.get(app, app) for app in settings.background_off),
        data_saver_exempt=frozenset(names.get(app, app) for app in settings.data_saver_exempt),
    )


def _with(policies: list[tuple[str, str, str]], flag: int, word: str) -> frozenset[str]:
    """Return the apps (by appId: profiles fall together) whose policy has a flag or its name."""
    return frozenset(
        f"uid:{int(uid) % _PROFILE}"
        for uid, number, words in policies
        if int(number or 0) & flag or word in re.split(r"[|, ]+", words)
    )


def _limit(policy: str) -> int | None:
    found = _LIMIT.search(policy)
    return int(found.group(1)) if found else None


def _cycle_day(policy: str) -> int | None:
    found = _CYCLE.search(policy)
    return int(found.group(1) or found.group(2)) if found else None


def _agreed(values: Iterable[int | None], what: str) -> tuple[int | None, str]:
    distinct = set(values)
    if len(distinct) > 1:
        return None, sentence("importing.phone_sims_have_different_none", what=what)
    return next(iter(distinct), None), ""


IMPORTER = Importer(
    id="netpolicy",
    title="Android dumpsys netpolicy",
    side="phone",
    how=f"With USB debugging on: `{_COMMAND}`; says which switches are already off.",
    known_from="real files",
    reach=Reach.COMPUTER,
    rank=30,
    recognise=recognise,
    read=read,
)
