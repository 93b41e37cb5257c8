"""Records inside JSON, whatever envelope they came in."""

from dataclasses import dataclass, field
from typing import Any, Final

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.jsons.documents import Document

MAX_DEPTH: Final = 32
_NEXT: Final = frozenset(
    {
        "next_page_url",
        "next_page",
        "nextPage",
        "nextPageUrl",
        "next",
        "continues",
        "hasMore",
        "has_more",
        "hasMoreData",
        "lastEvaluatedKey",
    }
)
_PAGES: Final = (("page_number", "total_pages"), ("current_page", "last_page"))


@dataclass(frozen=True, slots=True)
class Found:
    """Records with what stands around them.

    Attributes
    ----------
    items
        The records.
    outers
        Fields of the objects around each record, those of the nearest first; no lists.
    places
        JSON pointer of each record, behind `"line 3"` in a file of several documents.
    strange
        `(place, reason)` of list entries beside records that are none.
    pages
        Places of answers that name a further page.
    """

    items: list[dict[str, Any]] = field(default_factory=list)
    outers: list[dict[str, Any]] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    strange: list[tuple[str, str]] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)

    @property
    def more(self) -> bool:
        """Tell whether some answer names a further page."""
        return bool(self.pages)


def find_records(document: Document, *key_sets: frozenset[str]) -> Found:
    """Find all objects that have the keys of one of `key_sets`, at any depth.

    Objects beside a record in its list are taken as records too, so that one that
    lost a key is rejected with a reason and not overlooked.
    """
    walk = Walk(key_sets, Found())
    for place, root in document.roots:
        walk.through(root, place, {}, MAX_DEPTH)
    return walk.found


@dataclass(frozen=True, slots=True)
class Walk:
    """A walk through values of JSON that collects records on its way."""

    key_sets: tuple[frozenset[str], ...]
    found: Found

    def through(self, node: object, place: str, outer: dict[str, Any], depth: int) -> None:
        """Collect the records in `node`, which stands at `place` inside `outer`."""
        if depth == 0:
            self.found.strange.append((place, sentence("importing.nested_too_deeply_record")))
        elif isinstance(node, list):
            self.through_list(node, place, outer, depth)
        elif isinstance(node, dict) and self.is_record(node):
            self._keep(node, place, outer)
        elif isinstance(node, dict):
            if has_next(node):
                self.found.pages.append(place)
            inner = outer | {name: value for name, value in node.items() if not _is_list(value)}
            for name, value in node.items():
                if isinstance(value, dict | list):
                    self.through(value, f"{place}/{escaped(name)}", inner, depth - 1)

    def through_list(  # noqa: PLR0913 - a list, where it stands, and what came before
        self,
        part: list[Any],
        place: str,
        outer: dict[str, Any],
        depth: int,
        begin: int = 0,
        *,
        known: bool = False,
    ) -> bool:
        """Go through a list, or its part from `begin` on; tell whether it holds records.

        `known`: an earlier part of it did.
        """
        known = known or any(isinstance(one, dict) and self.is_record(one) for one in part)
        for number, one in enumerate(part, start=begin):
            here = f"{place}/{number}"
            if known and isinstance(one, dict):
                self._keep(one, here, outer)
            elif known and not isinstance(one, list):
                self.found.strange.append((here, sentence("importing.not_object_fields")))
            else:
                self.through(one, here, outer, depth - 1)
        return known

    def _keep(self, item: dict[str, Any], place: str, outer: dict[str, Any]) -> None:
        self.found.items.append(item)
        self.found.outers.append(outer)
        self.found.places.append(place or "/")

    def is_record(self, node: dict[str, Any]) -> bool:
        """Tell a record by its keys."""
        return any(keys <= node.keys() for keys in self.key_sets)


def _is_list(value: object) -> bool:
    return isinstance(value, list)


def has_next(node: dict[str, Any]) -> bool:
    """Tell whether an answer names a further page."""
    named = any(node.get(name) not in (None, "", False, "0") for name in _NEXT & node.keys())
    return named or any(_below(node.get(at), node.get(of)) for at, of in _PAGES)


def _below(at: object, of: object) -> bool:
    """Tell whether this is page `at` of more pages; numbers are text here."""
    if not (isinstance(at, str) and isinstance(of, str)):
        return False
    return at.isdecimal() and of.isdecimal() and (len(at), at) < (len(of), of)


def escaped(name: str) -> str:
    """Return a name as a step of a JSON pointer."""
    return name[:60].replace("~", "~0").replace("/", "~1")
