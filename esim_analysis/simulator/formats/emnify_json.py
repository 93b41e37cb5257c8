"""Parts of sessions as a Data Streamer writes them: one JSON object each, MB with six decimals."""

import json

import pandas as pd

_ICCID = "8910300000000000017"
_IMSI = "214070000000001"


def emnify_json(records: pd.DataFrame) -> str:
    """Write `start, end, billed, plmn, country_name, network` (times are UTC seconds) as one list."""
    stamp = "%Y-%m-%dT%H:%M:%SZ"
    rows = records.assign(
        begin=records["start"].astype("datetime64[s]").dt.strftime(stamp),
        finish=records["end"].astype("datetime64[s]").dt.strftime(stamp),
    ).to_dict("records")
    parts = [_part(number, row) for number, row in enumerate(rows, start=1)]
    return json.dumps(parts, indent=1) + "\n"


def _part(number: int, row: dict[object, object]) -> dict[str, object]:
    mcc, mnc = str(row["plmn"]).split("-")
    return {
        "id": number,
        "imsi": _IMSI,
        "sim": {"iccid": _ICCID},
        "start_timestamp": row["begin"],
        "end_timestamp": row["finish"],
        "operator": {
            "name": row["network"],
            "mnc": mnc,
            "country": {"mcc": mcc, "name": row["country_name"]},
        },
        "traffic_type": {"id": "5", "description": "Data"},
        "volume": {"total": int(str(row["billed"])) / 10**6},
    }
