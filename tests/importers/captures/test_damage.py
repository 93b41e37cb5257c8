"""Whatever is done to the bytes of a capture, a sentence comes out, and soon."""

from contextlib import suppress
from pathlib import Path

import databases
import pytest
import wire
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_pcap import FORMS, traffic

from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import ReadOptions
from esim_analysis.importers.phone import (
    pcap,
    pcapdroid_csv,
    rethink_db,
    trackercontrol_csv,
    zeek_conn,
)
from esim_analysis.importers.registry import importers
from esim_analysis.model import FileError

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
OURS = {
    module.IMPORTER.id: module.IMPORTER
    for module in (pcap, pcapdroid_csv, rethink_db, trackercontrol_csv, zeek_conn)
}
SAMPLES = {
    "connections_16.csv": "pcapdroid_csv",
    "connections_17.csv": "pcapdroid_csv",
    "connections_18.csv": "pcapdroid_csv",
    "trackercontrol_log_20261003.csv": "trackercontrol_csv",
    "conn.log": "zeek_conn",
}


def pcapng_with_everything():
    data = wire.section() + wire.interface(name="wlan0", resolution=9, offset=1)
    data += wire.keys(b"secret!!") + wire.uid_name(10123, "com.a.b", "A")
    data += b"".join(
        wire.enhanced(moment, packet, uid=10123, ticks=10**9) for moment, packet in traffic()
    )
    return data + wire.simple(traffic()[0][1])


BINARIES = {
    "raw": FORMS["raw"](traffic()),
    "trailer": FORMS["trailer"](traffic()),
    "cooked": FORMS["cooked"](traffic()),
    "pcapng": pcapng_with_everything(),
}
TEXTS = {name: (HERE / "samples" / name).read_bytes() for name in SAMPLES}


@st.composite
def damaged(draw, originals):
    """Give one of some files with bytes changed, cut out, doubled or cut off."""
    data = bytearray(draw(st.sampled_from(originals)))
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, len(data) - 1))
        match draw(st.sampled_from(["set", "cut", "double", "end", "insert"])):
            case "set":
                data[place] = draw(st.integers(0, 255))
            case "cut":
                del data[place : place + draw(st.integers(1, 40))]
            case "double":
                data[place:place] = data[place : place + draw(st.integers(1, 200))]
            case "insert":
                data[place:place] = draw(st.binary(min_size=1, max_size=12))
            case _:
                del data[max(place, 1) :]
        if not data:
            data = bytearray(b"\0")
    return bytes(data)


def read_if_known(folder, data):
    path = folder / "damaged"
    path.write_bytes(data)
    file = SourceFile(path, "damaged")
    for importer in OURS.values():
        if importer.recognise(file):
            with suppress(FileError):
                assert importer.read(file, ReadOptions()).evidence is not None


@pytest.mark.parametrize("original", BINARIES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_captures_give_evidence_or_a_sentence(tmp_path, original, data):
    read_if_known(tmp_path, data.draw(damaged([BINARIES[original]])))


@pytest.mark.parametrize("original", TEXTS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_texts_give_evidence_or_a_sentence(tmp_path, original, data):
    read_if_known(tmp_path, data.draw(damaged([TEXTS[original]])))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_databases_give_evidence_or_a_sentence(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("rethink")
    original = databases.log(folder / "made.db", {}, {"isBlocked": 1})
    read_if_known(folder, data.draw(damaged([original])))


@pytest.mark.parametrize("tail", [bytes(1_000_000), b"\xff" * 100_000, b"\x01" * 100_000])
@pytest.mark.parametrize("head", [BINARIES["raw"][:24], BINARIES["pcapng"][:64]])
def test_a_long_tail_of_nonsense_ends_the_reading(tmp_path, head, tail):
    read_if_known(tmp_path, head + tail)


@pytest.mark.parametrize("name", SAMPLES)
def test_each_sample_is_recognised_by_its_importer_alone(sample, name):
    file = sample(name)
    assert [importer.id for importer in OURS.values() if importer.recognise(file)] == [
        SAMPLES[name]
    ]
    known = [importer.id for importer in importers() if importer.recognise(file)]
    assert known[0] == SAMPLES[name]


@pytest.mark.parametrize("original", BINARIES)
def test_captures_are_recognised_by_their_importer_alone(write, original):
    file = write(BINARIES[original])
    assert [importer.id for importer in importers() if importer.recognise(file)] == ["pcap"]


def test_no_file_of_another_format_is_taken():
    folders = [ROOT / "sample_data", *(HERE.parent).glob("[!c]*/samples")]
    paths = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert len(paths) > 20
    taken = {
        path.name: importer.id
        for path in paths
        for importer in OURS.values()
        if path.stat().st_size and importer.recognise(SourceFile(path, path.name))
    }
    assert taken == {}


def test_real_connection_lists_and_logs_are_read(real_samples):
    folder = real_samples / "phone"
    files = [SourceFile(path, path.name) for path in sorted(folder.rglob("*")) if path.is_file()]
    ours = [(file, i) for file in files for i in OURS.values() if i.recognise(file)]
    assert ours
    for file, importer in ours:
        with suppress(FileError):
            assert len(importer.read(file, ReadOptions()).evidence.frame)
