"""Files from the browser to the kernel: dropped, picked, or pasted; a card for each."""

import tempfile
from collections.abc import Sequence
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import anywidget
import traitlets

from esim_analysis.case import Case, open_case
from esim_analysis.figures.text import plain
from esim_analysis.i18n import Words
from esim_analysis.importers.reading import Reading
from esim_analysis.model import EsimError
from esim_analysis.report.names import without_ids
from esim_analysis.report.provenance import unit_word
from esim_analysis.widgets.arrivals import Arrivals

_WORDS: Final = (
    "widgets.drop",
    "widgets.choose_files",
    "widgets.choose_folder",
    "widgets.paste",
    "widgets.paste_hint",
    "widgets.take",
    "widgets.sending",
)
_MOBILE: Final = ("cellular", "unknown")
_LONGEST_NAME: Final = 80


class DropZone(anywidget.AnyWidget):
    """A place to drop files on; what arrives replaces the files it began with.

    Files travel in pieces of at most 4 MB, each answered, so that exports of any
    size pass through a plain `jupyter lab`. They are kept in a folder of their own
    that goes with the widget, never in the project.
    """

    _esm = files(__package__).joinpath("drop_zone.js").read_text(encoding="utf-8")
    _css = files(__package__).joinpath("drop_zone.css").read_text(encoding="utf-8")
    cards = traitlets.List(traitlets.Dict()).tag(sync=True)
    _words = traitlets.Dict().tag(sync=True)

    def __init__(self, start_with: Sequence[str | Path] = (), *, lang: str = "en") -> None:
        words = Words(lang)
        super().__init__(_words={key.removeprefix("widgets."): words.say(key) for key in _WORDS})
        self._said = words
        self._start_with = tuple(Path(each) for each in start_with)
        self._folder = tempfile.TemporaryDirectory(prefix="esim-analysis-")
        self._case: Case | None = None
        self._arrivals = Arrivals(Path(self._folder.name))
        self.on_msg(self._received)
        self._read()

    @property
    def files(self) -> tuple[Path, ...]:
        """What arrived; until then what it began with."""
        return self._arrivals.complete or self._start_with

    def case(self, *, timezone: str | None = None) -> Case:
        """Return what the files hold as a case, without reading them a second time.

        Parameters
        ----------
        timezone
            As in `open_case`; with one the files are read again, in that zone.
        """
        if self._case is not None and timezone is None:
            return self._case
        return open_case(*self.files, timezone=timezone, lang=self._said.lang)

    def _received(self, _widget: object, content: dict[str, Any], buffers: list[Any]) -> None:
        if content.get("done"):
            self._read()
            return
        piece = bytes(buffers[0]) if buffers else b""
        first, last = bool(content.get("first")), bool(content.get("last"))
        self._arrivals.take(str(content.get("name", "")), piece, first=first, last=last)
        self.send({"taken": len(piece)})

    def _read(self) -> None:
        """Read the files once, for their cards and for the case."""
        self._case = None
        if not self.files:
            self.cards = []
            return
        try:
            self._case = open_case(*self.files, lang=self._said.lang)
            self.cards = _cards(self._case, self._said)
        except EsimError as problem:
            self.cards = [_card("", without_ids(self._said.trouble(problem)), good=False)]

    def __repr__(self) -> str:
        """Return the cards as lines, for a page without a kernel."""
        return "\n".join(f"{card['name']}: {card['told']}" for card in self.cards)

    def close(self) -> None:
        """Take the widget away, and the files it received."""
        super().close()
        with suppress(OSError):
            self._folder.cleanup()


def drop_files(*start_with: str | Path, lang: str = "en") -> DropZone:
    """Return a place to drop files on, showing `start_with` until something arrives.

    Its `files` are paths for `open_case`.
    """
    return DropZone(start_with, lang=lang)


def _cards(case: Case, words: Words) -> list[dict[str, Any]]:
    reading = case.reading
    decisions = reading.usage.decisions
    volumes = _volumes(reading)
    told = []
    for source in (*reading.usage.sources, *reading.evidence.sources):  # a handful of files
        parts = [
            words.say("widgets.card_kept", importer=source.importer,
                      kept=words.number(source.kept), count=source.kept)
            if source.kept or source.rejected else source.importer,  # settings and names have no rows
            words.say("widgets.card_duplicates", count=source.duplicates,
                      number=words.number(source.duplicates)) if source.duplicates else "",
            words.say("widgets.card_rejected", count=source.rejected,
                      number=words.number(source.rejected)) if source.rejected else "",
            words.volume(volumes[source.id]) if volumes.get(source.id) else "",
        ]  # fmt: skip
        if source.id in decisions:
            unit = decisions[source.id].unit
            origin = words.say(f"report.origin_{unit.origin}")
            parts.append(f"{unit_word(unit, words)} ({origin})")
        good = source.rejected == 0
        told.append(_card(source.id, " · ".join(part for part in parts if part), good=good))
    problems = (_card(each.file, words.retell(each.found), good=False) for each in reading.problems)
    return [*told, *problems]


def _volumes(reading: Reading) -> dict[str, int]:
    """Return the mobile bytes each file tells of, by its name."""
    bill = reading.usage.billed.groupby(reading.usage.frame["source"]).sum()
    phone = reading.evidence.frame
    phone = phone[phone["interface"].isin(_MOBILE)]
    seen = phone[["bytes_up", "bytes_down"]].sum(axis=1).groupby(phone["source"]).sum()
    return {str(file): int(volume) for file, volume in (*seen.items(), *bill.items())}


def _card(name: str, told: str, *, good: bool) -> dict[str, Any]:
    return {"name": plain(name, limit=_LONGEST_NAME), "told": told, "good": good}
