"""`handrail incidents`: what is broken now."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.company import LANGUAGES, in_language
from bot.errors import SetupError
from bot.opened import opened
from bot.settings import load
from retrieval.incidents import ledger

incidents_app = typer.Typer(help="Declare incidents and tell how they go.", no_args_is_help=True)

Home = Annotated[Path | None, typer.Option("--home", envvar="HANDRAIL_HOME", show_default="var")]
Texts = Annotated[
    list[str],
    typer.Option("--text", help="What to tell customers: LANGUAGE=TEXT, once per language."),
]


@incidents_app.command("list")
def list_(home: Home = None) -> None:
    """List incidents, latest first."""
    with opened(load(home)) as database:
        for one in database.sync.read(ledger.listing):
            state = one.status if one.active else "template"
            typer.echo(
                f"{one.id}  {state:13}  {', '.join(one.components)}  {in_language(one.title, 'en')}"
            )


@incidents_app.command()
def declare(
    incident: Annotated[str, typer.Argument(help="Id of a prepared incident.")], home: Home = None
) -> None:
    """Make a prepared incident active: from now on customers hear of it."""
    with opened(load(home)) as database:
        database.sync.write(lambda tx: ledger.declare(tx, incident, _now()))
    typer.echo(f"Declared {incident}.")


@incidents_app.command()
def update(
    incident: Annotated[str, typer.Argument(help="Id of the incident.")],
    status: Annotated[str, typer.Option(help="investigating, identified, monitoring or resolved.")],
    text: Texts,
    next_update_minutes: Annotated[int | None, typer.Option(min=1)] = None,
    home: Home = None,
) -> None:
    """Tell how an incident goes; every conversation that asked about it hears it once."""
    texts = _texts(text)
    due = _now() + timedelta(minutes=next_update_minutes) if next_update_minutes else None

    def work(tx: Any) -> None:
        if not ledger.get(tx, incident).active:
            raise SetupError(
                f"{incident} was never declared, so nobody would hear of it. "
                f"Run `handrail incidents declare {incident}` first."
            )
        ledger.add_update(tx, incident, status=status, text=texts, now=_now(), next_update_at=due)

    with opened(load(home)) as database:
        try:
            database.sync.write(work)
        except ValueError as error:
            raise SetupError(str(error)) from error
    typer.echo(f"Updated {incident}: {status}.")


def _texts(given: list[str]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for item in given:
        language, sign, said = item.partition("=")
        if not sign or language not in LANGUAGES:
            raise typer.BadParameter(
                f"{item!r} is not LANGUAGE=TEXT with one of {', '.join(LANGUAGES)}.",
                param_hint="--text",
            )
        texts[language] = said
    return texts


def _now() -> datetime:
    return datetime.now(UTC)
