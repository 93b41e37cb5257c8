"""Pieces of files on their way in: put together in one folder, whatever they are called."""

import re
from pathlib import Path
from typing import Final

_NAMELESS: Final = "file"
_LONGEST: Final = 120
_UNFIT: Final = re.compile(r'[\x00-\x1f<>:"|?*]')


class Arrivals:
    """Files that arrive piece by piece, one after the other."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._complete: list[Path] = []
        self._open: Path | None = None

    @property
    def complete(self) -> tuple[Path, ...]:
        """Files whose last piece has come, in the order they came."""
        return tuple(self._complete)

    def take(self, name: str, piece: bytes, *, first: bool, last: bool) -> None:
        """Add a piece to its file; a piece whose beginning is missing is left out."""
        if first:
            self._open = self._free(name)
            self._open.write_bytes(b"")
        if self._open is None:
            return
        with self._open.open("ab") as stream:
            stream.write(piece)
        if last:
            self._complete.append(self._open)
            self._open = None

    def _free(self, name: str) -> Path:
        """Return a path inside the folder that is not taken: a browser's name is only a wish."""
        own = _UNFIT.sub("_", re.split(r"[\\/]", name)[-1])[-_LONGEST:].lstrip(".") or _NAMELESS
        path, number = self._folder / own, 2
        while path.exists():
            path = self._folder / f"{Path(own).stem}-{number}{Path(own).suffix}"
            number += 1
        return path
