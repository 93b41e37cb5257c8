"""Commands about plans: plan new, plan compare, plan forecast, plan list."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from esim_analysis.cli.options import Balance, Files, Lang, Language, Line, Plan, Timezone, opened

if TYPE_CHECKING:
    from esim_analysis.i18n import Words

app = typer.Typer(
    help="Plans: what it costs, whether it lasts, and the app or the plan?", no_args_is_help=True
)

Cycle = Annotated[
    str | None,
    typer.Option(
        help="'month 1', '28 days from 2026-10-05', '30 days from first use, once', "
        "'2026-10-01 to 2026-10-31'."
    ),
]


@app.command("list")
def list_plans(*, lang: Lang = Language.EN) -> None:
    """List the example plans: dated, sourced, none of them verified; old terms are greyed."""
    from esim_analysis.i18n import Words  # noqa: PLC0415 - --help stays instant
    from esim_analysis.report.plan_text import listed  # noqa: PLC0415 - --help stays instant

    words = Words(lang.value, "UTC")
    for line, stale in listed(words, today=datetime.now().astimezone().date()):
        typer.echo(typer.style(line, dim=True) if stale else line)


@app.command()
def new(  # noqa: PLR0913 - each answer can be given as an option
    *,
    output: Annotated[Path, typer.Option("--output", "-o")] = Path("plan.toml"),
    like: Annotated[
        str | None, typer.Option("--from", help="Begin with this example; see 'plan list'.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Name of the plan.")] = None,
    provider: Annotated[str | None, typer.Option(help="The operator.")] = None,
    country: Annotated[str | None, typer.Option(help="Two letters: ES, CN, …")] = None,
    allowance: Annotated[
        str | None, typer.Option(help="'10GB', '2GB a day', or 'unlimited'.")
    ] = None,
    price: Annotated[str | None, typer.Option(help="'10.00 EUR' for one cycle.")] = None,
    vat: Annotated[str | None, typer.Option(help="'21% included', '21% added', 'none'.")] = None,
    cycle: Cycle = None,
    gb: Annotated[str | None, typer.Option(help="A GB counts in steps of 1000 or 1024.")] = None,
    rounding: Annotated[
        str | None, typer.Option(help="'1KB per session', '1MB per day', or 'none'.")
    ] = None,
    after: Annotated[
        str | None,
        typer.Option(
            help="Beyond the allowance: '6.00 per GB', '2.00 per 100MB', '64 kbps', 'stops'."
        ),
    ] = None,
    abroad: Annotated[
        str | None, typer.Option(help="Outside home and EU: '6.50 per MB', or 'not served'.")
    ] = None,
    lang: Lang = Language.EN,
) -> None:
    """Ask what your plan promises and write it as a file for --plan."""
    from esim_analysis.billing import drafting, find_plan  # noqa: PLC0415 - --help stays instant
    from esim_analysis.i18n import Words  # noqa: PLC0415 - --help stays instant

    given = {
        "name": name,
        "provider": provider,
        "country": country,
        "allowance": allowance,
        "price": price,
        "vat": vat,
        "cycle": cycle,
        "gb": gb,
        "rounding": rounding,
        "after": after,
        "abroad": abroad,
    }
    words = Words(lang.value, "UTC")
    answers = {question: answer for question, answer in given.items() if answer is not None}
    if like is None:
        today = datetime.now().astimezone().date()
        plan = drafting.draft(_asked(answers, words, today), today=today)
    else:
        plan = drafting.revised(find_plan(like), answers)
    written = drafting.save(plan, output)
    typer.echo(words.say("plan_new.saved", file=str(written)))


def _asked(answers: dict[str, str], words: "Words", today: date) -> dict[str, str]:
    """Ask what is not answered yet; what is not understood is said and asked again."""
    from esim_analysis.billing import drafting  # noqa: PLC0415 - --help stays instant
    from esim_analysis.billing.saying import say_problem  # noqa: PLC0415 - --help stays instant
    from esim_analysis.model import EsimError  # noqa: PLC0415 - --help stays instant

    # An option that is not understood ends the command before anything is asked.
    drafting.draft(answers, today=today)
    missing = [question for question in drafting.QUESTIONS if question not in answers]
    while missing:
        asked = missing[0]
        example = words.say(f"plan_new.example_{asked}")
        answer = typer.prompt(words.say(f"plan_new.{asked}"), default=example)
        try:
            drafting.draft(answers | {asked: answer}, today=today)
        except EsimError as problem:
            typer.echo(say_problem(problem, words))
            continue
        answers |= {missing.pop(0): answer}
    return answers


@app.command()
def forecast(  # noqa: PLR0913 - the options every reading command knows
    files: Files = None,
    *,
    plan: Plan = None,
    balance: Balance = None,
    timezone: Timezone = None,
    line: Line = None,
    lang: Lang = Language.EN,
) -> None:
    """Say when the allowance ends, with an interval, and what each app adds in days."""
    from esim_analysis.report.plan_text import forecast_text  # noqa: PLC0415 - --help stays instant

    if plan is None:
        raise typer.BadParameter("name your plan: --plan plan.toml", param_hint="--plan")
    case = opened(files, balance, timezone, line, lang, plan=plan, keep_ids=False)
    typer.echo(forecast_text(case.account(), case.analysis, case.words))


@app.command()
def compare(  # noqa: PLR0913 - the options every reading command knows
    files: Files = None,
    *,
    plan: Annotated[
        list[str] | None,
        typer.Option(help="A plan, its file#id or an example; repeatable; the first is yours."),
    ] = None,
    balance: Balance = None,
    timezone: Timezone = None,
    line: Line = None,
    lang: Lang = Language.EN,
) -> None:
    """Say what this very usage would cost under each plan, with and without each leak."""
    from esim_analysis.billing import find_plan  # noqa: PLC0415 - --help stays instant
    from esim_analysis.report.plan_text import compare_text  # noqa: PLC0415 - --help stays instant

    plans = [find_plan(one) for one in plan or []]  # a typo is told before anything is read
    case = opened(files, balance, timezone, line, lang, keep_ids=False)
    today = datetime.now().astimezone().date()
    typer.echo(compare_text(plans, case.analysis, case.words, today=today))
