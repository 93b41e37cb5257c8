"""Android's compact traffic history: `adb shell dumpsys netstats --checkin --uid`."""

import re
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.importers.phone._lines import Lines, Places, clean, extract, head_of, matching
from esim_analysis.importers.phone._netstats_rows import app_of_uid, device_totals, evidence_rows
from esim_analysis.model import Evidence, FileError, PhoneSettings, Source

_COMMAND: Final = "adb shell dumpsys netstats --full --uid > netstats.txt"
_SIGN: Final = re.compile(r"^v1,\d{9,12},\d{9,12}\s*$", re.MULTILINE)
_SECTION: Final = r"^(?P<section>v1,\d+,\d+|xt|uid|tag)\s*$"
_SERIES: Final = r"^c,(?P<group>\w+),(?P<uid>-?\d{1,9}),(?P<set>\w+),(?P<tag>-?\d{1,11})\s*$"
_LENGTH: Final = r"^d,(?P<length>\d{1,7})\s*$"
_NUMBER: Final = r"(?:\d{1,13}|\*)"
_ROW: Final = (
    rf"^b,(?P<start>\d{{1,12}}),(?P<down>{_NUMBER}),{_NUMBER},(?P<up>{_NUMBER}),{_NUMBER},"
    rf"{_NUMBER}\s*$"
)
_GROUPS: Final = {
    "cell": "cellular",
    "wifi": "wifi",
    "eth": "ethernet",
    "bt": "bluetooth",
    "proxy": "bluetooth",  # a watch that goes online through the phone
}
_GROUNDS: Final = {"def": "background", "fg": "foreground"}
_TOTAL: Final = -1
_YEARS: Final = (946_684_800, 4_102_444_800)  # 2000 to 2100


def recognise(file: SourceFile) -> bool:
    """Tell the compact form by its first line: version, start and end."""
    return _SIGN.search(head_of(file)) is not None


def read(file: SourceFile, options: ReadOptions) -> Imported:  # noqa: ARG001 - buckets are UTC
    """Read per-app buckets as evidence and device buckets as totals.

    The form does not say which SIM, nor roaming. Without `--uid` it holds the
    device's totals only: then the evidence has no rows, and a note says so.

    Raises
    ------
    FileError
        Neither an app's nor the device's buckets are in the text.
    """
    split = clean(file.text).split("\n")
    lines = pa.array(split, pa.large_string())
    rows, rejected = _rows(lines)
    used = (rows["down"].fillna(0) + rows["up"].fillna(0)) > 0
    apps = rows[used & (rows["section"] == "uid") & rows["ground"].notna()]
    device = rows[used & (rows["section"] == "xt") & (rows["uid"] == _TOTAL)]
    if apps.empty and device.empty:
        raise FileError(
            file.name,
            sentence("importing.netstats_check_without_readable_bytes"),
            sentence("importing.run_adb_shell_dumpsys_netstats", command=_COMMAND),
        )
    notes = _notes(rows, apps)
    source = Source(
        id=file.name,
        importer=IMPORTER.id,
        sha256=file.sha256,
        rows=int((rows["section"] == "uid").sum()) + len(rejected),
        kept=len(apps),
        rejected=len(rejected),
        notes=notes,
    )
    evidence = Evidence(
        frame=evidence_rows(apps, file.name),
        device_totals=device_totals(device, file.name),
        settings=PhoneSettings(platform="android"),
        sources=(source,),
        rejected=rejected.assign(source=file.name)[["source", "line", "field", "reason"]],
    )
    return Imported(evidence=evidence, notes=notes)


def _rows(lines: Lines) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return untagged buckets as `_netstats_rows` wants them, and those that cannot be read."""
    places = matching(lines, r"^b,")
    fields = extract(lines, places, _ROW)
    rows = pd.DataFrame({name: _count(fields[name]) for name in ("start", "down", "up")})
    rows = pd.concat([rows.assign(line=places), _above(lines, places)], axis=1)
    unreadable = ~rows["start"].between(*_YEARS).fillna(value=False).astype(bool)
    no_owner = rows["uid"].isna() | rows["length"].fillna(0).eq(0)
    no_bytes = rows["down"].isna() & rows["up"].isna()
    wanted = rows["section"].isin(["uid", "xt"]) & (rows["tag"].fillna(0) == 0)
    reasons = {
        sentence("importing.row_cannot_be_read"): unreadable,
        sentence("importing.lines_above_do_not_say_whose"): ~unreadable & no_owner,
        sentence("importing.row_states_no_bytes"): ~unreadable & ~no_owner & no_bytes,
    }
    bad = [
        pd.DataFrame({"line": (rows.loc[mask & wanted, "line"] + 1), "reason": reason})
        for reason, mask in reasons.items()
    ]
    rejected = pd.concat(bad).sort_values("line").assign(field="row").astype("str")
    good = rows[wanted & ~(unreadable | no_owner | no_bytes)].reset_index(drop=True)
    uid = good["uid"].astype("int64")
    ground = (
        good["set"].map(_GROUNDS).astype("str").mask((uid < 0) & (good["set"] == "def"), "unknown")
    )
    return good.assign(
        app=app_of_uid(uid),
        ground=ground.mask(uid == _TOTAL),
        interface=good["group"].map(_GROUPS).astype("str").fillna("unknown"),
        sim_plmn="",
        sim_sub_id=pd.Series(pd.NA, index=good.index, dtype="Int64"),
        roaming=pd.Series(pd.NA, index=good.index, dtype="boolean"),
        metered=pd.Series(pd.NA, index=good.index, dtype="boolean"),
    ), rejected


def _above(lines: Lines, places: Places) -> pd.DataFrame:
    """Return section, dump, series and bucket length in force at each row."""
    headings = matching(lines, _SECTION)
    names = extract(lines, headings, _SECTION)["section"].astype("str")
    opens = names.str.startswith("v1")
    dump = opens.cumsum()
    series = matching(lines, r"^c,")
    owner = extract(lines, series, _SERIES)
    lengths = matching(lines, r"^d,")
    length = _count(extract(lines, lengths, _LENGTH)["length"])
    own, long = _last(series, places), _last(lengths, places)
    # A length belongs to the series right above it, a series to the section above it.
    stale = long["at"] < own["at"]
    at = _last(headings, places)
    lost = own["at"] < at["at"]
    return pd.DataFrame(
        {
            "section": names.reindex(at["number"]).fillna("none").to_numpy(),
            "dump": dump.reindex(at["number"]).fillna(0).astype("int64").to_numpy(),
            "group": owner["group"].reindex(own["number"]).to_numpy(),
            "set": owner["set"].reindex(own["number"]).to_numpy(),
            "uid": _count(owner["uid"]).reindex(own["number"]).mask(lost.to_numpy()).array,
            "tag": _count(owner["tag"]).reindex(own["number"]).array,
            "length": length.reindex(long["number"]).mask(stale.to_numpy()).array,
        }
    )


def _last(marks: Places, places: Places) -> pd.DataFrame:
    """Return number and place of the last mark above each place, -1 where there is none."""
    number = np.searchsorted(marks, places, side="right") - 1
    at = np.where(number >= 0, np.append(marks, -1)[number], -1)
    return pd.DataFrame({"number": number, "at": at})


def _count(text: pd.Series) -> pd.Series:
    numbers = pd.to_numeric(text.astype("str"), errors="coerce")
    return numbers.astype("Int64")


def _notes(rows: pd.DataFrame, apps: pd.DataFrame) -> tuple[str, ...]:
    first, last = (
        pd.Timestamp(int(at), unit="s") for at in (rows["start"].min(), rows["start"].max())
    )
    notes = [sentence("importing.traffic_between_utc", first=first, last=last)]
    if apps.empty:
        notes.append(sentence("importing.totals_phone_only_no_apps", command=_COMMAND))
    else:
        notes.append(sentence("importing.form_does_not_say_sim", command=_COMMAND))
    return tuple(notes)


IMPORTER = Importer(
    id="netstats_checkin",
    title="Android dumpsys netstats --checkin",
    side="phone",
    how=f"Part of a bug report; better: `{_COMMAND}`.",
    known_from="documentation",
    reach=Reach.COMPUTER,
    rank=16,
    recognise=recognise,
    read=read,
)
