"""Commands about plans: plan new, plan compare, plan forecast, plan list."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from esim_analysis.cli.options import Balance, Files, Lang, Language, Line, Plan, Timezone, opened

app = typer.Typer(help="Plans: what it costs, whether it lasts, and the app or the plan?")

Cycle = Annotated[
    str | None,
    typer.Option(help="'month 1' (from that day of month) or '28 days from 2026-10-05'."),
]


@app.command("list")
def list_plans() -> None:
    """List the example plans: dated, sourced, none of them verified."""
    from esim_analysis.report.plan_text import listed  # noqa: PLC0415 - --help stays instant

    for line in listed(today=datetime.now().astimezone().date()):
        typer.echo(line)


@app.command()
def new(  # noqa: PLR0913 - each answer can be given as an option
    *,
    output: Annotated[Path, typer.Option("--output", "-o")] = Path("plan.toml"),
    like: Annotated[
        str | None, typer.Option("--from", help="Begin with this example; see 'plan list'.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Name of the plan.")] = None,
    allowance: Annotated[str | None, typer.Option(help="'10GB', or 'unlimited'.")] = None,
    price: Annotated[str | None, typer.Option(help="'10.00 EUR' for one cycle.")] = None,
    cycle: Cycle = None,
    country: Annotated[str | None, typer.Option(help="Two letters: ES, CN, …")] = None,
    after: Annotated[
        str | None,
        typer.Option(help="Beyond the allowance: '6.00 per GB', '64 kbps', or 'stops'."),
    ] = None,
) -> None:
    """Ask what your plan promises and write it as a file for --plan."""
    from esim_analysis.billing import drafting  # noqa: PLC0415 - --help stays instant

    told = {
        "name": name,
        "allowance": allowance,
        "price": price,
        "cycle": cycle,
        "country": country,
        "after": after,
    }
    if like is None:
        for question, example in drafting.QUESTIONS.items():
            if told[question] is None:
                told[question] = typer.prompt(example.ask, default=example.example)
    answers = {question: answer for question, answer in told.items() if answer is not None}
    today = datetime.now().astimezone().date()
    typer.echo(drafting.save(drafting.draft(answers, like=like, today=today), output))


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
    from esim_analysis.report.plan_text import compare_text  # noqa: PLC0415 - --help stays instant

    case = opened(files, balance, timezone, line, lang, keep_ids=False)
    today = datetime.now().astimezone().date()
    typer.echo(compare_text(plan or [], case.analysis, case.words, today=today))
