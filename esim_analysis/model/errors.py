"""What can go wrong, said once: file, place, what was found, the next step."""

from collections.abc import Sequence
from typing import Self


class EsimError(Exception):
    """Base of all errors a person can act on; `str(error)` is one plain sentence."""


class FrameError(EsimError):
    """A frame breaks its column contract: a mistake in code, not in data."""

    @classmethod
    def unknown_columns(cls, what: str, found: Sequence[str], known: Sequence[str]) -> Self:
        """Refuse columns the contract does not name."""
        return cls(f"{what}: unknown columns {list(found)}; known are {list(known)}")

    @classmethod
    def wrong_dtype(cls, what: str, column: str, dtype: str, problem: Exception) -> Self:
        """Refuse values a column cannot hold."""
        return cls(f"{what}: column {column!r} does not hold {dtype}: {problem}")

    @classmethod
    def broken_rule(cls, what: str, rule: str, rows: int) -> Self:
        """Refuse rows that break an invariant of the frame."""
        return cls(f"{what}: {rows} rows break the rule '{rule}'")


class FileError(EsimError):
    """One file cannot be used; the case goes on without it.

    Parameters
    ----------
    file
        Name of the file as the user knows it.
    found
        What was seen in it, in one clause.
    next_step
        What the user can do, in one clause; a command where there is one.
    place
        Line, cell or offset, where one can be named.
    """

    def __init__(self, file: str, found: str, next_step: str, *, place: str = "") -> None:
        self.file = file
        self.found = found
        self.next_step = next_step
        self.place = place
        where = f"{file}, {place}" if place else file
        super().__init__(f"{where}: {found}. Next: {next_step}.")


class QuestionError(FileError):
    """A file is readable but leaves open what must not be guessed (DESIGN 5.2)."""


class UsageError(EsimError):
    """The call itself is wrong: an unknown option, line, zone or language."""


class NothingUsableError(EsimError):
    """No input could be used; `str(error)` names each file and why.

    Parameters
    ----------
    problems
        What is wrong with each file, where that is all there is to say.
    """

    def __init__(self, said: str, *, problems: Sequence[FileError] = ()) -> None:
        self.problems = tuple(problems)
        super().__init__(said)
