"""The same results whoever does the work, and whatever stops it in between."""

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from esim_analysis.fleet import run_fleet
from esim_analysis.fleet.runners import TRIM, Crew, worker_environment

from .conftest import BUCKETS, told  # type: ignore[import-not-found]

RUN = """
import sys
from esim_analysis.fleet import run_fleet
if __name__ == "__main__":
    run_fleet([sys.argv[1]], sys.argv[2], memory=sys.argv[3], workers=int(sys.argv[4]))
"""


def start(script: Path, small: Path, out: Path, *, workers: int = 1) -> subprocess.Popen[bytes]:
    script.write_text(RUN)
    command = [
        sys.executable,
        script,
        small,
        out,
        "251MB" if workers == 1 else "560MB",
        str(workers),
    ]
    return subprocess.Popen(list(map(str, command)), stderr=subprocess.DEVNULL)


def wait_for(found) -> None:
    until = time.monotonic() + 240
    while not found():
        assert time.monotonic() < until, "nothing happened in four minutes"
        time.sleep(0.02)


def results(out: Path) -> list[Path]:
    done = (out / "work" / "results").glob("*/done.json")
    # A folder still being written bears `.part`, and is begun anew after a kill.
    return [path for path in done if path.parent.suffix != ".part"]


def test_threads_give_the_same(small, plain_run, tmp_path):
    out = run_fleet([small], tmp_path / "out", scheduler="threads", **BUCKETS)
    assert told(out) == plain_run


@pytest.mark.slow
@pytest.mark.enable_socket
def test_a_cluster_of_two_workers_gives_the_same_and_loses_nothing_with_a_worker(
    small, plain_run, tmp_path
):
    dask = pytest.importorskip("dask")
    distributed = pytest.importorskip("distributed")
    environment = worker_environment()
    assert TRIM not in environment
    with (
        dask.config.set({"distributed.nanny.pre-spawn-environ": environment}),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
        ) as cluster,
    ):
        out = run_fleet([small], tmp_path / "one", scheduler=cluster.scheduler_address, **BUCKETS)
        assert told(out) == plain_run
        victim = next(iter(cluster.workers.values()))
        os.kill(victim.pid, signal.SIGKILL)
        out = run_fleet([small], tmp_path / "two", scheduler=cluster.scheduler_address, **BUCKETS)
        assert told(out) == plain_run


def test_a_killed_run_goes_on_where_it_was(small, plain_run, tmp_path):
    out = tmp_path / "out"
    running = start(tmp_path / "run.py", small, out)
    wait_for(lambda: results(out) or running.poll() is not None)
    running.kill()
    running.wait()
    before = {path: path.stat().st_mtime_ns for path in results(out)}
    run_fleet([small], out, **BUCKETS)
    assert told(out) == plain_run
    assert before
    assert all(path.stat().st_mtime_ns == moment for path, moment in before.items())


@pytest.mark.slow
def test_a_killed_worker_loses_nothing(small, plain_run, tmp_path):
    out = tmp_path / "out"
    running = start(tmp_path / "run.py", small, out, workers=2)
    children = Path(f"/proc/{running.pid}/task/{running.pid}/children")
    if not children.exists():
        running.kill()
        pytest.skip("this system does not tell the children of a process")
    wait_for(lambda: (out / "work" / "buckets").is_dir() and children.read_text().split())
    wait_for(lambda: _workers(children) or running.poll() is not None)
    for pid in _workers(children)[:1]:
        os.kill(pid, signal.SIGKILL)
    running.wait(timeout=240)
    run_fleet([small], out, memory="502MB", workers=2)
    assert told(out) == plain_run


def _workers(children: Path) -> list[int]:
    """Return children that are workers, not the tracker of their resources."""
    found = []
    for pid in children.read_text().split() if children.exists() else []:
        line = Path(f"/proc/{pid}/cmdline").read_bytes() if Path(f"/proc/{pid}").exists() else b""
        if b"spawn_main" in line:
            found.append(int(pid))
    return found


def test_a_damaged_bucket_is_named_the_others_finish_and_the_next_run_mends_it(
    small, plain_run, tmp_path
):
    out = run_fleet([small], tmp_path / "out", **BUCKETS)
    done = min((out / "work" / "results").iterdir())
    shutil.rmtree(done)
    number = int(done.name)
    for path in (out / "work" / "buckets").rglob(f"b={number}/*.parquet"):
        path.write_bytes(path.read_bytes()[:100])
    run_fleet([small], out, **BUCKETS)
    said = (out / "fleet.json").read_text()
    assert f"bucket {number}:" in said
    assert told(run_fleet([small], out, **BUCKETS)) == plain_run


def test_a_full_disk_is_said_and_the_next_run_finishes(small, plain_run, tmp_path):
    out, script = tmp_path / "out", tmp_path / "run.py"
    script.write_text(RUN)
    command = [sys.executable, str(script), str(small), str(out), "251MB", "1"]
    full = subprocess.run(command, check=False, capture_output=True, preexec_fn=_small_disk)
    assert full.returncode != 0 or b"failed" in (out / "fleet.json").read_bytes()
    assert told(run_fleet([small], out, **BUCKETS)) == plain_run


def _small_disk() -> None:
    """No file may grow over 30 kB: what is written fails as on a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))


@pytest.mark.slow
def test_what_a_dead_worker_left_is_done_again_by_a_new_one(tmp_path):
    once = "import os, pathlib; p = pathlib.Path({!r}); p.exists() or (p.touch(), os._exit(9))"
    codes = ["1 + 1", once.format(str(tmp_path / "here"))]
    said = []
    with Crew(scheduler=None, workers=2, say=said.append) as crew:
        assert list(crew.map(exec, codes)) == [None, None]
    assert said == ["a worker died; what it did is done again"]
