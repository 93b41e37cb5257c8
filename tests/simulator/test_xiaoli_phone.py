"""The phone's texts say what the hidden life was, read back without any importer."""

import json
import re

import pandas as pd
import pytest

from esim_analysis.simulator.scenarios import xiaoli

HEADING = re.compile(r"^  ident=\[(.*)\] uid=(-?\d+) set=(\S+) tag=(0x\d+)$")
ROW = re.compile(r"^      st=(\d+) rb=(\d+) rp=(\d+) tb=(\d+) tp=(\d+) op=0$")
SUBSCRIBERS = {"214070": ("esim-4g", "esim-5g"), "460001": ("home-sim",)}


@pytest.fixture(scope="module")
def text(outcome) -> str:
    return outcome.files["netstats.txt"].decode("utf-8")


@pytest.fixture(scope="module")
def counted(text) -> pd.DataFrame:
    section, key, rows = "", (), []
    for line in text.splitlines():
        if line and not line.startswith(" "):
            section = line
        elif section in ("Xt stats:", "UID stats:") and (heading := HEADING.match(line)):
            key = heading.groups()
        elif section in ("Xt stats:", "UID stats:") and (row := ROW.match(line)):
            rows.append((section, *key, *map(int, row.groups())))
    columns = ["section", "ident", "uid", "set", "tag", "st", "rb", "rp", "tb", "tp"]
    return pd.DataFrame(rows, columns=columns).astype({"uid": int})


@pytest.fixture(scope="module")
def uid_rows(counted) -> pd.DataFrame:
    return counted[counted["section"] == "UID stats:"]


def _bytes(rows: pd.DataFrame) -> int:
    return int((rows["rb"] + rows["tb"]).sum())


def test_cellular_totals_of_each_sim_are_the_hidden_bytes(uid_rows, outcome):
    hidden = json.loads(outcome.truth["xiaoli.json"])["phone_bytes_by_carrier"]
    for subscriber, carriers in SUBSCRIBERS.items():
        seen = uid_rows[
            uid_rows["ident"].str.contains(f"subscriberId={subscriber}...", regex=False)
        ]
        assert _bytes(seen) == sum(hidden[carrier] for carrier in carriers)


def test_the_device_section_repeats_the_bytes_of_the_apps(counted, uid_rows):
    device = counted[counted["section"] == "Xt stats:"]
    assert set(device["uid"]) == {-1}
    by_ident = uid_rows.groupby("ident")[["rb", "tb"]].sum()
    assert device.groupby("ident")[["rb", "tb"]].sum().equals(by_ident)


def test_buckets_stand_on_the_utc_grid(counted, uid_rows, text):
    assert (uid_rows["st"] % 7200 == 0).all()
    assert (counted["st"] % 3600 == 0).all()
    assert text.count("bucketDuration=7200") == uid_rows.groupby(["ident", "uid", "set"]).ngroups


def test_headings_are_unique_and_rows_rise_in_time(uid_rows):
    rise = uid_rows.groupby(["ident", "uid", "set"], sort=False)["st"].diff().dropna()
    assert (rise > 0).all()


def test_no_subscriber_is_longer_than_android_prints(text):
    assert set(re.findall(r"subscriberId=(\w+)", text)) == set(SUBSCRIBERS)
    assert not re.search(r"\d{14,}", text)


def test_the_second_sim_roams_and_the_esim_does_not(uid_rows):
    roaming = uid_rows["ident"].str.contains(", ROAMING, ", regex=False)
    assert uid_rows["ident"].str.contains("460001...", regex=False).equals(roaming)
    assert 0 < _bytes(uid_rows[roaming]) < 50_000_000


def test_the_dictionary_fills_its_buckets_in_the_background(uid_rows):
    cellular = uid_rows["ident"].str.startswith("{type=0")
    lexi = uid_rows[(uid_rows["uid"] == 10142) & cellular & (uid_rows["set"] == "DEFAULT")]
    buckets = lexi.groupby(pd.to_datetime(lexi["st"], unit="s").dt.strftime("%d %H"))["rb"].sum()
    nights = buckets[["13 00", "14 00", "21 00"]]  # 02:00 to 04:00 in Barcelona
    assert (nights > 550_000_000).all()
    assert buckets.sum() - nights.sum() < 0.01 * nights.sum()  # read between two polls


def test_hotspot_and_removed_apps_are_counted_as_android_does(uid_rows):
    special = uid_rows[uid_rows["uid"].isin([-4, -5])]
    assert set(special["uid"]) == {-4, -5}
    assert set(special["set"]) == {"DEFAULT"}
    hotspot = special[special["uid"] == -5]
    assert hotspot["ident"].str.startswith("{type=0").all()


def test_packages_name_every_app_and_two_share_a_uid(outcome, uid_rows):
    listed = re.findall(
        r"^package:(\S+) uid:(\d+)$", outcome.files["packages.txt"].decode(), re.MULTILINE
    )
    assert len(listed) == len(xiaoli.APPS)
    apps = {uid for uid in uid_rows["uid"] if uid >= 10000}
    assert apps <= {int(uid) for _, uid in listed}
    assert [name for name, uid in listed if uid == "10061"] == [
        "com.example.tienda",
        "com.example.tienda.services",
    ]


def test_data_saver_is_off_and_the_restricted_app_sends_nothing_unseen(outcome, uid_rows):
    policy = outcome.files["netpolicy.txt"].decode()
    assert "Restrict background: false" in policy
    assert "UID=10124 policy=1 (REJECT_METERED_BACKGROUND)" in policy
    assert not ((uid_rows["uid"] == 10124) & (uid_rows["set"] == "DEFAULT")).any()
