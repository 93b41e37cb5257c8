import pandas as pd

from esim_analysis.importers.captures.app_hosts import app_of_hosts
from esim_analysis.importers.captures.evidence import FLOWS, evidence_of
from esim_analysis.reference.tables import table


def _flows(**columns):
    rows = pd.DataFrame(columns)
    return rows.reindex(columns=list(FLOWS)).astype(FLOWS)


def test_a_content_network_of_many_tenants_names_no_app():
    shared = [row["suffix"] for row in table("hosts") if row["category"] == "cdn"]
    named = app_of_hosts(pd.Series([f"x.{suffix}" for suffix in shared]))
    assert len(shared) > 60
    assert {suffix: app for suffix, app in zip(shared, named, strict=True) if app} == {}


def test_a_host_under_a_content_network_never_outranks_the_apps_own_counter():
    at = pd.Timestamp("2026-10-01 08:00", tz="UTC").as_unit("us")
    seen = evidence_of(
        _flows(
            start_utc=[at] * 3,
            end_utc=[at + pd.Timedelta(minutes=5)] * 3,
            uid=[10123, pd.NA, pd.NA],
            package=["com.example.vista", "", ""],
            bytes_down=[10, 90_000_000, 90_000_000],
            remote_host=["x.cdninstagram.com", "video.akamaized.net", ""],
            remote_ip=["", "", "1.1.1.1"],
        ),
        source="capture.csv",
    )
    # The phone's own word stands, whoever carries; a carrier alone names nobody and counts nothing.
    assert seen["app"].tolist() == ["com.example.vista", "unattributed", "unattributed"]
    assert seen["counts_toward_total"].tolist() == [True, False, False]
    assert seen["confidence"].iloc[0] == 1.0
