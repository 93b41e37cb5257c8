"""The text of `dumpsys netstats` as tables: series (one an `ident=` line) and their rows.

Everything here is about lines: which section they stand in, which of several
dumps pasted together they belong to, which cannot be read. What the numbers
mean is decided in `netstats`. Lines are matched as Arrow arrays, never one by one.
"""

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.phone._lines import (
    Lines,
    Places,
    extract,
    flags,
    matching,
    number,
)
from esim_analysis.model.frames import empty

_SECTION: Final = r"^[A-Za-z][A-Za-z ]* stats:\s*$"
_RANKS: Final = {"dev": 0, "xt": 1, "uid": 2, "tag": 3}
_SERIES: Final = (
    r"^\s*ident=\[(?P<ident>.*)\]\s+uid=(?P<uid>-?\d{1,9})\s+set=(?P<set>\S+)"
    r"\s+tag=(?P<tag>0x[0-9a-fA-F]+)\s*$"
)
_ROW: Final = r"^\s*(?:st|bucketStart)=(?P<start>-?\d{1,15})(?P<counts>(?:\s+\w+=-?\d{1,18})*)\s*$"
_DOWN: Final = r"\s(?:rb|rxBytes)=(?P<n>\d{1,13})(?:\s|$)"
_UP: Final = r"\s(?:tb|txBytes)=(?P<n>\d{1,13})(?:\s|$)"
_IMPOSSIBLE: Final = r"\s(?:rb|rxBytes|tb|txBytes)=(?:-|\d{14})"
_WHOLE_ROW: Final = re.compile(r"\s(?:op|operations)=\d+\s*$")
_POLL_HEADING: Final = "Recent poll events:"
_STAMP: Final = r"^\s*(?P<stamp>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)"
_REJECT: Final = {"line": "str", "field": "str", "reason": "str"}
_MS_SINCE: Final = 10**11  # seconds would mean the year 5138
_FAR_FUTURE: Final = 4_102_444_800  # the year 2100
_MS_LENGTH: Final = 10**5  # seconds would mean buckets longer than a day


@dataclass(frozen=True, slots=True)
class DumpText:
    """One file of netstats text, taken apart.

    Attributes
    ----------
    series
        `dump, section, ident, uid, set`: untagged series of the sections `uid` and `xt`.
    rows
        `series, line, start, length, down, up`: buckets; seconds and bytes.
    polls
        `dump, at`: naive device-local times of the polls the dump lists.
    rejected
        `line, field, reason`.
    dumps
        How many dumps stand in the file, one after the other.
    sections
        The sections found, of any dump.
    since_boot
        Dumps whose UID section speaks of the time since the phone's start only.
    omitted
        Buckets the phone left out of UID series when printing.
    cut
        True when the file ends inside a row.
    """

    series: pd.DataFrame
    rows: pd.DataFrame
    polls: pd.DataFrame
    rejected: pd.DataFrame
    dumps: int
    sections: frozenset[str]
    since_boot: frozenset[int]
    omitted: int
    cut: bool


def take_apart(text: str) -> DumpText:
    """Find sections, series and rows in cleaned text; nothing is raised, whatever it holds."""
    split = text.split("\n")
    lines = pa.array(split, pa.large_string())
    sections = _sections(lines)
    series, broken = _series(lines, sections)
    row_places = matching(lines, r"^\s*(?:st|bucketStart)=")
    cut = bool(len(row_places)) and row_places[-1] == len(split) - 1
    cut = cut and not _WHOLE_ROW.search(split[-1])
    if cut:
        row_places = row_places[:-1]
    rows, bad = _rows(lines, row_places, series)
    rejected = [broken, bad]
    if cut:
        rejected.append(
            _reject(
                np.array([len(split) - 1]), "row", sentence("importing.file_ends_inside_this_row")
            )
        )
    omitting = _section_at(sections, matching(lines, r"^\s*\(omitting \d{1,9} buckets\)"))
    omitting = omitting[omitting["section"] == "uid"]
    boots = _section_at(sections, matching(lines, r"^\s*History since boot"))
    return DumpText(
        series=series.loc[series["kept"], ["dump", "section", "ident", "uid", "set"]],
        rows=rows,
        polls=_polls(lines, sections),
        rejected=pd.concat(rejected, ignore_index=True),
        dumps=int(sections["dump"].max()) + 1 if len(sections) else 0,
        sections=frozenset(sections["section"]),
        since_boot=frozenset(boots.loc[boots["section"] == "uid", "dump"].tolist()),
        omitted=int(number(lines, omitting["line"].to_numpy(), r"omitting (?P<n>\d+)").sum()),
        cut=cut,
    )


def _sections(lines: Lines) -> pd.DataFrame:
    """Return `line, section, dump` of the unindented `… stats:` headings, in order."""
    places = matching(lines, _SECTION)
    names = pd.Series(lines.take(pa.array(places)).to_pylist(), dtype="str").str.lower()
    section = pd.Series("other", index=names.index, dtype="str")
    for kind, ending in (("dev", "dev"), ("xt", "xt"), ("uid", "uid"), ("tag", "uid tag")):
        section = section.mask(names.str.match(rf"(?:detailed )?{ending} stats:"), kind)
    # A heading that should have come before the last one opens the next dump.
    rank = section.map(_RANKS).astype("Float64").dropna()
    dump = (rank <= rank.shift()).cumsum().reindex(names.index).ffill().fillna(0)
    return pd.DataFrame({"line": places, "section": section, "dump": dump.astype("int64")})


def _section_at(sections: pd.DataFrame, places: Places) -> pd.DataFrame:
    """Return `line, section, dump` in force at each place, `"none"` above the first heading."""
    before = np.searchsorted(sections["line"].to_numpy(), places, side="right") - 1
    found = sections[["section", "dump"]].reindex(before).reset_index(drop=True)
    return found.fillna({"section": "none", "dump": 0}).assign(line=places)


def _series(lines: Lines, sections: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return every `ident=` line, `kept` where it is wanted, and those that cannot be read."""
    places = matching(lines, r"^\s*ident=")
    fields = extract(lines, places, _SERIES)
    table = _section_at(sections, places).assign(
        ident=fields["ident"].astype("str"),
        uid=pd.to_numeric(fields["uid"]).astype("Int64"),
        set=fields["set"].astype("str"),
        length=_lengths(lines, places),
    )
    wanted = table["section"].isin(["uid", "xt"])
    readable = table["uid"].notna()
    tag = fields["tag"].astype("str").str.fullmatch("0x0+").fillna(value=False).astype(bool)
    table["kept"] = wanted & readable & tag
    table["broken"] = wanted & ~readable
    reason = sentence("importing.series_line_cannot_be_read")
    return table, _reject(places[table["broken"].to_numpy()], "ident", reason)


def _lengths(lines: Lines, series_places: Places) -> pd.Series:
    """Return the bucket length (seconds) each series announces, missing where it does not."""
    places = matching(lines, r"^\s*NetworkStatsHistory:.*bucketDuration=")
    stated = number(lines, places, r"bucketDuration=(?P<n>\d{1,12})(?:\D|$)")
    length = stated.to_numpy("float64", na_value=np.nan)
    length = np.where(length >= _MS_LENGTH, length // 1000, length)
    owner = np.searchsorted(series_places, places, side="right") - 1
    announced = pd.Series(length, index=owner).loc[lambda found: found.index >= 0]
    announced = announced[~announced.index.duplicated(keep="last")]
    return announced.reindex(range(len(series_places))).astype("Int64")


def _rows(lines: Lines, places: Places, series: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    owner = np.searchsorted(series["line"].to_numpy(), places, side="right") - 1
    owned = owner >= 0
    places, owner = places[owned], owner[owned]
    wanted = series["kept"].to_numpy(bool)[owner] if len(series) else owned[:0]
    orphan = series["broken"].to_numpy(bool)[owner] if len(series) else owned[:0]
    orphans = _reject(
        places[orphan], "ident", sentence("importing.series_line_above_cannot_be_read")
    )
    places, owner = places[wanted], owner[wanted]
    fields = extract(lines, places, _ROW)
    counts = pa.array(fields["counts"], pa.large_string())
    impossible = flags(pc.match_substring_regex(counts, _IMPOSSIBLE))
    every = np.arange(len(places))
    start = pd.to_numeric(fields["start"]).astype("Int64")
    rows = pd.DataFrame(
        {
            "series": series.index.to_numpy()[owner],
            "line": places,
            "start": start.mask(start >= _MS_SINCE, start // 1000),
            "length": series["length"].array.take(owner),
            "down": number(counts, every, _DOWN),
            "up": number(counts, every, _UP),
        }
    )
    no_length = rows["length"].fillna(0).eq(0).to_numpy(bool)
    no_start = (
        ~rows["start"].between(0, _FAR_FUTURE).fillna(value=False).to_numpy(bool) | impossible
    )
    no_bytes = (rows["down"].isna() & rows["up"].isna()).to_numpy(bool) & ~no_start
    no_length &= ~(no_start | no_bytes)
    bad = [
        orphans,
        _reject(places[no_start], "row", sentence("importing.row_cannot_be_read")),
        _reject(places[no_bytes], "rb, tb", sentence("importing.row_states_no_bytes")),
        _reject(places[no_length], "bucketDuration", sentence("importing.length_of_rows_missing")),
    ]
    return rows[~(no_start | no_bytes | no_length)], pd.concat(bad, ignore_index=True)


def _polls(lines: Lines, sections: pd.DataFrame) -> pd.DataFrame:
    """Return the stamps listed right below a heading of poll events, with their dump."""
    headings = np.flatnonzero(flags(pc.equal(pc.utf8_trim_whitespace(lines), _POLL_HEADING)))
    if not len(headings):
        return pd.DataFrame(
            {"dump": pd.Series(dtype="int64"), "at": pd.Series(dtype="datetime64[us]")}
        )
    stamps = matching(lines, _STAMP)
    others = np.setdiff1d(np.arange(len(lines)), stamps, assume_unique=True)
    above = others[np.searchsorted(others, stamps) - 1] if len(others) else stamps
    listed = stamps[np.isin(above, headings) & (above < stamps)]
    text = extract(lines, listed, _STAMP)["stamp"].astype("str").str.replace("T", " ")
    firsts = sections.groupby("dump")["line"].min().to_numpy()
    dump = np.minimum(np.searchsorted(firsts, listed), max(len(firsts) - 1, 0))
    at = pd.to_datetime(text, format="%Y-%m-%d %H:%M:%S", errors="coerce").astype("datetime64[us]")
    return pd.DataFrame({"dump": dump, "at": at}).dropna().reset_index(drop=True)


def _reject(places: Places, field: str, reason: str) -> pd.DataFrame:
    if not len(places):
        return empty(_REJECT)
    return pd.DataFrame(
        {
            "line": pd.Series(places + 1, dtype="int64").astype("str"),
            "field": pd.Series(field, index=range(len(places)), dtype="str"),
            "reason": pd.Series(reason, index=range(len(places)), dtype="str"),
        }
    )
