"""Names of Android uids: `pm list packages -U`, or `dumpsys package`."""

import re
from typing import Final

import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.importers.phone._lines import clean, head_of
from esim_analysis.model import FileError

__all__ = ["IMPORTER", "first_names", "name_apps"]

_COMMAND: Final = "adb shell pm list packages -U > packages.txt"
_PROFILE: Final = 100_000  # uid = profile * 100000 + appId
_LONGEST: Final = 10  # figures of a uid, which Android keeps in 32 bits
_SIGNS: Final = re.compile(r"^\s*package:\S|^\s*Package \[[\w.]+\] \(\w+\):", re.MULTILINE)
_LISTED: Final = re.compile(
    # With -f the path comes first and may itself hold "=": the package follows the last one.
    r"^\s*package:(?:/.*=)?(?P<package>[\w.]+)(?:[ \t]+\w+:\S+)*?[ \t]+uid:(?P<uid>\d+(?:,\d+)*)",
    re.MULTILINE,
)
_DUMPED: Final = re.compile(
    r"^\s*Package \[(?P<package>[\w.]+)\] \(\w+\):"
    r"|^\s*(?:userId|appId)=(?P<uid>\d+)\b"
    r"|^\s*sharedUser=SharedUserSetting\{\S+ \S+/(?P<shared>\d+)\}",
    re.MULTILINE,
)
_APP: Final = "uid:"


def recognise(file: SourceFile) -> bool:
    """Tell a package list by its `package:` lines, a package dump by its `Package [...]` blocks."""
    return _SIGNS.search(head_of(file)) is not None


def read(file: SourceFile, options: ReadOptions) -> Imported:  # noqa: ARG001 - names have no time
    """Read which packages share which uid; profiles fall together (`uid` is the appId).

    Raises
    ------
    FileError
        The list names packages without their uids, so nothing can be joined.
    """
    text = clean(file.text)
    listed = pd.DataFrame(_LISTED.findall(text), columns=["package", "uid"], dtype="str")
    listed = listed.assign(uid=listed["uid"].str.split(",")).explode("uid")
    table = pd.concat([listed, _dumped(text)], ignore_index=True)
    written = table["uid"].astype("str")
    written = written.where(written.str.len() <= _LONGEST)  # of a damaged line
    uid = pd.to_numeric(written, errors="coerce").astype("Int64") % _PROFILE
    table = pd.DataFrame({"uid": uid, "package": table["package"].astype("str")})
    table = table.dropna().drop_duplicates().sort_values(["uid", "package"], ignore_index=True)
    if table.empty:
        raise FileError(
            file.name,
            sentence("importing.list_packages_without_their_uids"),
            sentence("importing.run_capital_u", command=_COMMAND),
        )
    return Imported(
        packages=table,
        notes=(sentence("importing.packages_named", count=table["package"].nunique()),),
    )


def first_names(packages: pd.DataFrame) -> pd.Series:
    """Return the package that stands for each uid, the alphabetically first, by app id.

    The index holds ids as evidence has them before naming: `"uid:10123"`.
    """
    first = packages.groupby("uid")["package"].min()
    return first.set_axis(_APP + first.index.astype("str"))


def name_apps(evidence_frame: pd.DataFrame, packages: pd.DataFrame) -> pd.DataFrame:
    """Give apps known by uid the name of their package.

    Of several packages behind one uid the alphabetically first names the app and
    the others go to `app_label`; an app without a package stays `uid:10123`.

    Parameters
    ----------
    evidence_frame
        Columns of `model.EVIDENCE`.
    packages
        `uid, package`, as `read` gives them; of several files, one below the other.
    """
    known = packages.drop_duplicates(["uid", "package"]).sort_values(["uid", "package"])
    first = first_names(known)
    others = known[known.duplicated("uid")].groupby("uid")["package"].agg(", ".join)
    others = others.set_axis(_APP + others.index.astype("str"))
    app, label = evidence_frame["app"], evidence_frame["app_label"]
    return evidence_frame.assign(
        app=app.map(first).astype("str").fillna(app),
        app_label=app.map(others).astype("str").fillna(label),
    )


def _dumped(text: str) -> pd.DataFrame:
    """Return package and uid of the blocks of `dumpsys package`."""
    found = pd.DataFrame(_DUMPED.findall(text), columns=["package", "uid", "shared"], dtype="str")
    found = found.mask(found == "")
    found["package"] = found["package"].ffill()
    found["uid"] = found["uid"].fillna(found["shared"])
    return found.dropna(subset=["package", "uid"])[["package", "uid"]]


IMPORTER = Importer(
    id="packages",
    title="Android package list with uids",
    side="phone",
    how=f"With USB debugging on: `{_COMMAND}`; names the apps of a netstats dump.",
    known_from="documentation",
    reach=Reach.COMPUTER,
    rank=20,
    recognise=recognise,
    read=read,
)
