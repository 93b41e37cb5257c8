"""What netstats dumps mean: apps, ground, networks, and what is never added."""

from pathlib import Path

import pandas as pd
import pytest

from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import ReadOptions
from esim_analysis.importers.phone.netstats import IMPORTER

SAMPLES = Path(__file__).parent / "samples" / "netstats"
MOBILE = (
    "{type=0, ratType=13, subscriberId=214070..., ROAMING, metered=true, "
    "defaultNetwork=true, oemManaged=OEM_NONE, subId=3, transports={0}}"
)
ROW = "st=1790978400 rb=1000 rp=3 tb=100 tp=2 op=0"


def read(file):
    assert IMPORTER.recognise(file)
    return IMPORTER.read(file, ReadOptions())


def volume(frame):
    return int((frame["bytes_up"].fillna(0) + frame["bytes_down"].fillna(0)).sum())


@pytest.mark.parametrize("name", ["android_6", "android_8", "android_14"])
def test_each_style_of_android_reads_as_its_golden_frame(sample, golden, name):
    imported = read(sample(f"netstats/{name}.txt"))
    shown = imported.evidence.frame.drop(columns=["line", "remote_host", "remote_ip"])
    golden(shown.dropna(axis="columns", how="all"), SAMPLES / f"{name}.evidence.csv")
    golden(imported.evidence.device_totals, SAMPLES / f"{name}.totals.csv")
    golden(imported.evidence.rejected, SAMPLES / f"{name}.rejected.csv")


def test_counted_app_rows_equal_the_device_totals_where_the_sum_of_all_lines_does_not(sample):
    file = sample("netstats/android_14.txt")
    evidence = read(file).evidence
    cellular = evidence.frame[evidence.frame["interface"] == "cellular"]
    spanish = cellular[(cellular["sim_plmn"] == "214-07") & cellular["counts_toward_total"]]
    totals = evidence.device_totals[evidence.device_totals["sim_plmn"] == "214-07"]
    assert volume(spanish) == volume(totals) == 19450

    naive = pd.Series(file.text.split("\n")).str.extract(r"rb=(\d+) rp=\d+ tb=(\d+)").dropna()
    assert naive.astype(int).sum().sum() > 2 * volume(evidence.frame)


def test_a_tunnel_is_kept_but_never_counts_and_is_no_device_total(sample):
    evidence = read(sample("netstats/android_14.txt")).evidence
    tunnel = evidence.frame[evidence.frame["interface"] == "vpn"]
    assert tunnel["counts_toward_total"].tolist() == [False]
    assert "vpn" not in set(evidence.device_totals["interface"])


def test_hotspot_removed_apps_system_and_profiles_have_their_names(sample):
    frame = read(sample("netstats/android_14.txt")).evidence.frame
    named = frame.drop_duplicates("uid").set_index("uid")["app"].to_dict()
    assert named == {
        10200: "uid:10200",
        1000: "system",
        1001: "system",
        -5: "tethering",
        -4: "removed",
        10123: "uid:10123",
        1010123: "uid:10123",
    }


def test_hotspot_and_removed_apps_have_no_ground(sample):
    frame = read(sample("netstats/android_14.txt")).evidence.frame
    assert set(frame.loc[frame["uid"] < 0, "ground"]) == {"unknown"}
    assert set(frame.loc[frame["uid"] >= 0, "ground"]) == {"foreground", "background"}


def test_an_app_has_one_row_a_radio_type_and_they_add_up(sample):
    frame = read(sample("netstats/android_14.txt")).evidence.frame
    words = frame[(frame["uid"] == 10123) & (frame["ground"] == "background")]
    counted = words[words["counts_toward_total"]]
    assert counted["bytes_down"].tolist() == [1000, 8000]


def test_several_members_of_one_network_count_once(sample):
    frame = read(sample("netstats/android_14.txt")).evidence.frame
    assert frame.loc[frame["interface"] == "wifi", "bytes_down"].tolist() == [5000]


def test_rows_point_at_the_line_of_the_file(sample):
    file = sample("netstats/android_14.txt")
    frame = read(file).evidence.frame
    hotspot = frame[frame["app"] == "tethering"].iloc[0]
    assert "rb=4000" in file.text.split("\n")[int(hotspot["source_row"]) - 1]


def test_times_the_dump_makes_impossible_are_rejected_and_their_bytes_told(sample):
    imported = read(sample("netstats/android_14.txt"))
    assert imported.evidence.rejected["field"].tolist() == ["st"]
    assert "Rows with impossible times left out: 1 (1000 bytes)." in imported.notes
    assert imported.evidence.frame["start_utc"].min().year == 2026


def test_the_newest_poll_event_tells_when_the_dump_was_taken(sample):
    notes = read(sample("netstats/android_14.txt")).notes
    assert notes[0] == "Taken 2026-10-03 09:15 (newest poll event, the phone's local time)."


def test_without_poll_events_the_newest_bucket_tells_it(sample):
    notes = read(sample("netstats/android_6.txt")).notes
    assert notes[0] == "Taken 2026-10-03 02:00 (end of the newest bucket, UTC)."


def test_one_bucket_of_the_future_does_not_move_the_window(write, dump):
    days = [f"st={1790978400 - 86400 * day} rb=10 rp=1 tb=1 tp=1 op=0" for day in range(60)]
    text = dump((MOBILE, 10123, "DEFAULT", [*days, "st=1830000000 rb=7 rp=1 tb=0 tp=1 op=0"]))
    imported = read(write(text))
    assert len(imported.evidence.frame) == 60
    assert "Rows with impossible times left out: 1 (7 bytes)." in imported.notes


def test_a_poll_event_from_a_wrong_clock_is_not_believed(write, dump):
    above = "Recent poll events:\n  1970-01-02T03:00:00.1 - Poll(flags=3)\n\n"
    imported = read(write(dump((MOBILE, 10123, "DEFAULT", [ROW]), above=above)))
    assert "newest bucket" in imported.notes[0]
    assert len(imported.evidence.frame) == 1


def test_since_boot_and_omitted_buckets_are_said(sample):
    notes = read(sample("netstats/android_8.txt")).notes
    assert any("since the phone's last start only" in note and "--full" in note for note in notes)
    assert any("left 12 buckets out" in note for note in notes)


@pytest.mark.parametrize(
    ("printed", "network"),
    [
        ("214070...", "214-07"),
        ("310410...", "310-410"),
        ("722310...", "722-310"),
        ("405840...", "405-840"),
        ("404100...", "404-10"),
        ("502153...", "502-153"),
        ("502121...", "502-12"),
        ("214070123456789", "214-07"),
        ("null", ""),
    ],
)
def test_the_subscriber_prefix_names_the_home_network(write, dump, printed, network):
    ident = MOBILE.replace("214070...", printed)
    frame = read(write(dump((ident, 10123, "DEFAULT", [ROW])))).evidence.frame
    assert frame["sim_plmn"].tolist() == [network]
    assert not frame.astype("str").apply(lambda c: c.str.contains("0123456789")).any().any()


@pytest.mark.parametrize(
    ("kind", "interface"),
    [
        ("0", "cellular"),
        ("MOBILE", "cellular"),
        ("MOBILE_IMS", "cellular"),
        ("11", "cellular"),
        ("1", "wifi"),
        ("7", "bluetooth"),
        ("ETHERNET", "ethernet"),
        ("VPN", "vpn"),
        ("99", "unknown"),
    ],
)
def test_network_types_are_names_or_numbers(write, dump, kind, interface):
    ident = f"{{type={kind}, ratType=COMBINED, metered=true, futureKey=x}}"
    frame = read(write(dump((ident, 10123, "DEFAULT", [ROW])))).evidence.frame
    assert frame["interface"].tolist() == [interface]
    assert frame["counts_toward_total"].tolist() == [interface != "vpn"]


def test_roaming_is_a_bare_word_of_any_member_and_subid_minus_one_is_unknown(write, dump):
    ident = "{type=0, ratType=13, metered=true, subId=-1}, {type=0, ratType=20, ROAMING, subId=-1}"
    row = read(write(dump((ident, 10123, "DEFAULT", [ROW])))).evidence.frame.iloc[0]
    assert row["roaming"]
    assert pd.isna(row["sim_sub_id"])


@pytest.mark.parametrize(
    "ssid",
    [
        "a}] uid=1 set=ALL tag=0x0",
        "a, ROAMING, b",
        'the "best" {bar}',
        "}, {type=0, subscriberId=310410",
        '", metered=true, x="',
        "[x]=:,",
    ],
)
def test_a_wifi_name_may_hold_anything_and_reaches_no_frame(write, dump, ssid):
    ident = (
        f'{{type=1, ratType=COMBINED, wifiNetworkKey="{ssid}"wpa2-psk, metered=false, '
        "defaultNetwork=true, oemManaged=OEM_NONE, subId=-1, transports={1, 4}}"
    )
    evidence = read(write(dump((ident, 10123, "DEFAULT", [ROW])))).evidence
    row = evidence.frame.iloc[0]
    assert (row["interface"], row["sim_plmn"], row["uid"]) == ("wifi", "", 10123)
    assert not row["roaming"]
    assert not row["metered"]
    assert ssid not in evidence.frame.to_csv()


def test_all_of_a_total_uid_or_an_unknown_set_is_rejected_not_added(write, dump):
    text = dump(
        (MOBILE, -1, "DEFAULT", [ROW]),
        (MOBILE, 10123, "SOMETHING_NEW", [ROW]),
        (MOBILE, 10123, "DEFAULT", [ROW]),
    )
    evidence = read(write(text)).evidence
    assert volume(evidence.frame) == 1100
    assert len(evidence.rejected) == 2


def test_real_dumps_agree_with_their_own_device_totals(real_samples):
    files = sorted((real_samples / "phone/android-netstats").glob("*.txt"))
    assert files
    for path in files:
        file = SourceFile(path, path.name)
        if not IMPORTER.recognise(file):
            continue
        evidence = IMPORTER.read(file, ReadOptions()).evidence
        counted = evidence.frame[evidence.frame["counts_toward_total"]]
        assert len(counted)
        since = max(counted["start_utc"].min(), evidence.device_totals["start_utc"].min())
        apps = volume(counted[counted["start_utc"] >= since])
        device = volume(evidence.device_totals[evidence.device_totals["start_utc"] >= since])
        assert 0.9 <= apps / device <= 1.12
