import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esim_analysis.model import Snapshots, difference
from esim_analysis.model.units import unit_bytes, volume_bytes


@pytest.mark.parametrize(
    ("text", "base", "expected"),
    [
        ("1GB23MB", 1000, 1_023_000_000),
        ("1GB23MB", 1024, 1_097_859_072),
        ("3.2 GB", 1000, 3_200_000_000),
        ("845.3MB", 1000, 845_300_000),
        ("12 KB", 1024, 12_288),
        ("0 B", 1000, 0),
        ("2 MiB", 1000, 2_097_152),
    ],
)
def test_cells_with_their_own_units(text, base, expected):
    assert volume_bytes(pd.Series([text]), unit="cell", base=base).tolist() == [expected]


def test_a_cell_without_a_volume_is_unknown_and_not_zero():
    assert volume_bytes(pd.Series(["n/a", None], dtype="str"), unit="cell", base=1000).isna().all()


@given(st.integers(0, 10**12), st.sampled_from([1000, 1024]))
def test_megabytes_with_six_decimals_return_to_the_byte(size, base):
    text = f"{size / base**2:.9f}"
    assert volume_bytes(pd.Series([text]), unit="MB", base=base).tolist() == [size]


def test_the_two_gigabytes_differ_by_seven_percent():
    assert unit_bytes("GB", 1024) / unit_bytes("GB", 1000) == pytest.approx(1.0737, abs=1e-4)


def snapshots(*rows: tuple[str, int | None, int | None]) -> Snapshots:
    frame = pd.DataFrame(rows, columns=["t", "used", "remaining"])
    frame["t_utc"] = pd.to_datetime(frame.pop("t"), utc=True).astype("datetime64[us, UTC]")
    return Snapshots(frame.assign(line="", bundle="", source="x", source_row="1"))


def test_balances_become_the_use_between_them():
    made = difference(snapshots(("2026-11-02 23:00", None, 4200), ("2026-11-03 07:00", None, 2200)))
    assert made["bytes_total"].tolist() == [2000]
    assert made["start_utc"].tolist() == [pd.Timestamp("2026-11-02T23:00Z")]


def test_a_top_up_starts_afresh_and_never_gives_a_negative_volume():
    made = difference(
        snapshots(("2026-11-01", None, 100), ("2026-11-02", None, 5000), ("2026-11-03", None, 4000))
    )
    assert made["bytes_total"].tolist() == [1000]


def test_equal_counters_prove_silence():
    made = difference(snapshots(("2026-11-01", 300, None), ("2026-11-02", 300, None)))
    assert made["bytes_total"].tolist() == [0]
