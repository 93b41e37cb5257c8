"""A JSON text read piece by piece: a window moves over it, values inside are decoded whole."""

import codecs
import io
import json
import re
from collections.abc import Iterator
from typing import Any, Final

from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.jsons.documents import decoder, whole_part

SPAN: Final = 1 << 20  # characters a value may have to be decoded at once
_BLANK: Final = re.compile(r"\s*")
_NEAR: Final = 16  # characters before the end of the window: longer than any cut literal
_UNTERMINATED: Final = "Unterminated string"


class BrokenError(ValueError):
    """What stands here is no JSON, or the text ends inside a value."""


class LargeError(ValueError):
    """A value has more than `SPAN` characters."""


class Window:
    """A part of a text, of which everything before `at` is done with."""

    def __init__(self, file: SourceFile) -> None:
        make = codecs.getincrementaldecoder(file.encoding)
        lines = io.IncrementalNewlineDecoder(make(errors="replace"), translate=True)
        self._parts = _decoded(file, lines)
        self._ended = False
        self._line, self._counted = 1, 0
        self.text, self.at = "", 0

    @property
    def line(self) -> int:
        """Number of the line at `at`."""
        self._line += self.text.count("\n", self._counted, self.at)
        self._counted = self.at
        return self._line

    def peek(self) -> str:
        """Return the next character that is no blank, `""` at the end; `at` moves to it."""
        while True:
            found = _BLANK.match(self.text, self.at)
            self.at = self.at if found is None else found.end()
            if self.at < len(self.text) or not self._more():
                return self.text[self.at : self.at + 1]

    def take(self, mark: str) -> bool:
        """Step over `mark` if it comes next."""
        there = self.peek() == mark
        self.at += there
        return there

    def value(self) -> Any:  # noqa: ANN401 - any JSON
        """Return the value that comes next, decoded whole, and step over it.

        Raises
        ------
        BrokenError, LargeError
            `at` stays where the value begins.
        RecursionError
            It is nested too deeply.
        """
        self.peek()
        while True:
            try:
                found, end = decoder().raw_decode(self.text, self.at)
            except json.JSONDecodeError as problem:
                if not self._ends_inside(problem):
                    raise BrokenError from problem
            except StopIteration as problem:
                raise BrokenError from problem
            else:
                # A number may go on beyond the window.
                if end < len(self.text) or not self._more():
                    self.at = end
                    return found
                continue
            if len(self.text) - self.at > SPAN:
                raise LargeError
            if not self._more():
                raise BrokenError

    def mended(self) -> Any:  # noqa: ANN401 - any JSON
        """Return what is whole of a broken value, None for nothing; step to the next line."""
        found, self.at = whole_part(self.text, self.at) if self.peek() else (None, self.at)
        while self.at >= len(self.text) and self._more():
            end = self.text.find("\n")
            self.at = len(self.text) if end < 0 else end + 1
        return found

    def _ends_inside(self, problem: json.JSONDecodeError) -> bool:
        near = problem.pos >= len(self.text) - _NEAR
        return near or problem.msg.startswith(_UNTERMINATED)

    def _more(self) -> bool:
        """Move the window on; False at the end of the text."""
        if self._ended:
            return False
        _ = self.line
        part = next(self._parts, "")
        self._ended = not part
        self.text, self.at, self._counted = self.text[self.at :] + part, 0, 0
        return bool(part)


def _decoded(file: SourceFile, lines: io.IncrementalNewlineDecoder) -> Iterator[str]:
    for part in file.parts():
        if text := lines.decode(part):
            yield text.lstrip("\ufeff")
    if text := lines.decode(b"", final=True):
        yield text
