"""What the peers take; runs in their own environment, knows nothing of this package.

    python theirs.py FOLDER     the series `run.py` drew; prints JSON

bandicoot 0.6.0 was made for a Python that had `inspect.getargspec` and `inspect.formatargspec`;
its decorator, which hands keyword arguments through, gets both back here, as they were. They run
once a decorated function, when bandicoot is imported: nothing that is measured goes through them.
"""

import collections
import inspect
import json
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

Spec = collections.namedtuple("Spec", "args varargs keywords defaults")  # noqa: PYI024 - as it was


def _shim() -> None:
    inspect.getargspec = lambda function: Spec(*inspect.getfullargspec(function)[:4])  # type: ignore[attr-defined]
    inspect.formatargspec = _formatted  # type: ignore[attr-defined]


def _formatted(
    args: Sequence[str],
    varargs: str | None = None,
    varkw: str | None = None,
    defaults: Sequence[Any] | None = None,
    formatvalue: Callable[[Any], str] = lambda value: "=" + repr(value),
) -> str:
    """Write the arguments of a function as Python before 3.11 did."""
    first = len(args) - len(defaults or ())
    told = [
        name + (formatvalue((defaults or ())[place - first]) if place >= first else "")
        for place, name in enumerate(args)
    ]
    told += [f"*{varargs}"] if varargs else []
    told += [f"**{varkw}"] if varkw else []
    return f"({', '.join(told)})"


def loader(folder: Path) -> Callable[[], Any]:
    """Read 100,000 records of one user with bandicoot."""
    _shim()
    import bandicoot  # type: ignore[import-not-found]  # noqa: PLC0415 - only in its environment

    return lambda: len(
        bandicoot.read_csv("user", str(folder / "cdr"), describe=False, warnings=False).records
    )


def surges(folder: Path) -> Callable[[], Any]:
    """Look for hours out of the ordinary with MSTICPy's STL, line after line."""
    import pandas as pd  # noqa: PLC0415
    from msticpy.analysis.timeseries import (  # type: ignore[import-not-found]  # noqa: PLC0415
        ts_anomalies_stl,
    )

    hours = pd.read_csv(folder / "hours.csv", parse_dates=["hour"])
    series = {
        line: part.set_index("hour")[["bytes"]] for line, part in hours.groupby("line", sort=True)
    }

    def work() -> list[list[Any]]:
        found = []
        for line, part in series.items():
            told = ts_anomalies_stl(part)
            high = told[told["anomalies"] == 1]
            found += [[line, str(hour)] for hour in high["hour"]]
        return found

    return work


def polling(folder: Path) -> Callable[[], Any]:
    """Ask MSTICPy's periodogram of each pair whether it keeps a rhythm."""
    import pandas as pd  # noqa: PLC0415
    from msticpy.analysis.polling_detection import (  # type: ignore[import-not-found]  # noqa: PLC0415
        PeriodogramPollingDetector,
    )

    talk = pd.read_csv(folder / "talk.csv")
    pairs = {pair: part["second"].to_numpy() for pair, part in talk.groupby("pair", sort=True)}
    detector = PeriodogramPollingDetector(talk)
    ask = detector._detect_polling_arr  # noqa: SLF001 - what its public method calls for each edge
    return lambda: [int(pair) for pair, at in pairs.items() if ask(at, 0, 86_400)[0] < 0.01]


def main() -> None:
    """Measure each, or say why it could not be."""
    warnings.simplefilter("ignore")
    told: dict[str, Any] = {
        "versions": {name: version(name) for name in ("bandicoot", "msticpy", "statsmodels")}
    }
    for make in (loader, surges, polling):
        try:
            work = make(Path(sys.argv[1]))
            begin = time.process_time()
            found = work()
            told[make.__name__] = {"cpu": time.process_time() - begin, "found": found}
        except Exception as problem:  # noqa: BLE001 - a peer that fails is told, the others run
            told[make.__name__] = {"problem": f"{type(problem).__name__}: {problem}"[:200]}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
