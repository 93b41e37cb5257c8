"""Android's per-app traffic history: `adb shell dumpsys netstats --full --uid`."""

import re
from typing import Final

import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.importers.phone._lines import clean, head_of
from esim_analysis.importers.phone._netstats_dumps import Dumps, look, read_simple
from esim_analysis.importers.phone._netstats_rows import device_totals, evidence_rows
from esim_analysis.importers.phone._netstats_text import DumpText
from esim_analysis.importers.phone._overlap import newest_of, newest_totals
from esim_analysis.model import Evidence, FileError, Source

__all__ = ["IMPORTER", "newest_of", "newest_totals", "read_simple"]

_COMMAND: Final = "adb shell dumpsys netstats --full --uid > netstats.txt"
_SIGNS: Final = re.compile(
    r"^(?:Detailed )?(?:Dev|Xt|UID|UID tag) stats:|NetworkStatsHistory: bucketDuration="
    r"|^Active UID interfaces:|can't dump NetworkStats|^Forced poll\s*$",
    re.MULTILINE,
)
_DENIED: Final = re.compile(r"Permission Denial|android\.permission\.DUMP")
_TUNNEL_SHARE: Final = 0.1  # above it, a tunnel hides enough to be worth a sentence


def recognise(file: SourceFile) -> bool:
    """Tell netstats text, or the refusal printed in its place, by its headings."""
    return _SIGNS.search(head_of(file)) is not None


def read(file: SourceFile, options: ReadOptions) -> Imported:  # noqa: ARG001 - buckets are UTC
    """Read untagged per-app buckets as evidence, and the device's totals beside them.

    Raises
    ------
    FileError
        The phone refused, the per-app section is missing, or nothing in it can be read.
    """
    text = clean(file.text)
    seen = look([text])
    if not seen.has_apps[0]:
        raise _no_app_section(file.name, text)
    if not seen.useful[0]:
        raise FileError(
            file.name,
            sentence("importing.netstats_dump_whose_per_app"),
            sentence("importing.run_again_give_whole_file", command=_COMMAND),
        )
    dump, rows = seen.dump, seen.rows
    strays = rows[~seen.possible & seen.used]
    rejected = pd.concat([dump.rejected, _unwanted(dump, seen.series), _impossible(strays)])
    frame = evidence_rows(rows[seen.told], file.name)
    notes = _notes(seen, strays[strays["section"] == "uid"], frame)
    source = Source(
        id=file.name,
        importer=IMPORTER.id,
        sha256=file.sha256,
        rows=int(seen.in_uid.sum()) + len(dump.rejected),
        kept=len(frame),
        rejected=len(rejected),
        notes=notes,
    )
    evidence = Evidence(
        frame=frame,
        device_totals=device_totals(rows[~seen.in_uid & seen.possible & seen.used], file.name),
        sources=(source,),
        rejected=rejected.assign(source=file.name)[["source", "line", "field", "reason"]],
    )
    return Imported(evidence=evidence, notes=notes)


def _no_app_section(name: str, text: str) -> FileError:
    if _DENIED.search(text):
        return FileError(
            name,
            sentence("importing.phone_refused_show_statistics_permission"),
            sentence("importing.connect_phone_computer_run", command=_COMMAND),
        )
    return FileError(
        name,
        sentence("importing.netstats_dump_without_per_app"),
        sentence("importing.run_adb_shell_dumpsys_netstats", command=_COMMAND),
    )


def _unwanted(dump: DumpText, series: pd.DataFrame) -> pd.DataFrame:
    """Return the rejected rows of series that are left out for a reason worth telling."""
    told = series.loc[series["reason"].notna(), ["reason"]]
    rows = dump.rows[["series", "line"]].join(told, on="series", how="inner")
    return pd.DataFrame(
        {"line": (rows["line"] + 1).astype("str"), "field": "series", "reason": rows["reason"]}
    )


def _impossible(strays: pd.DataFrame) -> pd.DataFrame:
    reason = sentence("importing.time_moment_dump_makes_impossible")
    return pd.DataFrame(
        {"line": (strays["line"] + 1).astype("str"), "field": "st", "reason": reason}
    ).astype("str")


def _notes(seen: Dumps, strays: pd.DataFrame, frame: pd.DataFrame) -> tuple[str, ...]:
    dump = seen.dump
    moments = [time.told() for time in seen.times if time is not None]
    both = len(moments) > 1
    notes = [
        sentence("importing.taken_twice", first=moments[0], last=moments[-1])
        if both
        else sentence("importing.taken", moment=moments[0] if moments else "")
    ]
    if dump.dumps[0] > 1:
        told = sentence("importing.holds_dumps_bucket_seen_twice", dumps=int(dump.dumps[0]))
        notes.append(told)
    if dump.since_boot:
        first = frame["start_utc"].min().strftime("%Y-%m-%d %H:%M")
        notes.append(
            sentence("importing.history_since_phone_last_start", first=first, command=_COMMAND)
        )
    if dump.omitted[0]:
        left = int(dump.omitted[0])
        notes.append(sentence("importing.phone_left_buckets_out_when", omitted=left))
    if len(strays):
        lost = int((strays["down"].fillna(0) + strays["up"].fillna(0)).sum())
        notes.append(
            sentence("importing.rows_impossible_times_left_out", count=len(strays), lost=lost)
        )
    if dump.cut[0]:
        notes.append(sentence("importing.file_ends_inside_row_row"))
    volume = frame["bytes_up"].fillna(0) + frame["bytes_down"].fillna(0)
    tunnel = int(volume[frame["interface"] == "vpn"].sum())
    if tunnel:
        notes.append(sentence("importing.bytes_vpn_tunnel_kept_apart", tunnel=tunnel))
    if tunnel > _TUNNEL_SHARE * int(volume.sum()):
        notes.append(sentence("importing.much_went_through_vpn_what"))
    return tuple(notes)


IMPORTER = Importer(
    id="netstats",
    title="Android dumpsys netstats",
    side="phone",
    how=f"With USB debugging on: `adb shell dumpsys netstats --poll`, then `{_COMMAND}`.",
    known_from="real files",
    reach=Reach.COMPUTER,
    rank=10,
    recognise=recognise,
    read=read,
)
