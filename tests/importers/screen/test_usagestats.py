"""The phone's log of its screen: what it says, what it does not, and what follows for evidence."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from esim_analysis.importers.combining import combine_evidence
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import Imported, ReadOptions
from esim_analysis.importers.parts import read_parts
from esim_analysis.importers.phone._screen import seen_or_unseen
from esim_analysis.importers.phone.usagestats import IMPORTER
from esim_analysis.importers.registry import importer_for
from esim_analysis.model import EVIDENCE, Evidence, FileError, QuestionError
from esim_analysis.model.frames import conform
from esim_analysis.model.screen import SCREEN

SAMPLES = Path(__file__).parent / "samples"
MADRID = ReadOptions(timezone="Europe/Madrid")
DAY = "2026-10-03 "


def told(file, options=MADRID):
    assert importer_for(file).id == "usagestats"
    return IMPORTER.read(file, options)


@pytest.fixture
def read(tmp_path):
    def build(text, options=MADRID):
        path = tmp_path / "usagestats.txt"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return told(SourceFile(path, path.name), options)

    return build


def log(*lines):
    return "user=0\n  Last 24 hour events (\n" + "\n".join(f"    {line}" for line in lines) + "\n"


def event(at, kind, package="android", more=""):
    return f'time="{DAY}{at}" type={kind} package={package} {more}flags=0x0'


@pytest.mark.parametrize("name", ["android_14", "android_9_compact"])
def test_each_form_reads_as_its_golden_frame(name, golden):
    file = SourceFile(SAMPLES / f"{name}.txt", f"{name}.txt")
    golden(told(file).screen, SAMPLES / f"{name}.screen.csv")


def test_the_compact_form_needs_no_zone():
    file = SourceFile(SAMPLES / "android_9_compact.txt", "x.txt")
    assert len(told(file, ReadOptions()).screen) == 2


def test_local_times_without_a_zone_ask_for_it(read):
    with pytest.raises(FileError, match="--timezone Europe/Madrid"):
        read(log(event("08:00:00", "SCREEN_INTERACTIVE")), ReadOptions())


def test_an_empty_log_says_which_command_gives_one(read):
    with pytest.raises(FileError, match="dumpsys usagestats"):
        read("Last 24 hour events (timeRange=)\n")


def test_what_a_shell_and_a_chat_do_to_it_changes_nothing(read):
    lines = log(
        event("08:00:00", "SCREEN_INTERACTIVE"),
        event("08:01:00", "ACTIVITY_RESUMED", "com.x.y", "class=com.x.Main "),
        event("08:02:00", "SCREEN_NON_INTERACTIVE"),
    )
    plain = read(lines).screen
    assert len(plain) == 2
    for odd in (
        lines.encode("utf-16"),
        lines.replace("\n", "\r\r\n"),
        lines.replace(" type", "\u00a0type"),
        lines + lines,
        lines + '    time="2026-10-03 08:0',
    ):
        pd.testing.assert_frame_equal(read(odd).screen, plain)


def test_an_event_of_the_hour_that_comes_twice_is_left_out_and_counted(read):
    made = read(
        log(
            'time="2026-10-25 02:30:00" type=SCREEN_INTERACTIVE package=android',
            'time="2026-10-25 04:00:00" type=SCREEN_NON_INTERACTIVE package=android',
        )
    )
    assert made.screen.empty
    assert "1 events could not be read" in " ".join(map(str, made.notes))


def test_after_a_shutdown_nobody_knows_the_screen(read):
    screen = read(
        log(event("08:00:00", "SCREEN_NON_INTERACTIVE"), event("09:00:00", "DEVICE_SHUTDOWN"),
            event("10:00:00", "SCREEN_INTERACTIVE"), event("10:01:00", "SCREEN_NON_INTERACTIVE"))
    ).screen  # fmt: skip
    assert screen["state"].tolist() == ["off", "on"]


def test_an_app_that_never_leaves_is_in_front_until_the_screen_goes_dark(read):
    screen = read(
        log(event("08:00:00", "ACTIVITY_RESUMED", "com.x.y"), event("08:05:00", "DEVICE_SHUTDOWN"),
            event("09:00:00", "ACTIVITY_RESUMED", "com.x.z"))
    ).screen  # fmt: skip
    assert screen["app"].tolist() == ["com.x.y"]
    assert (screen["end_utc"] - screen["start_utc"]).tolist() == [pd.Timedelta(minutes=5)]


def rows(*told, ground="unknown"):
    frame = pd.DataFrame(told, columns=["app", "start", "end"])
    start, end = (pd.to_datetime(DAY + frame[name], utc=True) for name in ("start", "end"))
    return conform(
        pd.DataFrame(
            {"app": frame["app"], "start_utc": start, "end_utc": end, "time_kind": "flow",
             "ground": ground, "interface": "cellular", "bytes_down": 5, "source": "capture.csv",
             "counts_toward_total": True, "confidence": 1.0}
        ),
        EVIDENCE,
        what="evidence",
    )  # fmt: skip


def screen_of(*told):
    frame = pd.DataFrame(told, columns=["app", "state", "start", "end"])
    start, end = (pd.to_datetime(DAY + frame[name], utc=True) for name in ("start", "end"))
    frame = frame.assign(start_utc=start, end_utc=end, source="u").drop(columns=["start", "end"])
    return conform(frame, SCREEN, what="screen")


LIT = screen_of(
    ("", "on", "08:00", "09:00"),
    ("", "off", "09:00", "12:00"),
    ("p", "in_front", "08:00", "08:30"),
    ("p", "in_front", "08:20", "08:40"),
    ("q", "in_front", "08:40", "09:00"),
)


@pytest.mark.parametrize(
    ("app", "start", "end", "ground"),
    [
        ("p", "08:05", "08:10", "foreground"),
        ("p", "08:05", "08:40", "foreground"),
        ("q", "08:05", "08:10", "background"),
        ("p", "09:05", "11:10", "background"),
        ("p", "08:35", "08:50", "unknown"),
        ("p", "12:05", "12:10", "unknown"),
        ("p", "11:55", "12:10", "unknown"),
        ("tethering", "09:05", "09:10", "unknown"),
        ("never.opened", "08:05", "09:10", "background"),
    ],
)
def test_the_screen_tells_only_what_it_knows_for_the_whole_interval(app, start, end, ground):
    assert seen_or_unseen(rows((app, start, end)), LIT)["ground"].tolist() == [ground]


def test_what_a_counter_says_of_itself_is_never_changed():
    frame = rows(("p", "09:05", "11:10"), ground="foreground")
    assert seen_or_unseen(frame, LIT)["ground"].tolist() == ["foreground"]


minute = st.integers(0, 600)
spans = st.lists(st.tuples(st.sampled_from(["p", "q"]), minute, st.integers(1, 90)), max_size=8)


@given(
    spans,
    st.lists(
        st.tuples(st.sampled_from(["p", "q"]), minute, st.integers(1, 60)), min_size=1, max_size=8
    ),
)
def test_the_share_in_front_is_that_counted_minute_by_minute(front, drawn):
    def clock(at):
        return f"{at // 60:02d}:{at % 60:02d}"

    known = [("", "on", "00:00", "23:59")]
    screen = screen_of(*known, *((a, "in_front", clock(s), clock(s + n)) for a, s, n in front))
    found = seen_or_unseen(rows(*((a, clock(s), clock(s + n)) for a, s, n in drawn)), screen)
    for (app, at, length), ground in zip(drawn, found["ground"], strict=True):
        seen = {m for a, s, n in front if a == app for m in range(s, s + n)} & set(
            range(at, at + length)
        )
        expected = {0: "background", length: "foreground"}.get(len(seen), "unknown")
        assert ground == expected


def test_a_capture_beside_the_log_says_what_ran_unseen():
    evidence = Imported(evidence=Evidence(rows(("p", "08:05", "08:10"), ("p", "10:05", "10:10"))))
    both = combine_evidence([evidence, Imported(screen=LIT)])
    assert both.frame["ground"].tolist() == ["foreground", "background"]
    assert combine_evidence([evidence]).frame["ground"].tolist() == ["unknown", "unknown"]


FILES = """
UsageStatsDatabase:
  Database Summary:
    daily stats files: 2, sorted list of files:
      1790892000000="2026-10-02 00:00:00" (size=48120)
      {epoch}="2026-10-03 00:00:00" (size=48120)
"""
LIT_AT_TEN = log(
    event("10:00:00", "SCREEN_INTERACTIVE"), event("11:00:00", "SCREEN_NON_INTERACTIVE")
)


def lit_since(made):
    return made.screen.loc[made.screen["state"] == "on", "start_utc"].astype("str").tolist()


def test_the_dumps_own_list_of_files_tells_the_phones_clock(read):
    made = read(LIT_AT_TEN + FILES.format(epoch=1790978400000), ReadOptions())
    assert lit_since(made) == ["2026-10-03 08:00:00+00:00"]


def test_what_the_dump_says_of_its_clock_outranks_what_is_declared(read):
    made = read(LIT_AT_TEN + FILES.format(epoch=1790978400000), ReadOptions(timezone="Asia/Tokyo"))
    assert lit_since(made) == ["2026-10-03 08:00:00+00:00"]


def test_a_list_that_is_no_clock_is_not_believed(read):
    broken = FILES.replace("1790892000000", "1790892123456").format(epoch=1790978999999)
    with pytest.raises(QuestionError, match="--timezone"):
        read(LIT_AT_TEN + broken, ReadOptions())


def test_a_day_on_which_the_clock_changed_needs_the_zone(read):
    later = FILES.replace("2026-10-03 00", "2026-10-04 00").format(epoch=1791068400000)
    with_zone = read(LIT_AT_TEN + later)
    assert lit_since(with_zone) == ["2026-10-03 08:00:00+00:00"]
    without = read(LIT_AT_TEN + later, ReadOptions())
    assert without.screen.empty
    assert any("2 events" in str(note) for note in without.notes)


def test_another_artefact_of_the_phone_tells_the_zone_and_it_is_said(tmp_path):
    (tmp_path / "usagestats.txt").write_text(LIT_AT_TEN)
    (tmp_path / "settings.txt").write_text(
        "zone: Asia/Kolkata\n\nAndroid 2026-10-02 09:00\nWords 100 MB\n"
    )
    parts, problems = read_parts([tmp_path])
    assert not problems
    made = next(part.imported for part in parts if part.importer == "usagestats")
    assert lit_since(made) == ["2026-10-03 04:30:00+00:00"]
    assert any("Asia/Kolkata" in str(note) for note in made.notes)


def test_a_bill_is_no_clock_of_the_phone(tmp_path, sample_data):
    (tmp_path / "usagestats.txt").write_text(LIT_AT_TEN)
    _, problems = read_parts([tmp_path, sample_data / "xiaoli" / "uso_datos_2026-10.csv"])
    assert [type(problem) for problem in problems] == [QuestionError]


def test_before_its_first_word_and_after_its_last_the_screen_is_known_while_the_log_goes_on(read):
    made = read(
        log(
            event("01:00:00", "STANDBY_BUCKET_CHANGED", "com.example.chat"),
            event("08:00:00", "SCREEN_INTERACTIVE"),
            event("09:00:00", "SCREEN_NON_INTERACTIVE"),
            event("11:00:00", "NOTIFICATION_INTERRUPTION", "com.example.chat"),
        )
    )
    spans = made.screen.sort_values("start_utc")
    hours = spans["start_utc"].dt.tz_convert("Europe/Madrid").dt.hour
    assert list(zip(hours, spans["state"], strict=True)) == [(1, "off"), (8, "on"), (9, "off")]
    assert spans["end_utc"].max() == pd.Timestamp("2026-10-03 09:00", tz="UTC")


def test_what_the_screen_was_before_a_start_of_the_phone_is_not_known(read):
    made = read(
        log(
            event("01:00:00", "STANDBY_BUCKET_CHANGED", "com.example.chat"),
            event("07:00:00", "DEVICE_STARTUP"),
            event("08:00:00", "SCREEN_INTERACTIVE"),
            event("08:30:00", "SCREEN_NON_INTERACTIVE"),
        )
    )
    assert made.screen["state"].tolist() == ["on"]
