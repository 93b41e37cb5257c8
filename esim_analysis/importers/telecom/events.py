"""Events of a charging file as rows of text, as a declared format reads them."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final

import pandas as pd

from esim_analysis.i18n.sentences import listing, sentence
from esim_analysis.importers.declared.rows import Rows
from esim_analysis.importers.declared.usage import Field, UsageFormat
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.telecom.ber import BerError, Element
from esim_analysis.model import FileError

MAX_FILE: Final = 60_000_000  # bytes; files between operators are cut far below
FIELDS: Final[tuple[Field, ...]] = (
    "start", "seconds", "up", "down", "record_id", "session_id", "line",
    "plmn", "network", "country", "rat", "apn", "charge", "currency",
)  # fmt: skip


def charging_format(name: str) -> UsageFormat:
    """Return the declaration that all charging files share: bytes, times with their offsets."""
    return UsageFormat(
        id=name, columns={field: (field,) for field in FIELDS}, time_quality="partial"
    )


def content(file: SourceFile) -> bytes:
    """Return the bytes of a file between operators.

    Raises
    ------
    FileError
        It is larger than such files are.
    """
    data = file.data
    if len(data) > MAX_FILE:
        raise FileError(
            file.name,
            sentence("importing.charging_file_over_mb", megabytes=MAX_FILE // 10**6),
            sentence("importing.split_at_record_give_parts"),
        )
    return data


def data_events(  # noqa: PLR0913 - what differs between two kinds of file
    events: Element | None,
    row: Callable[[Element], tuple[dict[str, str], int]],
    *,
    data: int,
    others: Mapping[int, str],
    announced: int | None,
    notes: Sequence[str] = (),
) -> Rows:
    """Return the data events of a file, up to where it is damaged or cut.

    Parameters
    ----------
    row
        Reads one event as text (`FIELDS`), with how many of its volumes were mended.
    data, others
        Tag of a data event, and the names of those that carry no volume.
    announced
        How many events the file says it holds.
    notes
        What else is said of the file.
    """
    found, places, left_out, mended, seen = [], [], Counter[str](), 0, 0
    damaged: list[tuple[str, str]] = []
    for place, event in _readable(events, damaged):
        seen += 1
        if event.tag != data:
            left_out[others.get(event.tag, sentence("importing.of_an_unknown_kind"))] += 1
            continue
        try:
            told, repaired = row(event)
        except BerError as problem:
            why = sentence("importing.event_cannot_be_read", problem=problem.what)
            damaged.append((place, why))
            continue
        mended += repaired
        found.append(told)
        places.append(place)
    said = [*_counted(left_out), *_miscounted(announced, seen), *mended_note(mended), *notes]
    return rows_of(found, places=places, damaged=damaged, notes=said)


def rows_of(
    events: Sequence[Mapping[str, str]],
    *,
    places: Iterable[str],
    damaged: Sequence[tuple[str, str]] = (),
    notes: Sequence[str] = (),
) -> Rows:
    """Return events (`FIELDS`, `""` where unknown) as rows."""
    index = pd.Index(list(places), dtype="str")
    table = pd.DataFrame(list(events), index=index, columns=list(FIELDS)).astype("str")
    filled = table.where(table != "")
    return Rows(
        places=index,
        column=partial(_column, filled),
        damaged=tuple(damaged),
        notes=tuple(notes),
    )


def mended_note(count: int) -> list[str]:
    """Return the sentence on volumes that had to be mended, none where none had."""
    return [sentence("importing.volumes_lost_leading_zero_byte", count=count)] if count else []


def _counted(kinds: Counter[str]) -> list[str]:
    """Return one sentence on events that carry no data volume, none where there are none."""
    if not kinds:
        return []
    events = sentence("importing.events")
    said = listing(
        sentence("importing.count_of_a_kind", count=count, kind=kind)
        for kind, count in sorted(kinds.items())
    )
    return [
        sentence(
            "importing.carry_no_data_volume_left", count=sum(kinds.values()), what=events, said=said
        )
    ]


def _miscounted(announced: int | None, events: int) -> list[str]:
    """Return a sentence where the count a file gives of itself is not what it holds."""
    if announced is None or announced == events:
        return []
    return [sentence("importing.file_says_holds_events_holds", announced=announced, events=events)]


def _readable(
    events: Element | None, damaged: list[tuple[str, str]]
) -> Iterator[tuple[str, Element]]:
    """Yield each event with its place; what is damaged from here on is noted, not raised."""
    at = 0
    try:
        for at, event in enumerate(events.children() if events else (), start=1):
            yield f"event {at}", event
    except BerError as problem:
        why = sentence("importing.cannot_be_read_from_here", problem=str(problem))
        damaged.append((f"event {at + 1}", why))


def _column(table: pd.DataFrame, names: Sequence[str]) -> pd.Series:
    return table[names[0]].astype("str")
