"""The JSON of a file: one document, one a line, or several after another; whole or cut.

Numbers stay text, as they are written: nothing is rounded on the way, and a number of
a million digits costs no more than its text.
"""

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.files import SourceFile
from esim_analysis.model import FileError

_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]', re.DOTALL)
_BLANK: Final = re.compile(r"[\s,]*")
_CLOSER: Final = {"{": "}", "[": "]"}
_MAX_DEPTH: Final = 64
_DECODER: Final = json.JSONDecoder(
    parse_float=str, parse_int=str, parse_constant=lambda _name: None
)
CUT: Final = sentence("importing.text_cut_damaged_from_here")


@dataclass(frozen=True, slots=True)
class Document:
    """The JSON values of a file.

    Attributes
    ----------
    roots
        Values with the place each stands at: `""` for the one of a file, else `"line 3"`.
    damaged
        `(place, reason)` of text that is no JSON.
    """

    roots: list[tuple[str, Any]]
    damaged: list[tuple[str, str]]


def decoder() -> json.JSONDecoder:
    """Return the decoder that leaves numbers as they are written."""
    return _DECODER


def whole_part(text: str, begin: int) -> tuple[Any, int]:
    """Return what is whole of a damaged value, None for nothing, and where its line ends."""
    found, end, _ = _value(text, begin)
    return found, end


def too_deep(name: str) -> FileError:
    """Return the error of lists inside lists without end."""
    return FileError(
        name,
        sentence("importing.json_nested_too_deeply_list"),
        sentence("importing.export_records_again"),
    )


def read_document(file: SourceFile) -> Document:
    """Read all JSON of a file; what stands whole before a cut is kept.

    Raises
    ------
    FileError
        Not one value can be read, or the file is too deeply nested.
    """
    text = file.text.lstrip("\ufeff")
    try:
        roots, damaged = _values(text)
    except RecursionError as problem:
        raise too_deep(file.name) from problem
    if not roots:
        raise FileError(
            file.name,
            sentence("importing.json_cut_damaged_from_start"),
            sentence("importing.download_again_2"),
        )
    if len(roots) == 1:
        roots = [("", roots[0][1])]
    return Document(roots, damaged)


def _values(text: str) -> tuple[list[tuple[str, Any]], list[tuple[str, str]]]:
    """Return values with the line each begins on, and the places that are damaged."""
    try:
        return [("line 1", _DECODER.decode(text))], []
    except ValueError:
        return _one_by_one(text)


def _one_by_one(text: str) -> tuple[list[tuple[str, Any]], list[tuple[str, str]]]:
    """Read value after value; after a damaged one go on with the next line."""
    roots: list[tuple[str, Any]] = []
    damaged: list[tuple[str, str]] = []
    at, line, counted, sound = 0, 1, 0, True
    while (at := _end_of(_BLANK, text, at)) < len(text):
        line, counted = line + text.count("\n", counted, at), at
        value, at, whole = _value(text, at)
        if value is not None:
            roots.append((f"line {line}", value))
        # One damage leaves many lines behind that mean nothing: its first is named.
        if not whole and sound:
            damaged.append((f"line {line}", CUT))
        sound = whole
    return roots, damaged


def _value(text: str, begin: int) -> tuple[Any, int, bool]:
    """Return the value at `begin`, where to go on, and whether it was whole."""
    if text[begin] not in _CLOSER:
        return None, _line_end(text, begin), False
    try:
        value, end = _DECODER.raw_decode(text, begin)
    except ValueError as problem:
        end = max(getattr(problem, "pos", begin), begin)
    else:
        return value, end, True
    mended = _mend(text, begin, end)
    try:
        return (_DECODER.decode(mended) if mended else None), _line_end(text, end), False
    except ValueError:
        return None, _line_end(text, end), False


def _mend(text: str, begin: int, end: int) -> str:
    """Return the text up to the last whole element of a list, with all brackets closed."""
    open_ones: list[str] = []
    kept, closers = 0, ""
    for token in _TOKEN.finditer(text, begin, end):
        mark = token.group()
        if mark in _CLOSER:
            open_ones.append(mark)
            if len(open_ones) > _MAX_DEPTH:
                return ""
        elif mark in "}]":
            if not open_ones or _CLOSER[open_ones.pop()] != mark:
                break
            if open_ones and open_ones[-1] == "[":
                kept = token.end()
                closers = "".join(_CLOSER[one] for one in reversed(open_ones))
    return text[begin:kept] + closers if kept else ""


def _end_of(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1
