"""What a shell, a chat and a cable do to the text of `adb`, done to every text of it we read."""

import codecs
import gzip
import io
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from esim_analysis.importers.parts import read_parts
from esim_analysis.model import FileError

IMPORTERS = Path(__file__).parents[1]
TEXTS = {
    "netstats": IMPORTERS / "phone/samples/netstats/android_14.txt",
    "netstats_checkin": IMPORTERS / "phone_more/samples/checkin.txt",
    "packages": IMPORTERS / "phone/samples/packages/pm_list.txt",
    "netpolicy": IMPORTERS / "phone/samples/netpolicy/android_16.txt",
    "batterystats": IMPORTERS / "phone_more/samples/batterystats.txt",
    "usagestats": IMPORTERS / "screen/samples/android_14.txt",
}
DENIED = (
    "Permission Denial: can't dump {service} from from pid=4711, uid=10318 due to missing "
    "android.permission.DUMP permission\n"
)


def zipped(text):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("dump.txt", text)
    return out.getvalue()


UNHARMED = {
    "utf-16 with mark and cr lf, as PowerShell writes": lambda text: (
        codecs.BOM_UTF16_LE + text.replace("\n", "\r\n").encode("utf-16-le")
    ),
    "cr cr lf": lambda text: text.replace("\n", "\r\r\n").encode(),
    "lines of the daemon above": lambda text: (
        "* daemon not running; starting now at tcp:5037\n* daemon started successfully\n" + text
    ).encode(),
    "pasted through a chat": lambda text: (
        text.replace("  ", "\u00a0\u00a0").replace(":", "\uff1a").encode()
    ),
    "twice, one below the other": lambda text: (text.rstrip("\n") + "\n" + text).encode(),
    "gzip": lambda text: gzip.compress(text.encode()),
    "zip": zipped,
}


def told(folder, content):
    """Read a folder with one file; return all its frames say, without places and file names."""
    (folder / "dump.txt").write_bytes(content)
    parts, problems = read_parts([folder], timezone="Europe/Madrid")
    assert not problems
    (part,) = parts
    made = part.imported
    frames = {
        "evidence": made.evidence.frame if made.evidence is not None else None,
        "totals": made.evidence.device_totals if made.evidence is not None else None,
        "packages": made.packages,
        "screen": made.screen,
    }
    plain = {
        name: frame.drop(columns=["source", "source_row"], errors="ignore")
        for name, frame in frames.items()
        if frame is not None
    }
    settings = made.settings or (made.evidence.settings if made.evidence is not None else None)
    return part.importer, plain, settings


@pytest.mark.parametrize("harm", UNHARMED)
@pytest.mark.parametrize("kind", TEXTS)
def test_every_adb_text_reads_the_same(kind, harm, tmp_path):
    text = TEXTS[kind].read_text(encoding="utf-8")
    for name in ("plain", "harmed"):
        (tmp_path / name).mkdir()
    whole = told(tmp_path / "plain", text.encode())
    harmed = told(tmp_path / "harmed", UNHARMED[harm](text))
    assert whole[0] == harmed[0] == kind
    assert whole[2] == harmed[2]
    assert set(whole[1]) == set(harmed[1])
    for name, frame in whole[1].items():
        pd.testing.assert_frame_equal(
            frame.reset_index(drop=True), harmed[1][name].reset_index(drop=True)
        )


@pytest.mark.parametrize("kind", TEXTS)
def test_a_text_cut_in_the_middle_of_a_line_loses_no_more_than_that_line(kind, tmp_path):
    text = TEXTS[kind].read_text(encoding="utf-8").rstrip("\n")
    last = text.rindex("\n")
    for name in ("cut", "without"):
        (tmp_path / name).mkdir()
    middle = last + max((len(text) - last) // 2, 2)
    cut = told(tmp_path / "cut", text[:middle].encode())
    without = told(tmp_path / "without", text[: last + 1].encode())
    assert cut[0] == without[0] == kind
    for name, frame in without[1].items():
        kept = cut[1][name]
        assert len(kept) >= len(frame)
        pd.testing.assert_frame_equal(kept.head(len(frame)), frame)


@pytest.mark.parametrize(
    ("service", "command"),
    [
        ("NetworkStats", "adb shell dumpsys netstats --full --uid > netstats.txt"),
        ("netpolicy", "adb shell dumpsys netpolicy > netpolicy.txt"),
        ("UsageStatsService", "adb shell dumpsys usagestats > usagestats.txt"),
        ("BatteryStats", "adb shell dumpsys batterystats -c > batterystats.txt"),
        ("package", "adb shell pm list packages -U > packages.txt"),
    ],
)
def test_a_permission_denied_is_told_with_the_command_that_has_it(service, command, tmp_path):
    (tmp_path / "dump.txt").write_text(DENIED.format(service=service))
    parts, problems = read_parts([tmp_path])
    assert not parts
    (problem,) = problems
    assert type(problem) is FileError
    assert command in str(problem)


def test_a_zip_that_swells_or_is_cut_ends_in_a_sentence(tmp_path):
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack,
        pack.open("dump.txt", "w") as inside,
    ):
        inside.write(b"Xt stats:\nUID stats:\n")
        for _ in range(30):
            inside.write(bytes(1 << 20))
    for name, content in (
        ("swells.zip", out.getvalue()),
        ("cut.zip", zipped("UID stats:\n" * 500)[:60]),
    ):
        (tmp_path / name).write_bytes(content)
    parts, problems = read_parts([tmp_path])
    assert not parts
    assert {problem.file for problem in problems} == {"swells.zip", "cut.zip"}
    assert "Traceback" not in "".join(map(str, problems))


def test_a_zip_of_several_files_is_not_unpacked_and_says_so(tmp_path):
    with zipfile.ZipFile(tmp_path / "several.zip", "w") as pack:
        for name in ("netstats.txt", "packages.txt"):
            pack.writestr(name, TEXTS["packages"].read_text(encoding="utf-8"))
    _, (problem,) = read_parts([tmp_path])
    assert "ZIP" in str(problem)
