"""What must not change the answer: row order, zone of the machine, split and copies of files."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import esim_analysis as esim
from esim_analysis.simulator.calendar import Calendar, instant
from esim_analysis.simulator.formats.netstats_text import netstats_text
from esim_analysis.simulator.formats.operator_csv import ENCODING, operator_csv
from esim_analysis.simulator.phone import InstalledApp, uids
from esim_analysis.simulator.radio import Carrier

MADRID = Calendar("2026-11-02", "2026-11-29", "Europe/Madrid")
MONDAY = instant("2026-11-02 00:00", MADRID.zone)
BANNER = ("Detalle de consumo", "Periodo;02/11/2026 - 29/11/2026", "")
ESIM = Carrier("esim", plmn="214-07", subscriber="214070", sub_id=2, rat="13")
APPS = (InstalledApp("com.example.lexi", 10142), InstalledApp("com.example.vista", 10163))
HOUR = 3600

# hour of the month, minutes into it, length in minutes, kilobytes of the record
Session = tuple[int, int, int, int]
# bucket of two hours, which app, ground, kilobytes
Bucket = tuple[int, int, str, int]

sessions = st.lists(
    st.tuples(
        st.integers(0, 28 * 24 - 2), st.integers(0, 59), st.integers(1, 50), st.integers(1, 90_000)
    ),
    min_size=2,
    max_size=14,
    unique_by=lambda session: session[:2],  # else the copies within a file say something
)
buckets = st.lists(
    st.tuples(
        st.integers(0, 28 * 12 - 1),
        st.integers(0, 1),
        st.sampled_from(["foreground", "background"]),
        st.integers(1, 90_000),
    ),
    min_size=1,
    max_size=10,
    unique_by=lambda bucket: bucket[:3],
)


def bill(rows: Sequence[Session]) -> bytes:
    start = pd.Series([MONDAY + hour * HOUR + minute * 60 for hour, minute, _, _ in rows])
    records = pd.DataFrame(
        {
            "start": start,
            "end": start + pd.Series([length * 60 for _, _, length, _ in rows]),
            "billed": [kilobytes * 1000 for *_, kilobytes in rows],
            "charge": 0,
        }
    )
    return operator_csv(records, MADRID, banner=BANNER).encode(ENCODING)


def dump(rows: Sequence[Bucket]) -> bytes:
    hours = pd.DataFrame(
        {
            "carrier": ESIM.key,
            "app": [APPS[app].id for _, app, _, _ in rows],
            "ground": [ground for _, _, ground, _ in rows],
            "hour": [MONDAY + 2 * HOUR * bucket for bucket, *_ in rows],
            "down": [kilobytes * 1000 for *_, kilobytes in rows],
            "up": 0,
        }
    )
    polls = ("2026-11-30T09:00:00.000000",)
    return netstats_text(hours, (ESIM,), uids(APPS), connected=ESIM, polls=polls).encode()


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture
def folder(tmp_path_factory):
    return lambda: tmp_path_factory.mktemp("case")


def answer(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame, str]:
    case = esim.open_case(folder)
    return case.attribution().by_day, case.attribution().by_cycle, case.verdict()


def assert_same(one: Path, other: Path) -> None:
    first, second = answer(one), answer(other)
    pd.testing.assert_frame_equal(first[0], second[0])
    pd.testing.assert_frame_equal(first[1], second[1])
    assert first[2] == second[2]


few = settings(
    max_examples=max(settings().max_examples // 4, 1),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@few
@given(sessions, buckets)
def test_every_byte_of_every_record_is_accounted_for(folder, rows, seen):
    case = esim.open_case(write(folder(), {"bill.csv": bill(rows), "netstats.txt": dump(seen)}))
    divided = case.attribution()
    billed = 1000 * sum(kilobytes for *_, kilobytes in rows)
    for table in (divided.pieces, divided.by_day, divided.by_cycle):
        assert int(table["bytes"].sum()) == billed
    kept = case.usage.billed.astype("int64")
    assert (divided.by_record["billed"].to_numpy() == kept.to_numpy()).all()
    by_app = divided.by_day.groupby("app")["bytes"].sum()
    assert by_app.to_dict() == divided.by_cycle.set_index("app")["bytes"].to_dict()
    assert 0 <= case.coverage().share <= 1


@few
@given(sessions, buckets, st.randoms(use_true_random=False))
def test_the_order_of_rows_and_buckets_changes_nothing(folder, rows, seen, random):
    shuffled, turned = rows.copy(), seen.copy()
    random.shuffle(shuffled)
    random.shuffle(turned)
    assert_same(
        write(folder(), {"bill.csv": bill(rows), "netstats.txt": dump(seen)}),
        write(folder(), {"bill.csv": bill(shuffled), "netstats.txt": dump(turned)}),
    )


@few
@given(sessions, buckets, st.data())
def test_a_bill_in_parts_that_overlap_is_the_bill(folder, rows, seen, data):
    cut = data.draw(st.integers(1, len(rows) - 1))
    back = data.draw(st.integers(0, cut))
    parts = {"b.csv": bill(rows[:cut]), "a.csv": bill(rows[cut - back :])}
    assert_same(
        write(folder(), {"bill.csv": bill(rows), "netstats.txt": dump(seen)}),
        write(folder(), {**parts, "netstats.txt": dump(seen)}),
    )


def test_a_part_too_short_to_tell_its_clock_is_read_as_the_rest_of_the_bill(folder):
    rows = [
        *((578, 0, 1, 1394), (111, 46, 18, 3336), (629, 41, 14, 259), (197, 59, 6, 20182)),
        *((546, 11, 32, 265), (99, 42, 41, 3302), (170, 13, 47, 740), (591, 31, 7, 6778)),
        *((207, 41, 33, 426), (109, 0, 1, 1), (269, 0, 1, 1), (27, 0, 1, 1), (0, 0, 1, 1)),
    ]
    seen = [(0, 1, "background", 1), (0, 0, "foreground", 1), (302, 0, "foreground", 74824)]
    parts = {"b.csv": bill(rows[:9]), "a.csv": bill(rows[9:])}
    assert_same(
        write(folder(), {"bill.csv": bill(rows), "netstats.txt": dump(seen)}),
        write(folder(), {**parts, "netstats.txt": dump(seen)}),
    )


@few
@given(sessions, buckets)
def test_files_given_twice_change_nothing(folder, rows, seen):
    once = {"bill.csv": bill(rows), "netstats.txt": dump(seen)}
    copies = {f"copy of {name}": content + b"\n" for name, content in once.items()}
    assert_same(write(folder(), once), write(folder(), {**once, **copies}))


def test_weeks_whose_dates_are_open_are_read_as_the_weeks_that_settle_them(tmp_path):
    whole, weeks = tmp_path / "whole", tmp_path / "weeks"
    whole.mkdir()
    weeks.mkdir()
    head = "Fecha;Hora;Volumen (MB)\n"
    rows = [f"{day:02d}/11/2026;02:10;{day},500\n" for day in range(1, 29)]
    (whole / "bill.csv").write_text(head + "".join(rows))
    for week in range(4):
        part = head + "".join(rows[7 * week : 7 * week + 7])
        (weeks / f"week {week}.csv").write_text(part)
    assert_same(whole, weeks)
    decision = esim.open_case(weeks).usage.decisions["week 0.csv"]
    assert decision.locale.reason == "another file with these headings settles it"


def test_what_an_export_lists_is_not_counted_again_by_balances(tmp_path):
    export = tmp_path / "bill.csv"
    export.write_text("Fecha;Hora;Volumen (MB)\n13/11/2026;02:10;600,5\n20/11/2026;02:10;33,5\n")
    readings = [f"2026-11-{day} 09:00, {left} GB left" for day, left in ((12, 4), (14, 3), (25, 2))]
    case = esim.open_case(export, balances=readings, timezone="Europe/Madrid")
    assert int(case.usage.billed.sum()) == 634_000_000
    later = [f"2026-11-{day} 09:00, {left} GB left" for day, left in ((25, 2), (26, 1))]
    case = esim.open_case(export, balances=later, timezone="Europe/Madrid")
    assert int(case.usage.billed.sum()) == 1_634_000_000


@pytest.mark.parametrize(
    "machine",
    [
        {"TZ": "Asia/Shanghai", "PYTHONHASHSEED": "1"},
        {"TZ": "America/St_Johns", "PYTHONHASHSEED": "2", "LC_ALL": "C"},
    ],
    ids=["Shanghai", "St John's"],
)
def test_another_machine_writes_the_same_bytes(tmp_path, sample_data, machine):
    written = []
    for number, own in enumerate(({"TZ": "UTC", "PYTHONHASHSEED": "0"}, machine)):
        out = tmp_path / str(number)
        code = "from esim_analysis.cli.main import main; main()"
        command = [sys.executable, "-c", code, "tables", str(sample_data / "xiaoli")]
        subprocess.run(
            [*command, "-o", str(out)], env={**os.environ, **own}, check=True, capture_output=True
        )
        written.append({path.name: path.read_bytes() for path in out.iterdir()})
    assert written[0] == written[1]
