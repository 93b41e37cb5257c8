"""What earlier exports said: kept in one file; what changed since, what a switch really saved."""

from esim_analysis.history.changes import Change, Changes, changes
from esim_analysis.history.gathering import gather, since_last_look
from esim_analysis.history.kept import History, Look
from esim_analysis.history.saving import Saving
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
