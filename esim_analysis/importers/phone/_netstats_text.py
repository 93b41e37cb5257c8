"""The text of `dumpsys netstats` as tables: series (one an `ident=` line) and their rows.

Everything here is about lines: which section they stand in, which of several
dumps pasted together they belong to, which cannot be read. What the numbers
mean is decided in `netstats`. Lines are matched as Arrow arrays, those of all files at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.phone._lines import (
    Pages,
    Places,
    extract,
    flags,
    matching,
    number,
)
from esim_analysis.importers.phone._netstats_counts import read_counts
from esim_analysis.model.frames import empty

_SECTION: Final = r"^[A-Za-z][A-Za-z ]* stats:\s*$"
_RANKS: Final = {"dev": 0, "xt": 1, "uid": 2, "tag": 3}
_SERIES: Final = (
    r"^\s*ident=\[(?P<ident>.*)\]\s+uid=(?P<uid>-?\d{1,9})\s+set=(?P<set>\S+)"
    r"\s+tag=(?P<tag>0x[0-9a-fA-F]+)\s*$"
)
_WHOLE_ROW: Final = r"\s(?:op|operations)=\d+\s*$"
_OMITTING: Final = r"^\s*\(omitting \d{1,9} buckets\)"
_POLL_HEADING: Final = "Recent poll events:"
_STAMP: Final = r"^\s*(?P<stamp>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)"
_REJECT: Final = {"file": "int64", "line": "str", "field": "str", "reason": "str"}
_MS_SINCE: Final = 10**11  # seconds would mean the year 5138
_FAR_FUTURE: Final = 4_102_444_800  # the year 2100
_MS_LENGTH: Final = 10**5  # seconds would mean buckets longer than a day


@dataclass(frozen=True, slots=True)
class DumpText:
    """Netstats text of one file or of many, taken apart.

    Files are numbered in their order; dumps too, over all files, so that a dump is of one file.

    Attributes
    ----------
    series
        `file, dump, section, ident, uid, set`: untagged series of the sections `uid` and `xt`.
    rows
        `file, series, line, start, length, down, up`: buckets; seconds and bytes, the line
        counted in its own file from 0. In the order of files and lines.
    polls
        `dump, at`: naive device-local times of the polls the dumps list.
    rejected
        `file, line, field, reason`.
    dumps
        How many dumps stand in each file, one after the other.
    sections
        `file, section`: the sections found, of any dump.
    since_boot
        Files with a dump whose UID section speaks of the time since the phone's start only.
    omitted
        Buckets the phone left out of UID series when printing, by file.
    cut
        True where a file ends inside a row.
    """

    series: pd.DataFrame
    rows: pd.DataFrame
    polls: pd.DataFrame
    rejected: pd.DataFrame
    dumps: Places
    sections: pd.DataFrame
    since_boot: frozenset[int]
    omitted: Places
    cut: npt.NDArray[np.bool_]


def take_apart(texts: Sequence[str]) -> DumpText:
    """Find sections, series and rows in cleaned texts; nothing is raised, whatever they hold."""
    pages = Pages.of(texts)
    sections, dumps = _sections(pages)
    series, broken = _series(pages, sections)
    row_places = matching(pages.lines, r"^\s*(?:st|bucketStart)=")
    cut = _cut(pages, row_places)
    row_places = np.setdiff1d(row_places, cut, assume_unique=True)
    rows, bad = _rows(pages, row_places, series)
    ending = _reject(pages, cut, "row", sentence("importing.file_ends_inside_this_row"))
    omitting = _section_at(pages, sections, matching(pages.lines, _OMITTING))
    omitting = omitting[omitting["section"] == "uid"]
    left_out = number(pages.lines, omitting["line"].to_numpy(), r"omitting (?P<n>\d+)")
    boots = _section_at(pages, sections, matching(pages.lines, r"^\s*History since boot"))
    return DumpText(
        series=series.loc[series["kept"], ["file", "dump", "section", "ident", "uid", "set"]],
        rows=rows,
        polls=_polls(pages, sections, dumps),
        rejected=pd.concat([broken, bad, ending], ignore_index=True),
        dumps=dumps,
        sections=sections[["file", "section"]],
        since_boot=frozenset(boots.loc[boots["section"] == "uid", "file"].tolist()),
        omitted=np.bincount(
            omitting["file"].to_numpy(), left_out.to_numpy("int64"), len(texts)
        ).astype(np.int64),
        cut=np.isin(np.arange(len(texts)), pages.file(cut)),
    )


def _cut(pages: Pages, row_places: Places) -> Places:
    """Return the rows that end their file without being whole."""
    last = np.intersect1d(row_places, pages.ends, assume_unique=True)
    whole = flags(pc.match_substring_regex(pages.lines.take(pa.array(last)), _WHOLE_ROW))
    return last[~whole]


def _sections(pages: Pages) -> tuple[pd.DataFrame, Places]:
    """Return `line, file, section, dump` of the unindented `… stats:` headings, dumps by file."""
    places = matching(pages.lines, _SECTION)
    names = pd.Series(pages.lines.take(pa.array(places)).to_pylist(), dtype="str").str.lower()
    section = pd.Series("other", index=names.index, dtype="str")
    for kind, ending in (("dev", "dev"), ("xt", "xt"), ("uid", "uid"), ("tag", "uid tag")):
        section = section.mask(names.str.match(rf"(?:detailed )?{ending} stats:"), kind)
    found = pd.DataFrame({"line": places, "file": pages.file(places), "section": section})
    # A heading that should have come before the last one opens the next dump.
    rank = section.map(_RANKS).astype("Float64").dropna()
    of_file = found["file"].reindex(rank.index)
    opens = (rank <= rank.groupby(of_file).shift()).fillna(value=False)
    dump = opens.astype("int64").groupby(of_file).cumsum().reindex(names.index)
    dump = dump.groupby(found["file"]).ffill().fillna(0).astype("int64")
    dumps = np.zeros(len(pages.begins), np.int64)
    np.maximum.at(dumps, found["file"].to_numpy(), dump.to_numpy() + 1)
    return found.assign(dump=dump + _first_dumps(dumps)[found["file"]]), dumps


def _first_dumps(dumps: Places) -> Places:
    """Return the number of the first dump of each file."""
    return np.cumsum(dumps) - dumps


def _section_at(pages: Pages, sections: pd.DataFrame, places: Places) -> pd.DataFrame:
    """Return `line, file, section, dump` in force at each place.

    Above the first heading of its file a place is in section `"none"` of no dump.
    """
    before = np.searchsorted(sections["line"].to_numpy(), places, side="right") - 1
    found = sections[["file", "section", "dump"]].reindex(before).reset_index(drop=True)
    file = pages.file(places)
    inside = found["file"] == file
    return pd.DataFrame(
        {
            "line": places,
            "file": file,
            "section": found["section"].where(inside, "none"),
            "dump": found["dump"].where(inside, -1).astype("int64"),
        }
    )


def _series(pages: Pages, sections: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return every `ident=` line, `kept` where it is wanted, and those that cannot be read."""
    places = matching(pages.lines, r"^\s*ident=")
    fields = extract(pages.lines, places, _SERIES)
    table = _section_at(pages, sections, places).assign(
        ident=fields["ident"].astype("str"),
        uid=pd.to_numeric(fields["uid"]).astype("Int64"),
        set=fields["set"].astype("str"),
        length=_lengths(pages, places),
    )
    wanted = table["section"].isin(["uid", "xt"])
    readable = table["uid"].notna()
    tag = fields["tag"].astype("str").str.fullmatch("0x0+").fillna(value=False).astype(bool)
    table["kept"] = wanted & readable & tag
    table["broken"] = wanted & ~readable
    reason = sentence("importing.series_line_cannot_be_read")
    return table, _reject(pages, places[table["broken"].to_numpy()], "ident", reason)


def _owners(pages: Pages, series_places: Places, places: Places) -> Places:
    """Return which series each place belongs to, -1 above the first one of its file."""
    owner = np.searchsorted(series_places, places, side="right") - 1
    first = np.searchsorted(series_places, pages.begins)[pages.file(places)]
    return np.where(owner >= first, owner, -1)


def _lengths(pages: Pages, series_places: Places) -> pd.Series:
    """Return the bucket length (seconds) each series announces, missing where it does not."""
    places = matching(pages.lines, r"^\s*NetworkStatsHistory:.*bucketDuration=")
    stated = number(pages.lines, places, r"bucketDuration=(?P<n>\d{1,12})(?:\D|$)")
    length = stated.to_numpy("float64", na_value=np.nan)
    length = np.where(length >= _MS_LENGTH, length // 1000, length)
    owner = _owners(pages, series_places, places)
    announced = pd.Series(length, index=owner).loc[lambda found: found.index >= 0]
    announced = announced[~announced.index.duplicated(keep="last")]
    return announced.reindex(range(len(series_places))).astype("Int64")


def _rows(pages: Pages, places: Places, series: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    owner = _owners(pages, series["line"].to_numpy(), places)
    owned = owner >= 0
    places, owner = places[owned], owner[owned]
    wanted = series["kept"].to_numpy(bool)[owner] if len(series) else owned[:0]
    orphan = series["broken"].to_numpy(bool)[owner] if len(series) else owned[:0]
    above = sentence("importing.series_line_above_cannot_be_read")
    orphans = _reject(pages, places[orphan], "ident", above)
    places, owner = places[wanted], owner[wanted]
    start, down, up, impossible = read_counts(pages.lines, places)
    rows = pd.DataFrame(
        {
            "file": pages.file(places),
            "series": series.index.to_numpy()[owner],
            "line": pages.line(places),
            "start": start.mask(start >= _MS_SINCE, start // 1000),
            "length": series["length"].array.take(owner),
            "down": down,
            "up": up,
        }
    )
    no_length = rows["length"].fillna(0).eq(0).to_numpy(bool)
    no_start = (
        ~rows["start"].between(0, _FAR_FUTURE).fillna(value=False).to_numpy(bool) | impossible
    )
    no_bytes = (rows["down"].isna() & rows["up"].isna()).to_numpy(bool) & ~no_start
    no_length &= ~(no_start | no_bytes)
    reasons = (
        (no_start, "row", "importing.row_cannot_be_read"),
        (no_bytes, "rb, tb", "importing.row_states_no_bytes"),
        (no_length, "bucketDuration", "importing.length_of_rows_missing"),
    )
    bad = [_reject(pages, places[odd], field, sentence(key)) for odd, field, key in reasons]
    good = rows[~(no_start | no_bytes | no_length)]
    return good, pd.concat([orphans, *bad], ignore_index=True)


def _polls(pages: Pages, sections: pd.DataFrame, dumps: Places) -> pd.DataFrame:
    """Return the stamps listed right below a heading of poll events, with their dump."""
    trimmed = pc.utf8_trim_whitespace(pages.lines)
    headings = np.flatnonzero(flags(pc.equal(trimmed, _POLL_HEADING)))
    if not len(headings):
        return pd.DataFrame(
            {"dump": pd.Series(dtype="int64"), "at": pd.Series(dtype="datetime64[us]")}
        )
    stamps = matching(pages.lines, _STAMP)
    others = np.setdiff1d(np.arange(len(pages.lines)), stamps, assume_unique=True)
    above = others[np.searchsorted(others, stamps) - 1] if len(others) else stamps
    file = pages.file(stamps)
    listed = np.isin(above, headings) & (above < stamps) & (pages.file(above) == file)
    listed &= dumps[file] > 0
    stamps, file = stamps[listed], file[listed]
    text = extract(pages.lines, stamps, _STAMP)["stamp"].astype("str").str.replace("T", " ")
    firsts = sections.groupby("dump")["line"].min().to_numpy()
    last = _first_dumps(dumps)[file] + dumps[file] - 1
    dump = np.minimum(np.searchsorted(firsts, stamps), last)
    at = pd.to_datetime(text, format="%Y-%m-%d %H:%M:%S", errors="coerce").astype("datetime64[us]")
    return pd.DataFrame({"dump": dump, "at": at}).dropna().reset_index(drop=True)


def _reject(pages: Pages, places: Places, field: str, reason: str) -> pd.DataFrame:
    if not len(places):
        return empty(_REJECT)
    return pd.DataFrame(
        {
            "file": pages.file(places),
            "line": pd.Series(pages.line(places) + 1, dtype="int64").astype("str"),
            "field": pd.Series(field, index=range(len(places)), dtype="str"),
            "reason": pd.Series(reason, index=range(len(places)), dtype="str"),
        }
    )
