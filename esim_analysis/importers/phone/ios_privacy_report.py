"""iOS App Privacy Report: which app contacted which host, how often, first and last; no bytes."""

import re
from collections.abc import Sequence
from typing import Any, Final

import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.importers.phone._contacts import merge_contacts, same_contacts
from esim_analysis.importers.phone._json_records import Records, read_records
from esim_analysis.importers.phone._lines import head_of
from esim_analysis.model import Evidence, FileError, PhoneSettings, Source

__all__ = ["IMPORTER", "merge_contacts"]

_HOW: Final = sentence("importing.settings_privacy_security_app_privacy")
_NETWORK: Final = re.compile(r'"type"\s*:\s*"networkActivity"')
_ACCESS: Final = re.compile(r'"type"\s*:\s*"access"')
_CONFIDENCE: Final = 0.2  # contacts rank suspects; they say nothing about volume
_OFFSET: Final = r"(?:Z|[+-]\d\d:?\d\d)$"
_ADDRESS: Final = r"\d{1,3}(?:\.\d{1,3}){3}|\[?[0-9a-f]*:[0-9a-f:.]+\]?"
_MOST_HITS: Final = 10**12
_CONTACT: Final = ["app", "host", "context", "initiated"]  # one line of a report each


def recognise(file: SourceFile) -> bool:
    """Tell the report by the types of its first lines, as lines or as one JSON array."""
    head = head_of(file)
    if head.lstrip()[:1] not in {"{", "["}:
        return False
    return bool(_NETWORK.search(head) or (_ACCESS.search(head) and '"accessor"' in head))


def read(file: SourceFile, options: ReadOptions) -> Imported:  # noqa: ARG001 - times carry offsets
    """Read contacts, one row an app and host; camera, photos and the like are only counted.

    Raises
    ------
    FileError
        No network activity is in the report, or none that can be read.
    """
    records = read_records(file.text)
    kinds = [item.get("type") for item in records.items]
    network = [place for place, item in enumerate(records.items) if _is_network(item, kinds[place])]
    table = _table(records, network)
    problems = _problems(table)
    rejected = pd.concat([records.rejected, problems], ignore_index=True)
    good = table[~table["place"].isin(problems["line"])]
    if good.empty:
        raise FileError(
            file.name,
            sentence("importing.app_privacy_report_without_readable"),
            sentence("importing.leave_report_turned_on_few"),
        )
    frame = _rows(good, file.name)
    notes = _notes(good, other=len(kinds) - len(network), cut=records.cut)
    source = Source(
        id=file.name,
        importer=IMPORTER.id,
        sha256=file.sha256,
        rows=len(table) + len(records.rejected),
        kept=len(good),
        rejected=len(rejected),
        notes=notes,
    )
    evidence = Evidence(
        frame=frame,
        settings=PhoneSettings(platform="ios"),
        sources=(source,),
        rejected=rejected.assign(source=file.name)[["source", "line", "field", "reason"]],
    )
    return Imported(evidence=evidence, notes=notes)


def _is_network(item: dict[str, Any], kind: object) -> bool:
    return kind == "networkActivity" or (kind is None and "domain" in item)


def _table(records: Records, wanted: Sequence[int]) -> pd.DataFrame:
    """Return the fields of network lines as columns; what is of another type is missing."""
    items = [records.items[place] for place in wanted]
    accessors = [item.get("accessor") for item in items]
    named = [who.get("identifier") if isinstance(who, dict) else None for who in accessors]
    # The documentation's names first, then those of the iOS 15 betas.
    last = _first_text(items, "timeStamp", "timestamp")
    hits = [item.get("hits") for item in items]
    counted = [n if type(n) is int and 0 <= n < _MOST_HITS else None for n in hits]
    return pd.DataFrame(
        {
            "place": pd.Series([records.places[place] for place in wanted], dtype="str"),
            "app": _first_text(items, "bundleID").fillna(_text(named)),
            "host": _host(_first_text(items, "domain")),
            "context": _first_text(items, "context").fillna(""),
            "initiated": _first_text(items, "initiatedType").fillna(""),
            "hits": pd.Series(counted, dtype="Int64"),
            "start_utc": _moment(_first_text(items, "firstTimeStamp").fillna(last)),
            "end_utc": _moment(last),
        }
    )


def _first_text(items: Sequence[dict[str, Any]], *names: str) -> pd.Series:
    found = _text([item.get(names[0]) for item in items])
    for name in names[1:]:
        found = found.fillna(_text([item.get(name) for item in items]))
    return found


def _text(values: Sequence[object]) -> pd.Series:
    texts = [v.strip() or None if isinstance(v, str) else None for v in values]
    # JSON can hold half of a surrogate pair, which is no character.
    safe = [t.encode("utf-8", "replace").decode() if t else None for t in texts]
    return pd.Series(safe, dtype="str")


def _host(domain: pd.Series) -> pd.Series:
    host = domain.str.lower().str.rstrip(".")
    return host.where(host != "")


def _moment(text: pd.Series) -> pd.Series:
    """Read ISO times; one without offset could be any zone's and is not read."""
    sure = text.where(text.str.contains(_OFFSET, regex=True).fillna(value=False).astype(bool))
    times = pd.to_datetime(sure, format="ISO8601", utc=True, errors="coerce")
    return times.astype("datetime64[us, UTC]")


def _problems(table: pd.DataFrame) -> pd.DataFrame:
    """Return `line, field, reason` of lines that cannot be used, the first reason of each."""
    backwards = table["start_utc"] > table["end_utc"]
    reasons = {
        ("bundleID", sentence("importing.no_app_is_named")): table["app"].isna(),
        ("domain", sentence("importing.no_domain_is_named")): table["host"].isna(),
        ("timeStamp", sentence("importing.time_without_offset")): (
            table["end_utc"].isna() | table["start_utc"].isna()
        ),
        ("firstTimeStamp", sentence("importing.first_contact_later_than_last")): backwards,
    }
    found = [
        pd.DataFrame({"line": table.loc[bad, "place"], "field": field, "reason": reason})
        for (field, reason), bad in reasons.items()
    ]
    return pd.concat(found).drop_duplicates("line").astype("str")


def _rows(table: pd.DataFrame, source: str) -> pd.DataFrame:
    """Return columns of `model.EVIDENCE`, one row an app and host.

    A file may hold two reports that were put together: their common lines count
    once. Lines that differ in what led to the contact are contacts of their own
    and add up.
    """
    lines = table.rename(columns={"place": "source_row"}).assign(source=source)
    lines = same_contacts(lines, _CONTACT)
    who = lines.groupby(["app", "host"], sort=True)
    frame = who.agg(
        start_utc=("start_utc", "min"), end_utc=("end_utc", "max"), source_row=("source_row", "min")
    )
    frame = frame.assign(hits=who["hits"].sum(min_count=1)).reset_index()
    address = frame["host"].str.fullmatch(_ADDRESS)
    return pd.DataFrame(
        {
            "line": "",
            "sim_plmn": "",
            "start_utc": frame["start_utc"],
            "end_utc": frame["end_utc"],
            "time_kind": "first_last",
            "app": frame["app"],
            "app_label": "",
            "hits": frame["hits"],
            # Who initiated a contact does not say whether the app was in front.
            "ground": "unknown",
            "interface": "unknown",
            "remote_host": frame["host"].mask(address, ""),
            "remote_ip": frame["host"].where(address, "").str.strip("[]"),
            "counts_toward_total": False,
            "confidence": _CONFIDENCE,
            "source": source,
            "source_row": frame["source_row"],
        }
    )


def _notes(table: pd.DataFrame, *, other: int, cut: bool) -> tuple[str, ...]:
    first, last = table["start_utc"].min(), table["end_utc"].max()
    notes = [
        (
            sentence(
                "importing.contacts_apps_between_utc_report",
                count=table["app"].nunique(),
                first=first,
                last=last,
            )
        )
    ]
    if other:
        notes.append(sentence("importing.lines_about_camera_photos_other", other=other))
    if cut:
        notes.append(sentence("importing.file_ends_inside_line_line"))
    return tuple(notes)


IMPORTER = Importer(
    id="ios_privacy_report",
    title="iOS App Privacy Report",
    side="phone",
    how=_HOW,
    known_from="documentation",
    reach=Reach.EVERYONE,
    rank=22,
    recognise=recognise,
    read=read,
)
