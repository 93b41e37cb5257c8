"""Names of uids."""

from pathlib import Path

import pandas as pd
import pytest

from esim_analysis.importers.importer import ReadOptions
from esim_analysis.importers.phone.netstats import IMPORTER as NETSTATS
from esim_analysis.importers.phone.packages import IMPORTER, name_apps
from esim_analysis.model import Evidence, FileError

SAMPLES = Path(__file__).parent / "samples" / "packages"


def read(file):
    assert IMPORTER.recognise(file)
    return IMPORTER.read(file, ReadOptions()).packages


@pytest.mark.parametrize("name", ["pm_list", "dumpsys_package"])
def test_each_form_reads_as_its_golden_frame(sample, golden, name):
    golden(read(sample(f"packages/{name}.txt")), SAMPLES / f"{name}.packages.csv")


@pytest.mark.parametrize(
    ("line", "uid", "package"),
    [
        ("package:com.x uid:10123", 10123, "com.x"),
        ("package:com.x  uid:1010123", 10123, "com.x"),
        ("package:com.x versionCode:7 uid:10123", 10123, "com.x"),
        ("package:/data/app/~~q==/com.x-r==/base.apk=com.x uid:10123", 10123, "com.x"),
        ("package：com.x\u00a0uid:10123\r", 10123, "com.x"),
    ],
)
def test_one_line_names_one_app(write, line, uid, package):
    table = read(write(line + "\n"))
    assert table.to_numpy().tolist() == [[uid, package]]
    assert str(table["uid"].dtype) == "Int64"


@pytest.mark.parametrize(
    "line",
    [
        "package:com.x",
        "package:/product/app/X/X.apk=com.x",
        f"package:com.x uid:1{'9' * 400}",  # no uid: a damaged line
    ],
)
def test_a_list_without_uids_says_the_command_with_the_capital_u(write, line):
    with pytest.raises(FileError, match="pm list packages -U"):
        read(write(line + "\n"))


def test_apps_get_the_first_package_and_the_others_as_label(sample):
    evidence = NETSTATS.read(sample("netstats/android_14.txt"), ReadOptions()).evidence
    named = name_apps(evidence.frame, read(sample("packages/pm_list.txt")))
    assert named.loc[named["uid"] == 10200, ["app", "app_label"]].to_numpy().tolist() == [
        ["com.example.chat", "com.example.chat.widgets"]
    ]
    profiles = named.loc[named["uid"].isin([10123, 1010123]), "app"]
    assert set(profiles) == {"com.example.words"}
    assert {"tethering", "removed", "system"} <= set(named["app"])
    assert named["bytes_down"].sum() == evidence.frame["bytes_down"].sum()
    Evidence(named)


def test_an_app_without_a_package_keeps_its_uid(sample):
    evidence = NETSTATS.read(sample("netstats/android_6.txt"), ReadOptions()).evidence
    packages = pd.DataFrame({"uid": pd.array([10999], dtype="Int64"), "package": ["com.other"]})
    for known in (packages, packages.head(0)):
        assert set(name_apps(evidence.frame, known)["app"]) == {"uid:10050"}
