"""Dumps of many phones read in one pass say what each says by itself."""

import random
from pathlib import Path

import pandas as pd
import pytest

from esim_analysis.fleet.phones import evidence_of, evidence_of_lines
from esim_analysis.importers.files import SourceFile
from esim_analysis.importers.importer import ReadOptions
from esim_analysis.importers.phone._netstats_dumps import look

SAMPLES = Path(__file__).parent / "samples" / "netstats"
TEXTS = [path.read_text(encoding="utf-8") for path in sorted(SAMPLES.glob("*.txt"))]


def mangled(seed: int) -> list[str]:
    """Return texts cut, pasted together, with lines lost, doubled and spoiled, in any order."""
    dice = random.Random(seed)  # noqa: S311 - same texts each run
    made = []
    for _ in range(12):
        lines = dice.choice(TEXTS).split("\n")
        if dice.random() < 0.3:
            lines += dice.choice(TEXTS).split("\n")
        begin = dice.randrange(len(lines)) if dice.random() < 0.4 else 0
        end = dice.randrange(begin, len(lines)) + 1 if dice.random() < 0.5 else len(lines)
        lines = lines[begin:end]
        for _ in range(dice.randrange(6)):
            place = dice.randrange(len(lines))
            lines[place] = dice.choice(
                [
                    "",
                    lines[place][: dice.randrange(len(lines[place]) + 1)],
                    lines[place].replace("=", "=-", 1),
                    "UID stats:",
                    "Recent poll events:",
                    "  2026-10-02 11:00:00 poll",
                    "  (omitting 7 buckets)",
                    "  History since boot:",
                    "      st=1790971200 rb=500 tb=50",
                    "      NetworkStatsHistory: bucketDuration=3600",
                ]
            )
        made.append("\n".join(lines))
    return [*made, ""]


@pytest.mark.parametrize("seed", range(15))
def test_files_looked_at_together_do_not_touch_each_other(seed):
    texts = mangled(seed)
    together = look(texts)
    first_dump = 0
    for number, text in enumerate(texts):
        alone = look([text])
        mine = (together.rows["file"] == number).to_numpy()
        shown = ["line", "start", "length", "down", "up", "section", "uid", "set", "app", "reason"]
        pd.testing.assert_frame_equal(
            together.rows.loc[mine, shown].reset_index(drop=True),
            alone.rows[shown].reset_index(drop=True),
        )
        assert together.possible[mine].tolist() == alone.possible.tolist()
        dumps = int(together.dump.dumps[number])
        assert together.times[first_dump : first_dump + dumps] == alone.times
        first_dump += dumps
        rejected = together.dump.rejected
        ours = rejected[rejected["file"] == number].drop(columns="file")
        theirs = alone.dump.rejected.drop(columns="file")
        assert ours.to_numpy().tolist() == theirs.to_numpy().tolist()
        assert together.dump.omitted[number] == alone.dump.omitted[0]
        assert together.dump.cut[number] == alone.dump.cut[0]
        assert (number in together.dump.since_boot) == bool(alone.dump.since_boot)
        for name in ("has_apps", "useful", "simple"):
            assert getattr(together, name)[number] == getattr(alone, name)[0]


@pytest.mark.parametrize("seed", range(2))
def test_phones_of_many_lines_give_the_evidence_of_each(tmp_path, seed):
    phones = {}
    for number, text in enumerate(mangled(seed)):
        path = tmp_path / f"{number}.txt"
        path.write_text(text, encoding="utf-8")
        phones[f"line {number}"] = [SourceFile(path, path.name)]
    phones["line 3"] += phones["line 4"]
    evidence, problems = evidence_of_lines(phones, ReadOptions())
    told = [evidence_of(files, ReadOptions()) for files in phones.values()]
    assert [str(one) for one in problems] == [str(one) for _, failed in told for one in failed]
    assert problems
    for line, (alone, _) in zip(phones, told, strict=True):
        mine = evidence.frame[evidence.frame["line"] == line]
        pd.testing.assert_frame_equal(
            mine.reset_index(drop=True), alone.frame.assign(line=line), check_dtype=False
        )
