"""TrackerControl's list of contacts: which app spoke to which tracker, and when; no bytes."""

from typing import Final

import pandas as pd

from esim_analysis.i18n.sentences import sentence
from esim_analysis.importers.captures.arrays import Ints
from esim_analysis.importers.captures.cells import host_names, matches, signed_numbers, with_columns
from esim_analysis.importers.captures.cells import whole_numbers as whole
from esim_analysis.importers.captures.clock import IMPOSSIBLE, no_dates, possible, utc
from esim_analysis.importers.captures.evidence import evidence_of, packages_of
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, Importer, Reach, ReadOptions
from esim_analysis.importers.tabular.delimited import split_rows
from esim_analysis.model import UNATTRIBUTED, Evidence, FileError, Source

_ALL_APPS: Final = ["uid", "daddr", "time", "uncertain", "tracker", "category", "package", "app"]
_ONE_APP: Final = ["daddr", "time", "uncertain", "tracker name", "tracker category"]
_NUMERIC: Final = r"^[0-9.]+$|^[0-9a-fA-F:]*:[0-9a-fA-F:.]*$"
_MS_SINCE: Final = 10**11  # seconds would mean the year 5138
_CONTACT: Final = 0.2  # a contact ranks suspects; it says nothing about volume
_UNCERTAIN: Final = 0.1
_NO: Final = ("", "0", "false")


def recognise(file: SourceFile) -> bool:
    """Tell the list by its heading."""
    return file.is_text and _heading(file.head_text) in (_ALL_APPS, _ONE_APP)


def read(file: SourceFile, options: ReadOptions) -> Imported:  # noqa: ARG001 - times are UTC
    """Read contacts: an app, a host, a moment.

    Raises
    ------
    FileError
        There is a heading and no contact below it, or not one with a date.
    """
    rows = split_rows(file.text.lstrip("\ufeff\n"), ",")
    names = _heading(file.text)
    whole_rows = {line: row for line, row in enumerate(rows[1:], start=2) if any(row)}
    if not whole_rows:
        raise FileError(
            file.name,
            sentence("importing.trackercontrol_heading_without_single_contact"),
            sentence("importing.let_trackercontrol_run_while_phone"),
        )
    fit = {line: row for line, row in whole_rows.items() if len(row) == len(names)}
    table = pd.DataFrame.from_dict(fit, orient="index", columns=names, dtype="str")
    table = with_columns(table, _ALL_APPS)
    number = whole(table["time"]).fillna(0)
    micros: Ints = (number.where(number >= _MS_SINCE, number * 1000) * 1000).to_numpy("int64")
    dated = possible(micros)
    if not dated.any():
        raise no_dates(file.name)
    flows = _flows(table[dated], micros[dated])
    frame = _contacts(flows, table.loc[dated, "uncertain"], file.name)
    rejected = _rejected(file.name, sorted(set(whole_rows) - set(fit)), table.index[~dated])
    notes = [sentence("importing.contacts_without_bytes_they_rank", count=len(frame))]
    if names == _ONE_APP:
        notes.append(sentence("importing.list_about_one_app_does"))
    source = Source(
        id=file.name,
        importer=IMPORTER.id,
        sha256=file.sha256,
        rows=len(whole_rows),
        kept=len(frame),
        rejected=len(rejected),
        notes=tuple(notes),
    )
    evidence = Evidence(frame=frame, sources=(source,), rejected=rejected)
    return Imported(evidence=evidence, packages=packages_of(flows), notes=tuple(notes))


def _heading(text: str) -> list[str]:
    first = text.lstrip("\ufeff\n")[:1000].split("\n")[0]
    return [cell.strip().strip('"').lower() for cell in first.split(",")]


def _flows(table: pd.DataFrame, micros: Ints) -> pd.DataFrame:
    address = table["daddr"].str.strip()
    numeric = pd.Series(matches(address, _NUMERIC), index=table.index)
    return pd.DataFrame(
        {
            "start_utc": utc(micros).array,
            "end_utc": utc(micros).array,
            "uid": signed_numbers(table["uid"]).array,
            "package": table["package"].str.strip().array,
            "app_label": table["app"].str.strip().array,
            "remote_host": host_names(address.mask(numeric, "")).array,
            "remote_ip": address.where(numeric, "").array,
            "source_row": table.index.astype("str"),
        }
    )


def _contacts(flows: pd.DataFrame, uncertain: pd.Series, source: str) -> pd.DataFrame:
    """Return contacts as evidence: an app only where the list names it, never by the host."""
    frame = evidence_of(flows, source=source)
    unsure = ~uncertain.str.strip().str.lower().isin(_NO).to_numpy()
    named = ((flows["uid"] >= 0).fillna(value=False) | (flows["package"] != "")).to_numpy(bool)
    confidence = pd.Series(_CONTACT, index=frame.index).mask(unsure, _UNCERTAIN)
    return frame.assign(
        app=frame["app"].where(named, UNATTRIBUTED),
        time_kind="first_last",
        hits=1,
        counts_toward_total=False,
        confidence=confidence,
    )


def _rejected(name: str, misshapen: list[int], undated: pd.Index) -> pd.DataFrame:
    parts = (
        ("row", sentence("importing.other_number_of_cells"), misshapen),
        ("time", IMPOSSIBLE, undated.tolist()),
    )
    rows = [(name, str(line), field, why) for field, why, lines in parts for line in lines]
    return pd.DataFrame(rows, columns=["source", "line", "field", "reason"], dtype="str")


IMPORTER = Importer(
    id="trackercontrol_csv",
    title="TrackerControl contacts (CSV)",
    side="phone",
    how="TrackerControl (no root): menu > Export as CSV after a day of use.",
    known_from="documentation",
    reach=Reach.CUSTOMER,
    rank=66,
    recognise=recognise,
    read=read,
)
