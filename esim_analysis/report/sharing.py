"""What a shared file may tell, level by level, and what it says about itself."""

from collections.abc import Sequence
from typing import Final, get_args

from esim_analysis.explorer import Share
from esim_analysis.model import UsageError

SHARE_LEVELS: Final[tuple[Share, ...]] = get_args(Share)


def level(share: str) -> Share:
    """Return a share level by its name.

    Raises
    ------
    UsageError
        There is no such level.
    """
    for known in SHARE_LEVELS:
        if share == known:
            return known
    raise UsageError(f"unknown share level {share!r}; known are {', '.join(SHARE_LEVELS)}")


def contents(left_out: Sequence[str]) -> list[str]:
    """Return keys of `report.contains_…`: what is in the file, given what is not.

    Parameters
    ----------
    left_out
        Keys of `explorer.left_out_…`.
    """
    gone = set(left_out)
    apps = "kinds" if "names" in gone else "apps"
    hours = "found_hours" if "hours" in gone else "hours"
    hosts = [] if "domains" in gone else ["domains" if "hosts" in gone else "hosts"]
    files = "numbered_files" if "names" in gone else "files"
    return [apps, "days", hours, *hosts, "rows", files]
