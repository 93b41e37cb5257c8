"""No byte is lost or found, whatever the bill and the phone say."""

from dataclasses import replace

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from esim_analysis.attribution import attribute, timeline
from esim_analysis.model import (
    RESIDUALS,
    USAGE,
    Choice,
    Evidence,
    Origin,
    UsageRecords,
)

# The night in which Madrid's clock goes back, and the days around it.
NIGHT = pd.Timestamp("2026-10-24 18:00", tz="UTC")
MADRID = Choice("Europe/Madrid", Origin.DECLARED)


@st.composite
def bills(draw):
    count = draw(st.integers(0, 12))
    start = draw(st.lists(st.integers(0, 40 * 60), min_size=count, max_size=count))
    length = draw(st.lists(st.integers(0, 9 * 60), min_size=count, max_size=count))
    volume = draw(st.lists(st.integers(0, 10**9), min_size=count, max_size=count))
    extra = draw(st.lists(st.integers(0, 1024), min_size=count, max_size=count))
    rounded = draw(st.booleans())
    frame = pd.DataFrame(
        {
            "line": draw(st.lists(st.sampled_from("ab"), min_size=count, max_size=count)),
            "start_utc": NIGHT + pd.to_timedelta(np.array(start, dtype=float), unit="min"),
            "end_utc": NIGHT + pd.to_timedelta(np.add(start, length).astype(float), unit="min"),
            "time_quality": draw(
                st.lists(
                    st.sampled_from(["session", "partial", "date_only", "prorated"]),
                    min_size=count,
                    max_size=count,
                )
            ),
            "service_class": draw(
                st.lists(st.sampled_from(["data", "sms"]), min_size=count, max_size=count)
            ),
            "bytes_total": volume,
            "bytes_billed": np.add(volume, extra) if rounded else [None] * count,
            "source": "bill",
            "record_id": [str(number) for number in range(count)],
        }
    )
    return UsageRecords(_typed(frame))


def _typed(frame):
    times = {name: frame[name].astype("datetime64[us, UTC]") for name in ("start_utc", "end_utc")}
    volumes = {name: frame[name].astype("Int64") for name in ("bytes_total", "bytes_billed")}
    texts = {
        name: frame[name].astype("str")
        for name in ("line", "time_quality", "service_class", "source", "record_id")
    }
    return frame.assign(**times, **volumes, **texts)[[*USAGE.keys() & set(frame.columns)]]


@st.composite
def phones(draw):
    count = draw(st.integers(0, 25))
    if not count:
        return Evidence.none()
    start = np.array(draw(st.lists(st.integers(0, 42), min_size=count, max_size=count)), float)
    length = np.array(
        draw(st.lists(st.sampled_from([0, 1, 2, 12]), min_size=count, max_size=count)), float
    )
    return Evidence(
        pd.DataFrame(
            {
                "start_utc": (NIGHT + pd.to_timedelta(start, unit="h")).as_unit("us"),
                "end_utc": (NIGHT + pd.to_timedelta(start + length, unit="h")).as_unit("us"),
                "time_kind": "bucket",
                "app": draw(st.lists(st.sampled_from("pqr"), min_size=count, max_size=count)),
                "bytes_down": draw(st.lists(st.integers(0, 10**9), min_size=count, max_size=count)),
                "ground": draw(
                    st.lists(
                        st.sampled_from(["background", "foreground"]),
                        min_size=count,
                        max_size=count,
                    )
                ),
                "interface": draw(
                    st.lists(
                        st.sampled_from(["cellular", "unknown", "wifi"]),
                        min_size=count,
                        max_size=count,
                    )
                ),
                "sim_plmn": draw(
                    st.lists(st.sampled_from(["", "214-07"]), min_size=count, max_size=count)
                ),
                "counts_toward_total": True,
                "confidence": 1.0,
                "source": "phone",
            }
        )
    )


@given(bills(), phones())
def test_parts_of_every_record_line_and_day_sum_to_the_bill(usage, evidence):
    found = attribute(usage, evidence, zone=MADRID)
    billed = usage.billed.fillna(0)
    records = found.by_record.set_index("record")
    assert records["billed"].tolist() == billed.tolist()
    assert (found.by_record[["attributed", "unattributed", "rounding"]] >= 0).all(axis=None)
    assert (found.by_record["conflict"] <= 0).all()
    by_record = found.pieces.groupby("record")["bytes"].sum()
    assert (by_record.reindex(records.index, fill_value=0) == records["billed"]).all()
    by_line = billed.groupby(usage.frame["line"]).sum()
    for table in (found.by_day, found.by_cycle):
        sums = table.groupby("line")["bytes"].sum().reindex(by_line.index, fill_value=0)
        assert (sums == by_line).all()


@given(bills(), phones())
def test_bands_hold_the_figure_and_only_conflict_is_negative(usage, evidence):
    found = attribute(usage, evidence, zone=MADRID)
    for table in (found.by_day, found.by_cycle):
        assert (table["bytes_low"] <= table["bytes"]).all()
        assert (table["bytes"] <= table["bytes_high"]).all()
        assert (table.loc[table["app"] != "conflict", "bytes"] > 0).all()


@given(bills(), phones(), st.sampled_from(["1h", "2h", "1D"]))
def test_a_timeline_keeps_every_byte_of_every_app(usage, evidence, step):
    found = attribute(usage, evidence, zone=MADRID)
    steps = timeline(found, step=step).groupby("app")["bytes"].sum()
    pieces = found.pieces.astype({"app": "str"}).groupby("app")["bytes"].sum()
    pd.testing.assert_series_equal(steps, pieces[pieces != 0], check_dtype=False)


@given(bills(), phones(), st.randoms(use_true_random=False))
def test_row_order_changes_nothing(usage, evidence, chance):
    def shuffled(frame):
        rows = list(range(len(frame)))
        chance.shuffle(rows)
        return frame.iloc[rows]

    found = attribute(usage, evidence, zone=MADRID)
    again = attribute(
        replace(usage, frame=shuffled(usage.frame)),
        replace(evidence, frame=shuffled(evidence.frame)),
        zone=MADRID,
    )
    pd.testing.assert_frame_equal(found.by_day, again.by_day)
    pd.testing.assert_frame_equal(found.by_cycle, again.by_cycle)


@given(bills(), phones())
def test_pieces_lie_in_their_record_or_their_phone_interval_and_last(usage, evidence):
    pieces = attribute(usage, evidence, zone=MADRID).pieces
    assert (pieces["start_utc"] < pieces["end_utc"]).all()
    residual = pieces["app"].isin(RESIDUALS)
    records = usage.frame.loc[pieces["record"]].reset_index(drop=True)
    assert (pieces.loc[residual, "start_utc"] == records.loc[residual, "start_utc"]).all()


def test_lines_do_not_disturb_each_other(bill, phone, madrid):
    hours = [("2026-11-01 10:00", "2026-11-01 10:50"), ("2026-11-01 11:10", "2026-11-01 12:30")]
    rows = [{"start": start, "end": end, "bytes": 5_000_000} for start, end in hours]
    buckets = [
        {"start": "2026-11-01 10:00", "end": "2026-11-01 12:00", "app": "p", "bytes": 4_000_000},
        {"start": "2026-11-01 12:00", "end": "2026-11-01 14:00", "app": "q", "bytes": 900_000},
    ]
    alone = attribute(bill(rows, line="a"), phone(buckets, line="a"), zone=madrid)
    both = attribute(
        bill([{**row, "line": line} for line in "ab" for row in rows]),
        phone([{**bucket, "line": line} for line in "ab" for bucket in buckets]),
        zone=madrid,
    )
    mine = both.by_day[both.by_day["line"] == "a"].reset_index(drop=True)
    pd.testing.assert_frame_equal(mine, alone.by_day)
