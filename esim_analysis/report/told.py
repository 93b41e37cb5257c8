"""Sentences to read: one that leads, and those behind it."""

from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class Told:
    """A terminal shows the text, a notebook the list."""

    headline: str
    lines: tuple[str, ...]
    title: str = ""

    def __str__(self) -> str:
        """Return everything, a sentence a line."""
        return "\n".join((self.headline, *self.lines))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        items = "".join(f"<li>{escape(line)}</li>" for line in self.lines)
        return f"<p><b>{escape(self.headline)}</b></p><ul>{items}</ul>"
