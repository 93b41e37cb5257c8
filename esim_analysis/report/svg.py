"""Pieces of static pictures: x in percent, y in pixels, so that text stays readable at any width.

Every text passes through `escape`. Colours come from CSS classes, so that one
picture serves light, dark and print.
"""

from collections.abc import Iterable
from html import escape
from typing import Final

from markupsafe import Markup

_HATCH: Final = (
    '<defs><pattern id="{id}" width="6" height="6" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><rect width="2.4" height="6" class="hatch"/></pattern></defs>'
)


class Picture:
    """One accessible picture: a title that asks, a description that answers, and its shapes.

    Parameters
    ----------
    name
        Unique on the page; makes the ids of title, description and hatching.
    title, description
        Read aloud by a screen reader.
    height
        Pixels.
    """

    def __init__(self, name: str, *, title: str, description: str, height: int) -> None:
        self._name = name
        self._title = title
        self._description = description
        self._height = height
        self._shapes: list[str] = []

    def bar(  # noqa: PLR0913 - a rectangle has four numbers, a look and a name
        self, x: float, y: float, width: float, height: float, *, look: str, tip: str = ""
    ) -> None:
        """Add a rectangle: x and width in percent, y and height in pixels."""
        told = f"<title>{escape(tip)}</title>" if tip else ""
        self._shapes.append(
            f'<rect x="{x:.3f}%" y="{y:.1f}" width="{width:.3f}%" height="{height:.1f}"'
            f' class="{escape(look)}">{told}</rect>'
        )

    def hatched(self, x: float, y: float, width: float, height: float) -> None:
        """Lay hatching over a rectangle: what is there is estimated, not measured."""
        self._shapes.append(
            f'<rect x="{x:.3f}%" y="{y:.1f}" width="{width:.3f}%" height="{height:.1f}"'
            f' fill="url(#{self._name}-hatch)" pointer-events="none"/>'
        )

    def line(self, x1: float, y1: float, x2: float, y2: float, *, look: str) -> None:
        """Add a straight line; x in percent, y in pixels."""
        self._shapes.append(
            f'<line x1="{x1:.3f}%" y1="{y1:.1f}" x2="{x2:.3f}%" y2="{y2:.1f}"'
            f' class="{escape(look)}"/>'
        )

    def text(
        self, x: float, y: float, words: str, *, look: str = "", anchor: str = "start"
    ) -> None:
        """Add one line of text; x in percent, y of its baseline in pixels."""
        self._shapes.append(
            f'<text x="{x:.3f}%" y="{y:.1f}" text-anchor="{anchor}" class="{escape(look)}">'
            f"{escape(words)}</text>"
        )

    def markup(self) -> Markup:
        """Return the picture as HTML that is safe to insert."""
        name = escape(self._name)
        return Markup(  # noqa: S704 - every text in it went through escape above
            f'<svg role="img" aria-labelledby="{name}-title {name}-about" width="100%"'
            f' height="{self._height}" class="picture">'
            f'<title id="{name}-title">{escape(self._title)}</title>'
            f'<desc id="{name}-about">{escape(self._description)}</desc>'
            f"{_HATCH.format(id=f'{name}-hatch')}{''.join(self._shapes)}</svg>"
        )


def nice_ticks(top: float, *, steps: int = 3) -> list[float]:
    """Return 0 and round values up to `top`, about `steps` of them.

    >>> nice_ticks(790)
    [0.0, 400.0]
    >>> nice_ticks(834, steps=4)
    [0.0, 250.0, 500.0, 750.0]
    """
    if top < 1:
        return [0.0]
    rough = top / steps
    power = 10.0 ** (len(str(int(rough))) - 1)
    step = next(factor * power for factor in (1, 2, 2.5, 4, 5, 10) if factor * power >= rough)
    return [number * step for number in range(int(top // step) + 1)]


def legend(entries: Iterable[tuple[str, str, bool]]) -> Markup:
    """Return a list of (name, look, hatched) as HTML: the key of a picture."""
    items = "".join(
        f'<li><span class="swatch {escape(look)}{" unsure" if hatched else ""}"></span>'
        f"<bdi>{escape(name)}</bdi></li>"
        for name, look, hatched in entries
    )
    return Markup(f'<ul class="legend">{items}</ul>')  # noqa: S704 - escaped above
