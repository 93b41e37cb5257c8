"""One measurement in a process of its own: wall and CPU seconds, and the peak of its memory."""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Measured:
    """What a run took; `cpu` and `peak_mb` cover the child processes it waited for."""

    wall: float
    cpu: float
    peak_mb: float
    said: dict[str, float]


def child(script: Path, *arguments: str, seconds: float | None = None) -> Measured:
    """Run a script with arguments; the last line it prints is JSON of what it has to say.

    Raises
    ------
    subprocess.SubprocessError
        It failed, or was not done in `seconds`.
    """
    begin, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, str(script), *arguments]
    done = subprocess.run(  # noqa: S603 - ours
        command, check=True, stdout=subprocess.PIPE, text=True, timeout=seconds
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    lines = done.stdout.strip().splitlines()
    said = json.loads(lines[-1]) if lines and lines[-1].startswith("{") else {}
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    wall = said.get("wall", time.perf_counter() - begin)
    return Measured(wall, said.get("cpu", cpu), said.get("peak_mb", 0.0), said)


def inside(work: Callable[[], object]) -> None:
    """Do the work and print what it took, for `child`; imports are not counted."""
    begin, busy = time.perf_counter(), _busy()
    work()
    peak = max(
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    told = {
        "wall": time.perf_counter() - begin,
        "cpu": _busy() - busy,
        "peak_mb": peak / 1024,
    }
    print(json.dumps(told))


def _busy() -> float:
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system
