"""From files to a case."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from esim_analysis import billing, leakage
from esim_analysis.case.holding import Case
from esim_analysis.i18n import Words
from esim_analysis.importers.knowledge import read_knowledge
from esim_analysis.importers.reading import read
from esim_analysis.model.line_table import match_lines
from esim_analysis.model.lines import number_lines
from esim_analysis.model.plan import Plan
from esim_analysis.model.zone import check_zone


def open_case(  # noqa: PLR0913 - what a user may say of their files
    *paths: str | Path,
    timezone: str | None = None,
    lang: str = "en",
    line: str | None = None,
    balances: Sequence[str] = (),
    plan: str | Path | Plan | None = None,
    rules: str | Path | None = None,
    knowledge: Sequence[str | Path] = (),
    history: str | Path | None = None,
    alone: bool = False,
    keep_ids: bool = False,
    overhead: tuple[float, float] | None = None,
) -> Case:
    """Open files or folders; formats are recognised by content.

    Parameters
    ----------
    paths
        Exports of the operator, artefacts of the phone, or folders of them.
    timezone
        IANA zone of exports that do not state theirs, and of the days shown.
    lang
        `"en"`, `"es"` or `"zh"`.
    line
        One line only: its label, its id, or the unique ending of its id.
    balances
        Typed readings, such as `"2026-11-02 09:00, 4.2 GB left"`.
    plan
        A plan, its file, `file.toml#id`, or the id of an example plan.
    rules
        Your own rules (TOML): thresholds, watched apps and hosts, allow and deny lists, mutes,
        indicators.
    knowledge
        Your own lists of hosts, apps or networks, as `importers.knowledge` reads them.
    history
        A history file: the files are added to it, and the case is about all it holds.
    alone
        With a history, let the case be about these files alone: what it knows of them is
        not read again.
    keep_ids
        Show subscriber ids instead of `line-1`, `line-2`, ….
    overhead
        Least and most billed bytes per phone byte, such as `(1.02, 1.05)`; None:
        estimated from the files, else the usual range.

    Raises
    ------
    NothingUsableError
        Not one file could be used; the message says why for each.
    UsageError
        A path, zone, language, line, plan or reading cannot be understood.
    """
    from esim_analysis.report.error_card import attend  # noqa: PLC0415 - light, but not to import
    from esim_analysis.report.progress import progress  # noqa: PLC0415 - the same

    attend(lang)
    own = None if rules is None else leakage.own_rules(rules)
    known = read_knowledge(knowledge)
    terms = plan if plan is None or isinstance(plan, Plan) else billing.find_plan(plan)
    if timezone is not None:
        check_zone(timezone)
    files = [Path(path) for path in paths]
    with progress(Words(lang)):
        if history is None:
            reading = read(files, timezone=timezone, balances=balances)
        else:
            from esim_analysis.history import gather  # noqa: PLC0415 - only with a history

            reading = gather(files, history, timezone=timezone, balances=balances, alone=alone)

    usage = number_lines(reading.usage, only=line, keep_ids=keep_ids)
    lines, _ = match_lines(reading.lines, usage.raw_lines)
    reading = replace(reading, usage=usage, lines=lines)
    return Case(
        reading,
        timezone=timezone,
        lang=lang,
        plan=terms,
        paths=[Path(path) for path in paths],
        rules=own,
        knowledge=known,
        overhead=overhead,
    )
