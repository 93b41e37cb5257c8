"""Commands that tell in time: watch, replay."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from esim_analysis.cli.options import (
    Balance,
    Files,
    History,
    Knowledge,
    Lang,
    Language,
    Line,
    Plan,
    Timezone,
    opened,
)

if TYPE_CHECKING:
    from esim_analysis.alerts.rules import Alerts
    from esim_analysis.alerts.watching import Outcome

AlertsFile = Annotated[
    Path | None, typer.Option("--alerts", metavar="alerts.toml", help="Your rules and channels.")
]


def watch(  # noqa: PLR0913 - what a user may say of a watch
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where new exports arrive.")],
    *,
    alerts: AlertsFile = None,
    knowledge: Knowledge = None,
    history: History = None,
    page: Annotated[
        Path | None, typer.Option("--html", help="Write the alerts as a page, too.")
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="Look once and end.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print exactly what would be sent; send nothing.")
    ] = False,
    poll: Annotated[float, typer.Option(help="Seconds between two looks.", min=0.1)] = 5.0,
) -> None:
    """Read each new file once, compare it with your rules, and tell."""
    from esim_analysis.alerts import watching  # noqa: PLC0415 - --help stays instant
    from esim_analysis.history import FILE_NAME  # noqa: PLC0415
    from esim_analysis.history import History as Kept  # noqa: PLC0415
    from esim_analysis.importers.paths import expand  # noqa: PLC0415

    told = _alerts(alerts, knowledge=knowledge)
    kept = Kept(history or folder / FILE_NAME)
    beside = (alerts, page, *map(Path, told.knowledge))
    but = [path.resolve() for path in beside if path is not None]
    files = [path for path in expand(folder) if path.resolve() not in but]
    if dry_run:
        _say_dry(watching.dry_run(files, kept, told), told)
        return
    if once:
        if _look(files, kept, told, page):
            raise typer.Exit(1)
        return
    seen: list[Path] = []
    failed = True  # the first look sends what an earlier run could not
    for ready in watching.stable_files(folder, but=but):
        if ready != seen or failed:
            failed = _look(ready, kept, told, page) and failed and ready != seen
            seen = ready
        time.sleep(poll)


def replay(  # noqa: PLR0913 - the options every reading command knows
    files: Files = None,
    *,
    alerts: AlertsFile = None,
    knowledge: Knowledge = None,
    history: History = None,
    balance: Balance = None,
    plan: Plan = None,
    timezone: Timezone = None,
    line: Line = None,
    lang: Lang = Language.EN,
) -> None:
    """Say when each rule would have told, and what acting on it would have saved."""
    from esim_analysis.alerts.replaying import replay as play  # noqa: PLC0415 - --help is instant
    from esim_analysis.alerts.replaying import tell  # noqa: PLC0415
    from esim_analysis.history import History as Kept  # noqa: PLC0415

    told = _alerts(alerts, lang=lang.value, knowledge=knowledge)
    case = opened(
        files, balance, timezone or told.timezone or None, line, Language(told.lang),
        plan=plan or told.plan or None, rules=Path(told.own_rules) if told.own_rules else None,
        knowledge=[Path(name) for name in told.knowledge], history=history, keep_ids=False,
    )  # fmt: skip
    kept = Kept(history) if history is not None else None
    replayed = play(case.analysis, told, account=case.account(), history=kept)
    for sentence in tell(replayed, case.words):
        typer.echo(sentence)


def _alerts(
    path: Path | None, *, lang: str = "en", knowledge: list[Path] | None = None
) -> "Alerts":
    from esim_analysis.importers.knowledge import read_knowledge  # noqa: PLC0415

    told = _read_alerts(path, lang=lang)
    if knowledge:
        told = told.model_copy(update={"knowledge": (*told.knowledge, *map(str, knowledge))})
    read_knowledge(told.knowledge)  # a list that cannot be read is told before anything is
    return told


def _read_alerts(path: Path | None, *, lang: str) -> "Alerts":
    from esim_analysis.alerts.rules import read_alerts, usual_alerts  # noqa: PLC0415
    from esim_analysis.model import FileError, UsageError  # noqa: PLC0415

    if path is None:
        return usual_alerts(lang)
    try:
        return read_alerts(path)
    except FileError as problem:
        raise UsageError(str(problem)) from problem


def _look(files: list[Path], kept: object, told: "Alerts", page: Path | None) -> bool:
    """Look once; return whether something could not be read or sent."""
    from esim_analysis.alerts import watching  # noqa: PLC0415 - --help stays instant
    from esim_analysis.alerts.delivery import sender  # noqa: PLC0415
    from esim_analysis.alerts.ledger import Ledger  # noqa: PLC0415
    from esim_analysis.alerts.page import write_page  # noqa: PLC0415
    from esim_analysis.history import History as Kept  # noqa: PLC0415

    assert isinstance(kept, Kept)  # noqa: S101 - for the type checker
    outcome = watching.look(files, kept, told, sender(told, typer.echo))
    _say(outcome, typer.echo)
    if page is not None and kept.store.exists and kept.looks():
        write_page(page, Ledger(kept), watching.analysis_at(kept, None, told), told)
    return bool(outcome.problems) or any(message.problem for message in outcome.waiting)


def _say(outcome: "Outcome", say: Callable[..., None]) -> None:
    words = outcome.words
    for problem in outcome.problems:
        say(words.trouble(problem), err=True)
    if outcome.looks:
        say(words.say("alerts.looked", count=len(outcome.fired)))
    for message in outcome.waiting:
        if message.problem:
            said = {"channel": message.channel, "problem": message.problem, "tries": message.tries}
            say(words.say("alerts.failed", **said), err=True)
        else:
            moment = words.moment(message.due)
            say(words.say("alerts.quiet", channel=message.channel, moment=moment))


def _say_dry(messages: list[tuple[str, str, str]], told: "Alerts") -> None:
    from esim_analysis.i18n import Words  # noqa: PLC0415 - --help stays instant

    words = Words(told.lang)
    if not messages:
        typer.echo(words.say("alerts.none"))
    for channel, title, text in messages:
        typer.echo(words.say("alerts.dry", channel=channel))
        typer.echo("\n".join(filter(None, (title, text, ""))))
