"""A line alone is told the same as among others: nothing it is told is taken from its neighbours."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from esim_analysis.attribution import estimated
from esim_analysis.case import Settled, analyse, settle
from esim_analysis.fleet.inputs import find_inputs
from esim_analysis.fleet.phones import evidence_of_lines
from esim_analysis.importers.importer import ReadOptions
from esim_analysis.importers.reading import Reading
from esim_analysis.importers.registry import importer_for
from esim_analysis.model import Analysis, Evidence, UsageRecords

from .conftest import write_dumps, write_fleet  # type: ignore[import-not-found]

ROUNDED, ABROAD, SILENT, SEEN = (f"89340710000000{sim:05d}" for sim in (1, 4, 8, 5))


def write_unlike(folder: Path) -> Path:
    """Write SIMs that differ: one printed coarsely, one paid otherwise, one whose phone stops early."""
    write_fleet(folder, minutes=200)
    write_dumps(folder, sims=(1, 4, 5, 8), uneven=True)
    table = pd.read_csv(folder / "usage.csv", dtype={"ICCID": "str"})
    sim = table["ICCID"]
    table = table.rename(columns={"Charge (EUR)": "Charge"})
    table["Currency"] = sim.map({ABROAD: "USD"}).fillna("EUR")
    for name in ("Uplink (bytes)", "Downlink (bytes)"):
        coarse = (table[name] // 1000 + 1) * 1000
        table[name] = table[name].where(sim != ROUNDED, coarse)
    # 300 MB at once: after the phone's last word, or before it.
    day = table["Start (UTC)"].str[:13]
    late = (day == "2026-10-16 12") & sim.isin([SILENT, SEEN])
    late |= (day == "2026-10-19 12") & (sim == ABROAD)
    table.loc[late, "Downlink (bytes)"] = 300_000_001
    table.to_csv(folder / "usage.csv", index=False)
    return folder


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> tuple[UsageRecords, Evidence, Settled]:
    inputs = find_inputs([write_unlike(tmp_path_factory.mktemp("unlike") / "in")])
    (file,) = inputs.exports
    usage = importer_for(file).read(file, inputs.options).usage
    assert usage is not None
    names = {raw: line for line, raw in usage.raw_lines.items()}
    phones = {names[sim]: files for sim, files in inputs.artefacts.items()}
    evidence, problems = evidence_of_lines(phones, ReadOptions())
    assert not problems
    settled = settle(usage, evidence, timezone=None)
    return usage, evidence, replace(settled, overhead=estimated(usage, evidence))


def told(usage: UsageRecords, evidence: Evidence, settled: Settled) -> Analysis:
    reading = Reading(usage=usage, evidence=evidence, problems=())
    return analyse(reading, timezone=None, lang="en", settled=settled)


def test_a_line_alone_is_told_as_among_others(everything):
    usage, evidence, settled = everything
    among = told(usage, evidence, settled)
    findings = 0
    for line in usage.frame["line"].unique():
        mine, own = usage.frame["line"] == line, evidence.frame["line"] == line
        one = UsageRecords(usage.frame[mine], decisions=usage.decisions, raw_lines=usage.raw_lines)
        alone = told(one, Evidence(evidence.frame[own]), settled)
        by_day = among.attribution.by_day
        pd.testing.assert_frame_equal(
            alone.attribution.by_day.astype({"line": "str", "app": "str"}),
            by_day[by_day["line"] == line]
            .reset_index(drop=True)
            .astype({"line": "str", "app": "str"}),
        )
        said = [replace(f, evidence_rows=()) for f in among.findings if f.line == line]
        assert [replace(f, evidence_rows=()) for f in alone.findings] == said
        findings += len(said)
    assert findings > 0


def test_a_hotspot_is_looked_for_where_the_lines_own_phone_looked(everything):
    usage, evidence, settled = everything
    found = [f for f in told(usage, evidence, settled).findings if f.rule == "hotspot"]
    raw = usage.raw_lines
    assert [raw[f.line] for f in found] == [SEEN]


def test_a_cost_is_in_the_currency_of_its_line(everything):
    usage, evidence, settled = everything
    paid = {
        usage.raw_lines[f.line]: f.currency
        for f in told(usage, evidence, settled).findings
        if f.cost is not None
    }
    assert paid[ABROAD] == "USD"
    assert paid[SEEN] == "EUR"
