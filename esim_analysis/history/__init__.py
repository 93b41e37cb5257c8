"""What earlier exports said: kept in one file; what changed since, what a switch really saved."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from esim_analysis.history.changes import Change, Changes, changes
from esim_analysis.history.saving import Saving

if TYPE_CHECKING:
    from esim_analysis.history.gathering import gather, since_last_look
    from esim_analysis.history.kept import History, Look
    from esim_analysis.history.store import FILE_NAME, HistoryError

__all__ = [
    "FILE_NAME",
    "Change",
    "Changes",
    "History",
    "HistoryError",
    "Look",
    "Saving",
    "changes",
    "gather",
    "since_last_look",
]

_HOME = {
    "FILE_NAME": "store",
    "History": "kept",
    "HistoryError": "store",
    "Look": "kept",
    "gather": "gathering",
    "since_last_look": "gathering",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the type is that of the public name
    """Load the database only when a history is used: two exports are compared without one."""
    if name in _HOME:
        return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)
