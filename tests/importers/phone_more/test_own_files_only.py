"""Each importer knows its own files and leaves those of others alone."""

from pathlib import Path

import pytest

from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.phone import (
    batterystats,
    bugreport_zip,
    ios_data_usage,
    ios_privacy_report,
    netstats_checkin,
    vnstat_json,
)

NEW = (
    batterystats,
    bugreport_zip,
    ios_data_usage,
    ios_privacy_report,
    netstats_checkin,
    vnstat_json,
)
OWN = {"batterystats.txt": batterystats, "checkin.txt": netstats_checkin}
OTHERS = Path(__file__).parents[1]


@pytest.mark.parametrize("module", NEW, ids=lambda module: module.IMPORTER.id)
def test_samples_of_other_formats_are_not_taken(module, sample_data):
    mine = {Path(__file__).parent / "samples", OTHERS / "ios" / "samples"}
    folders = [folder for folder in OTHERS.glob("*/samples") if folder not in mine]
    paths = [path for folder in [*folders, sample_data] for path in folder.rglob("*.*")]
    assert len(paths) > 20
    taken = [p for p in paths if p.is_file() and module.IMPORTER.recognise(SourceFile(p, p.name))]
    assert taken == []


@pytest.mark.parametrize("name", OWN)
def test_own_samples_are_taken_by_one_of_them_only(name):
    file = SourceFile(Path(__file__).parent / "samples" / name, name)
    assert [m for m in NEW if m.IMPORTER.recognise(file)] == [OWN[name]]
