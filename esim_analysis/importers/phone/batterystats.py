"""Android's battery statistics: `adb shell dumpsys batterystats -c`. Bytes by app, one interval."""

import re
from typing import Final

import numpy as np
import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.importers.phone._lines import clean, head_of
from esim_analysis.importers.phone._netstats_rows import app_of_uid
from esim_analysis.importers.phone._strength import give_way
from esim_analysis.model import Evidence, FileError, PhoneSettings, Source

__all__ = ["IMPORTER", "give_way"]

_COMMAND: Final = "adb shell dumpsys batterystats -c > batterystats.txt"
_BETTER: Final = "adb shell dumpsys netstats --full --uid > netstats.txt"
_SIGN: Final = re.compile(r"^\d{1,3},(?:0,i,vers,|hsp,\d+,)", re.MULTILINE)
_PROSE: Final = re.compile(r"^Battery History \(|^\s*Statistics since last charge:", re.MULTILINE)
_NETWORK: Final = re.compile(r"^\d{1,3},(-?\d{1,9}),l,nt,(.*)$", re.MULTILINE)
_BATTERY: Final = re.compile(r"^\d{1,3},0,l,bt,(.*)$", re.MULTILINE)
_RESET: Final = re.compile(r"^\d{1,3},h,\d+:RESET:TIME:(\d{12,14})\s*$", re.MULTILINE)
_UID: Final = re.compile(r"^\d{1,3},0,i,uid,(\d{1,9}),([\w.]+)\s*$", re.MULTILINE)
_ELAPSED, _CLOCK = 3, 5  # fields of the battery line: realtime since the reset, its clock time
# Received, then sent; the background part only in newer versions, told by the length of the line.
_ALL: Final = {"cellular": (0, 1), "wifi": (2, 3), "bluetooth": (10, 11)}
_BACKGROUND: Final = {"cellular": (14, 15), "wifi": (16, 17)}
_WAKE_UPS: Final = 12
_FIELDS: Final = 18
_CONFIDENCE: Final = 0.7  # exact bytes, but one interval since the last full charge
_PROFILE: Final = 100_000
_CLOCKS: Final = (946_684_800_000, 4_102_444_800_000)  # ms, 2000 to 2100
_LONGEST: Final = 400 * 86_400_000  # ms
_TOLD: Final = 3


def recognise(file: SourceFile) -> bool:
    """Tell the check-in form by its version line, the readable form by its headings."""
    head = head_of(file)
    return bool(_SIGN.search(head) or _PROSE.search(head))


def read(file: SourceFile, options: ReadOptions) -> Imported:  # noqa: ARG001 - clock times are UTC
    """Read bytes by app since the battery was last charged, background apart from the rest.

    Android counts as background what netstats does: an app that is neither in
    front nor a service the user sees. Older versions do not tell it; then the
    ground is unknown.

    Raises
    ------
    FileError
        It is the readable form, or its interval or its bytes are missing.
    """
    text = clean(file.text)
    if not _SIGN.search(text):
        raise FileError(
            file.name,
            sentence("importing.battery_statistics_form_people"),
            sentence("importing.run_c", command=_COMMAND),
        )
    interval = _interval(text)
    counts, rejected = _counts(text)
    if interval is None or counts.empty:
        missing = (
            sentence("importing.moment_they_begin_at")
            if interval is None
            else sentence("importing.readable_bytes_by_app")
        )
        raise FileError(
            file.name,
            sentence("importing.battery_statistics_without", missing=missing),
            sentence("importing.run", better=_BETTER),
        )
    frame = _rows(counts, interval, file.name)
    packages = pd.DataFrame(_UID.findall(text), columns=["uid", "package"], dtype="str")
    packages["uid"] = packages["uid"].astype("Int64") % _PROFILE
    packages = packages.drop_duplicates().sort_values(["uid", "package"], ignore_index=True)
    notes = _notes(counts, interval, packages)
    source = Source(
        id=file.name,
        importer=IMPORTER.id,
        sha256=file.sha256,
        rows=len(counts) + len(rejected),
        kept=len(counts),
        rejected=len(rejected),
        notes=notes,
    )
    evidence = Evidence(
        frame=frame,
        settings=PhoneSettings(platform="android"),
        sources=(source,),
        rejected=rejected.assign(source=file.name)[["source", "line", "field", "reason"]],
    )
    return Imported(evidence=evidence, packages=packages if len(packages) else None, notes=notes)


def _interval(text: str) -> tuple[pd.Timestamp, pd.Timestamp] | None:
    """Return start and end of the statistics (UTC), None where the text does not tell."""
    found = _BATTERY.search(text)
    fields = found.group(1).strip().split(",") if found else []
    numbers = [int(field) if re.fullmatch(r"\d{1,14}", field) else 0 for field in fields]
    numbers += [0] * (_CLOCK + 1 - len(numbers))
    reset = _RESET.search(text)
    clock = numbers[_CLOCK] or (int(reset.group(1)) if reset else 0)
    elapsed = numbers[_ELAPSED]
    if not (_CLOCKS[0] <= clock <= _CLOCKS[1] and 0 < elapsed <= _LONGEST):
        return None
    start = pd.Timestamp(clock, unit="ms", tz="UTC")
    return start, start + pd.Timedelta(elapsed, unit="ms")


def _counts(text: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return one row a uid with its counters in columns 0, 1, …, and lines that cannot be read."""
    found = pd.DataFrame(
        [(match.start(), match.group(1), match.group(2)) for match in _NETWORK.finditer(text)],
        columns=["at", "uid", "counts"],
    )
    breaks = np.flatnonzero(np.frombuffer(text.encode("utf-32-le"), np.uint32) == ord("\n"))
    line = pd.Series(np.searchsorted(breaks, found["at"].to_numpy("int64")) + 1, dtype="int64")
    counts = found["counts"].astype("str").str.strip()
    good = counts.str.fullmatch(r"\d{1,15}(?:,\d{1,15}){3,60}").fillna(value=False).astype(bool)
    fields = counts[good].str.split(",", expand=True).reindex(columns=range(_FIELDS))
    table = fields.apply(pd.to_numeric).astype("Int64")
    table = table.assign(uid=found.loc[good, "uid"].astype("int64"), line=line[good])
    rejected = pd.DataFrame(
        {
            "line": line[~good].astype("str"),
            "field": "nt",
            "reason": sentence("importing.line_of_counters_cannot_be_read"),
        }
    )
    # The same statistics pasted twice count once.
    return table.drop_duplicates("uid", keep="first"), rejected.astype("str")


def _rows(
    counts: pd.DataFrame, interval: tuple[pd.Timestamp, pd.Timestamp], source: str
) -> pd.DataFrame:
    parts = []
    for interface, (down, up) in _ALL.items():
        whole = {"down": counts[down], "up": counts[up]}
        if interface not in _BACKGROUND:
            parts.append(_part(counts, whole, interface, "unknown"))
            continue
        behind = dict(zip(whole, (counts[at] for at in _BACKGROUND[interface]), strict=True))
        told = pd.concat([behind[way] <= whole[way] for way in whole], axis=1)
        split = told.fillna(value=False).all(axis=1)
        rest = {way: whole[way] - behind[way].where(split, 0) for way in whole}
        named = pd.Series("unknown", index=counts.index).mask(split, "foreground")
        parts.append(_part(counts, rest, interface, named))
        parts.append(_part(counts[split], behind, interface, "background"))
    rows = pd.concat(parts, ignore_index=True)
    rows = rows[(rows["bytes_up"].fillna(0) + rows["bytes_down"].fillna(0)) > 0]
    ground = rows["ground"].mask(rows["uid"] < 0, "unknown")
    return rows.assign(
        line="",
        sim_plmn="",
        start_utc=interval[0].as_unit("us"),
        end_utc=interval[1].as_unit("us"),
        time_kind="cumulative",
        app_label="",
        ground=ground,
        counts_toward_total=True,
        confidence=_CONFIDENCE,
        source=source,
    )


def _part(
    counts: pd.DataFrame, ways: dict[str, pd.Series], interface: str, ground: pd.Series | str
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "uid": counts["uid"],
            "app": app_of_uid(counts["uid"]),
            "bytes_up": ways["up"],
            "bytes_down": ways["down"],
            "interface": interface,
            "ground": ground,
            "source_row": counts["line"].astype("str"),
        },
        index=counts.index,
    )


def _notes(
    counts: pd.DataFrame, interval: tuple[pd.Timestamp, pd.Timestamp], packages: pd.DataFrame
) -> tuple[str, ...]:
    start, end = interval
    notes = [
        (sentence("importing.one_interval_utc_since_battery", start=start, end=end, better=_BETTER))
    ]
    names = packages.groupby("uid")["package"].min()
    woken = counts.assign(wakes=counts[_WAKE_UPS]).nlargest(_TOLD, "wakes")
    woken = woken[woken["wakes"] > 0]
    app_id = woken["uid"] % _PROFILE
    named = app_id.map(names).astype("str").fillna(app_of_uid(woken["uid"]))
    if len(woken):
        listed = ", ".join(named + " " + woken["wakes"].astype("str"))
        notes.append(sentence("importing.most_wake_ups_mobile_radio", listed=listed))
    return tuple(notes)


IMPORTER = Importer(
    id="batterystats",
    title="Android dumpsys batterystats",
    side="phone",
    how=f"With USB debugging on: `{_COMMAND}`; background bytes since the last charge.",
    known_from="documentation",
    reach=Reach.COMPUTER,
    rank=18,
    recognise=recognise,
    read=read,
)
