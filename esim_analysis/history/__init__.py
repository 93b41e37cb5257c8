"""What earlier exports said: what changed since, and what a switch really saved."""

from esim_analysis.history.changes import Change, Changes, changes
from esim_analysis.history.saving import Saving

__all__ = ["Change", "Changes", "Saving", "changes"]
