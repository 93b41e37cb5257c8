"""A benchmark to divide a bill by: named lives of the laboratory, in the real formats.

Frozen: a change here, or of the laboratory, changes every published figure.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from esim_analysis.simulator.laboratory import life
from esim_analysis.simulator.outcome import Outcome

SEED: Final = 2026


@dataclass(frozen=True, slots=True)
class Setting:
    """How a life of the benchmark is put together; see `laboratory.life`."""

    leaks: tuple[str, ...] = ()
    operator: str = "sessions"
    evidence: tuple[str, ...] = ("netstats",)
    twist: str = "none"

    def outcome(self, seed: int) -> Outcome:
        """Live it."""
        return life(
            *self.leaks,
            seed=seed,
            operator=self.operator,
            evidence=self.evidence,
            twist=self.twist,
        )


LIVES: Final[Mapping[str, Setting]] = {
    "everyday": Setting(),
    "night_sync": Setting(("background_sync",)),
    "long_sessions": Setting(("surge",), operator="half_days"),
    "many_parts": Setting(("update_burst", "roaming"), operator="parts"),
    "daily_bill": Setting(("night_drip",), operator="daily"),
    "pdf_bill": Setting(("background_sync",), operator="bill"),
    "capture_only": Setting(("trackers", "cleartext"), evidence=("capture",)),
    "typed_figures": Setting(("background_sync",), operator="balances", evidence=("typed",)),
    "hidden_hotspot": Setting(twist="hotspot"),
    "second_profile": Setting(("background_sync",), twist="second_profile"),
    "lost_week": Setting(("night_drip",), twist="missing_window"),
    "coarse_rounding": Setting(twist="rounding"),
}


def write_benchmark(out: Path, *, seed: int = SEED, only: Collection[str] = LIVES) -> list[Path]:
    """Write `out/<life>/` with what a person would have, `out/truth/<life>/` with the truth.

    `only` names lives of `LIVES`; which others are written changes none.
    """
    written = []
    for place, (name, setting) in enumerate(LIVES.items()):
        if name not in only:
            continue
        outcome = setting.outcome(seed + place)
        pairs = {out / name / file: content for file, content in outcome.files.items()}
        pairs |= {out / "truth" / name / file: text for file, text in outcome.truth.items()}
        for path, content in pairs.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        written += list(pairs)
    return written
