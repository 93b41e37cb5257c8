"""Tables a user brings: lists of hosts, of apps, of networks. Told apart by content."""

import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import islice
from pathlib import Path
from typing import Any, Final

import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.files import SourceFile
from esim_analysis.model import FileError
from esim_analysis.model.knowledge import NO_KNOWLEDGE, Knowledge, KnowledgeSource
from esim_analysis.reference.hosts import LISTED

MOST_BYTES: Final = 64_000_000  # the largest public list has a third of it
_MOST_TEXT: Final = 200  # characters of a name or a description
_HOST: Final = re.compile(
    r"(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}"
)
_ADDRESSED: Final = re.compile(r"^\s*(?:0\.0\.0\.0|127\.0\.0\.1|::1?|fe80::1%lo0)\s+(\S+)")
_ABP: Final = re.compile(r"^\|\|([^/^$*|]+)\^?(?:\$[\w,~=|.-]*)?$")
_DATE: Final = re.compile(
    r"^\W*(?:last[ -]?(?:modified|updated?)|version|date|updated)\W+.*?(\d{4})[-/.]?(\d\d)[-/.]?(\d\d)",
    re.IGNORECASE | re.MULTILINE,
)
_ADDRESS: Final = re.compile(r"^[0-9a-fA-F:.]{2,45}$")
_NETWORK_COLUMNS: Final = 4
_GHOSTERY: Final = {
    "advertising": "ads", "pornvertising": "ads", "adult_advertising": "ads",
    "site_analytics": "analytics", "consent": "consent", "hosting": "cdn",
    "social_media": "social_sdk", "audio_video_player": "video",
}  # fmt: skip
_DISCONNECT: Final = {
    "Advertising": "ads", "Disconnect": "ads", "Analytics": "analytics", "Content": "cdn",
    "Social": "social_sdk", "FingerprintingInvasive": "analytics",
    "FingerprintingGeneral": "analytics", "Email": "analytics", "EmailAggressive": "analytics",
    "EmailStrict": "analytics", "ConsentManagers": "consent",
}  # fmt: skip
_DUCKDUCKGO: Final = (
    ("ad", "ads"), ("analytics", "analytics"), ("audience", "analytics"), ("cdn", "cdn"),
    ("social", "social_sdk"), ("consent", "consent"), ("embedded", "video"),
)  # fmt: skip
_Hosts = Iterator[tuple[str, str, str]]


def read_knowledge(paths: Sequence[str | Path]) -> Knowledge:
    """Read tables a user brings; of two that speak of the same host the later one stands.

    Hosts files, lists of domains and Adblock rules, Ghostery's and Disconnect's trackers,
    DuckDuckGo's `tds.json`, the app list of the Universal Android Debloater, and ranges
    of networks as ip-location-db writes them (`first,last,asn,organisation`).

    Raises
    ------
    FileError
        A file cannot be read or is none of these.
    """
    return reduce(Knowledge.joined, (_read(Path(path)) for path in paths), NO_KNOWLEDGE)


def _read(path: Path) -> Knowledge:
    file = SourceFile(path, path.name)
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _refusal(file, "too_large")
        text = file.text
    except OSError as problem:
        raise FileError(
            path.name,
            sentence("knowledge.unreadable", problem=type(problem).__name__),
            sentence("knowledge.check_its_name"),
        ) from None
    if len(text) > MOST_BYTES:
        raise _refusal(file, "too_large")
    found = _of_json(file, text) if text.lstrip().startswith("{") else _of_lines(file, text)
    if not found.hosts and not found.apps and not len(found.networks):
        raise _refusal(file, "nothing_known")
    return found


def _refusal(file: SourceFile, key: str) -> FileError:
    return FileError(file.name, sentence(f"knowledge.{key}"), sentence("knowledge.what_is_read"))


def _of_lines(file: SourceFile, text: str) -> Knowledge:
    lines = [line.strip() for line in text.splitlines()]
    date = _DATE.search("\n".join(lines[:60]))
    as_of = "-".join(date.groups()) if date else ""
    told = [line for line in lines if line and line[0] not in "#!["]
    rows = list(csv.reader(told[:5]))
    if rows and all(_is_range(row) for row in rows):
        return _networks(file, told, as_of)
    abp = any(line.startswith("||") for line in islice(told, 1000))
    take = _of_abp if abp else _of_hosts_file
    hosts = {host: ("", LISTED) for line in told if (host := take(line))}
    unused = len(told) - sum(bool(take(line)) for line in told)
    source = KnowledgeSource(file.name, "abp" if abp else "hosts", len(hosts), unused, as_of)
    return Knowledge(hosts=hosts, sources=(source,))


def _of_abp(line: str) -> str:
    """Return the domain a rule blocks whole; exceptions and rules of paths say nothing here."""
    rule = _ABP.match(line)
    return _host(rule.group(1)) if rule else ""


def _of_hosts_file(line: str) -> str:
    plain = line.partition("#")[0].strip()
    named = _ADDRESSED.match(plain)
    host = named.group(1) if named else plain.removeprefix("*.")
    return _host(host)


def _host(text: object) -> str:
    """Return a host name as our tables write it, "" for what is none or an address."""
    name = str(text).lower().strip(".")
    return name if _HOST.fullmatch(name) and not name.replace(".", "").isdigit() else ""


def _is_range(row: Sequence[str]) -> bool:
    return (
        len(row) == _NETWORK_COLUMNS
        and all(_ADDRESS.match(cell) for cell in row[:2])
        and row[2].isdigit()
    )


def _networks(file: SourceFile, lines: Sequence[str], as_of: str) -> Knowledge:
    rows = list(csv.reader(lines))
    kept = [row for row in rows if _is_range(row) and int(row[2]) < 2**32]
    table = pd.DataFrame(kept, columns=["first", "last", "asn", "organisation"])
    table = table.astype({"first": "str", "last": "str", "asn": "int64", "organisation": "str"})
    table["organisation"] = table["organisation"].str[:_MOST_TEXT]
    source = KnowledgeSource(file.name, "networks", len(kept), len(rows) - len(kept), as_of)
    return Knowledge(networks=table, sources=(source,))


def _of_json(file: SourceFile, text: str) -> Knowledge:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise _refusal(file, "damaged_json") from None
    if not isinstance(document, dict):
        raise _refusal(file, "nothing_known")
    for kind, take in _KINDS.items():
        told = list(take(document))
        hosts = {name: (owner, what) for host, owner, what in told if (name := _host(host))}
        if hosts:
            source = KnowledgeSource(
                file.name, kind, len(hosts), len(told) - len(hosts), _stated(document)
            )
            return Knowledge(hosts=hosts, sources=(source,))
    apps = {str(app): note for app, row in document.items() if (note := _app_note(row))}
    source = KnowledgeSource(file.name, "uad", len(apps), len(document) - len(apps))
    return Knowledge(apps=apps, sources=(source,))


def _stated(document: Mapping[str, Any]) -> str:
    version = str(document.get("version", "")) or str(document.get("last_updated", ""))
    date = re.search(r"(20\d\d)-?(\d\d)-?(\d\d)", version)
    return "-".join(date.groups()) if date else ""


def _ghostery(document: Mapping[str, Any]) -> _Hosts:
    companies = _map(document.get("organizations"))
    for pattern in _map(document.get("patterns")).values():
        told = _map(pattern)
        owner = _map(companies.get(str(told.get("organization")))).get("name") or told.get("name")
        category = _GHOSTERY.get(str(told.get("category")), "")
        for domain in _list(told.get("domains")):
            yield str(domain), _short(owner), category


def _disconnect(document: Mapping[str, Any]) -> _Hosts:
    for name, companies in _map(document.get("categories")).items():
        category = _DISCONNECT.get(name, LISTED if name == "Cryptomining" else "")
        for company in _list(companies):
            for owner, sites in _map(company).items():
                for domains in _map(sites).values():
                    for domain in _list(domains):
                        yield str(domain), _short(owner), category


def _duckduckgo(document: Mapping[str, Any]) -> _Hosts:
    for domain, row in _map(document.get("trackers")).items():
        told = _map(row)
        owner = told.get("owner")
        name = _map(owner).get("displayName") or _map(owner).get("name") or owner
        kinds = [str(kind).lower() for kind in _list(told.get("categories"))]
        found = (what for kind in kinds for sign, what in _DUCKDUCKGO if kind.startswith(sign))
        blocked = LISTED if told.get("default") == "block" else ""
        yield str(domain), _short(name), next(found, blocked)


def _app_note(row: object) -> str:
    """Return the first sentence the debloater's list says of an app, and how safe removal is."""
    told = _map(row)
    if "description" not in told and "removal" not in told:
        return ""
    first = str(told.get("description") or "").strip().split("\n", maxsplit=1)[0]
    removal = str(told.get("removal") or "").strip()
    return _short(f"{first} [{removal}]".strip() if removal else first)


def _map(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _short(text: object) -> str:
    return " ".join(str(text or "").split())[:_MOST_TEXT]


_KINDS: Final[dict[str, Callable[[Mapping[str, Any]], _Hosts]]] = {
    "ghostery": _ghostery,
    "disconnect": _disconnect,
    "duckduckgo": _duckduckgo,
}
