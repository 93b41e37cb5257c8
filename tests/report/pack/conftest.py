"""A case with everything in it that may not leave the computer, and its rows as others hold them."""

from dataclasses import replace

import pytest

from esim_analysis.model import FileError, Source

IMSI, ICCID, PHONE = "214079999912345", "8934071234567890123", "+34 612 345 678"
ADDRESS, USER, SSID = "10.133.7.42", "anali", "CasaDeAna"
SECRETS = (IMSI, ICCID, PHONE, ADDRESS, USER, SSID, "/home/", "612 345", "612345678")


@pytest.fixture(scope="session")
def case(builders):
    """Return the case of three nights, its rows open and explained, named by their raw ids."""
    analysis = builders.xiaoli()
    by_record = analysis.attribution.by_record
    none, some = by_record["attributed"] == 0, by_record["unattributed"] > 0
    status = by_record["status"].mask(some, "partly").mask(none, "no_evidence")
    frame = analysis.usage.frame
    evidence = replace(
        analysis.evidence,
        sources=(
            Source(f"/home/{USER}/{IMSI}.txt", "netstats", "2" * 64, 9, 9,
                   notes=(f"SIM {ICCID}, called {PHONE} from {ADDRESS}",)),
        ),
    )  # fmt: skip
    return replace(
        analysis,
        usage=replace(analysis.usage, frame=frame.assign(line=builders.RAW_LINE)),
        attribution=replace(
            analysis.attribution, by_record=by_record.assign(status=status),
        ),
        evidence=evidence,
        coverage=replace(
            analysis.coverage,
            evidence_from=frame["start_utc"].min(),
            evidence_until=frame["end_utc"].max(),
        ),
        problems=(FileError(f"/home/{USER}/{ICCID}.csv", "a photo", "export the bill as CSV"),),
    )  # fmt: skip


@pytest.fixture
def records(case, tmp_path):
    """Return a function that writes the case's rows as the operator may hold them, as CSV."""

    def written(change=lambda rows: rows, *, columns=None, name="records.csv"):
        frame = case.usage.frame
        rows = frame[["start_utc", "end_utc"]].assign(
            iccid="8934070000000000001",
            bytes=frame["bytes_total"],
            charge=frame["charge"].astype("str"),
        )
        rows = change(rows.reset_index(drop=True))
        rows = rows.assign(bytes=(rows["bytes"].astype("float64") / 1e6).map("{:.6f}".format))
        for column in ("start_utc", "end_utc"):
            rows[column] = rows[column].dt.strftime("%Y-%m-%dT%H:%M:%SZ")
        named = rows.rename(
            columns={"iccid": "ICCID", "start_utc": "Start time (UTC)", "end_utc": "End time (UTC)",
                     "bytes": "Data usage (MB)", "charge": "Charge (EUR)"}
        )  # fmt: skip
        path = tmp_path / name
        named[columns or list(named)].to_csv(path, index=False)
        return path

    return written
