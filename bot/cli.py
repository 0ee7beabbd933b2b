"""The command `handrail`."""

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot import audit, combinations, schema
from bot.cli_agents import agents_app
from bot.cli_articles import articles_app
from bot.cli_audit import audit_app
from bot.cli_backup import backup, restore
from bot.cli_eval import eval_app
from bot.cli_import import import_
from bot.cli_incidents import incidents_app
from bot.cli_train import train_app
from bot.errors import BotError
from bot.opened import opened
from bot.settings import Settings, load
from bot.storage.opening import shown
from handoff.errors import HandoffError
from retrieval.errors import RetrievalError

if TYPE_CHECKING:  # search loads slowly, and most commands do not need it
    from retrieval.index import Progress as BuildProgress

app = typer.Typer(
    name="handrail",
    help="A self-hosted support chat: answers from the help centre, or a person who knows all.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(agents_app, name="agents")
app.add_typer(articles_app, name="articles")
app.add_typer(incidents_app, name="incidents")
app.add_typer(eval_app, name="eval")
app.add_typer(train_app, name="train")
app.add_typer(audit_app, name="audit")

Home = Annotated[
    Path | None,
    typer.Option(
        "--home", help="Folder with all state.", envvar="HANDRAIL_HOME", show_default="var"
    ),
]
out = Console()
err = Console(stderr=True)


def run() -> int:
    """Run the command line; gives the exit code: 0 done, 1 refused with a reason, 2 wrong usage."""
    try:
        code = app(standalone_mode=False)
    except typer.Exit as done:
        return done.exit_code
    except typer.Abort:
        return 130
    except (BotError, HandoffError, RetrievalError) as error:
        err.print(f"[red]handrail:[/red] {error}", highlight=False, soft_wrap=True)
        return 1
    except Exception as error:
        if not hasattr(error, "exit_code") or not hasattr(error, "show"):
            raise
        error.show()
        return int(error.exit_code)
    return code if isinstance(code, int) else 0


@app.command()
def init(
    home: Home = None,
    sample: Annotated[
        bool, typer.Option("--sample", help="Load the sample company with its help centre.")
    ] = False,
) -> None:
    """Prepare the database; with --sample load the sample help centre, incidents and rules."""
    from bot import setup

    settings = load(home)
    setup.prepare(settings, sample=sample, say=lambda line: out.print(line, highlight=False))


@app.command()
def migrate(
    home: Home = None,
    new_log: Annotated[
        bool, typer.Option("--new-log", help="After pg_restore: have every client begin anew.")
    ] = False,
) -> None:
    """Bring the database to the version this program needs."""
    settings = load(home)
    schema.migrate(settings.database_at)
    out.print(f"Database up to date: {shown(settings.database_at)}", highlight=False)
    if new_log:
        from bot.backup import new_log as renew

        out.print(f"New log identity: {renew(settings, now=_now())}", highlight=False)


@app.command()
def index(
    home: Home = None,
    rollback: Annotated[
        bool, typer.Option("--rollback", help="Switch back to the index before this one.")
    ] = False,
    whole: Annotated[
        bool, typer.Option("--whole", help="Make all of it anew, though few articles changed.")
    ] = False,
) -> None:
    """Build the index beside the live one, check it and switch to it.

    Stopped with Ctrl-C, it leaves the live index as it was; what it embedded is kept.
    """
    from retrieval.index import Index

    settings = load(home)
    with opened(settings) as database:
        found = Index(database.sync, settings.home, settings.retrieval, _now)
        if rollback:
            generation = found.rollback()
            told = {"live": generation.id}
            database.sync.write(
                lambda tx: audit.by_command(tx, "index.rolled_back", generation.id, after=told)
            )
            out.print(f"Back to {generation.id}: {generation.passages} passages.", highlight=False)
            return
        with _bar() as note:
            generation = found.build(note, whole=whole)
        counts = {"articles": generation.articles, "passages": generation.passages}
        database.sync.write(
            lambda tx: audit.by_command(tx, "index.switched", generation.id, after=counts)
        )
        out.print(
            f"Live: {generation.id}, {generation.articles} articles, "
            f"{generation.passages} passages ({generation.embedded} texts embedded, "
            f"{generation.reused} kept) in {generation.seconds:.1f} s.",
            highlight=False,
        )


app.command("import")(import_)
app.command()(backup)
app.command()(restore)


@app.command()
def serve(
    home: Home = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes any free port.")] = 8080,
    workers: Annotated[
        int, typer.Option(min=1, max=256, help="Processes; several need PostgreSQL, Redis, Chroma.")
    ] = 1,
    sign_in_links: Annotated[
        bool, typer.Option("--sign-in-links", help="Print one-time sign-in links at the start.")
    ] = False,
) -> None:
    """Serve the widget, the console and the admin pages."""
    from bot import serving

    settings = load(home)
    combinations.check(settings, workers)
    schema.check(settings.database_at)
    links = _links(settings) if sign_in_links else []

    def ready(url: str) -> None:
        print(f"Handrail is serving at {url}", flush=True)
        print(f"  Demo page      {url}/demo", flush=True)
        print(f"  Agent console  {url}/console", flush=True)
        print(f"  Admin pages    {url}/admin", flush=True)
        for name, role, token in links:
            print(f"  Sign in once as {name} ({role}): {url}/sign-in#{token}", flush=True)

    serving.serve(settings, host, port, workers=workers, ready=ready)


@app.command()
def ask(
    text: Annotated[str, typer.Argument(help="The question.")],
    home: Home = None,
    locale: Annotated[str | None, typer.Option(help="The customer's language, as a hint.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Ask the bot one question, as a customer would."""
    from bot import asking

    settings = load(home)
    with opened(settings) as database:
        found = asyncio.run(asking.ask(settings, database, text, locale))
    if as_json:
        sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
        return
    asking.show(found, out)


@app.command()
def doctor(home: Home = None) -> None:
    """Check versions, database, model and index; says what to do about each fault."""
    from bot import doctor as checks

    if not checks.show(load(home), out):
        raise typer.Exit(1)


def _links(settings: Settings) -> list[tuple[str, str, str]]:
    from handoff import agents

    ttl = settings.handoff.sign_in_link_ttl

    def make(tx: Any) -> list[tuple[str, str, str]]:
        people = [one for one in agents.listing(tx) if one.password_hash is None]
        admins = [one for one in people if one.role == "admin"][:1]
        staff = [one for one in people if one.role == "agent"][:2]
        for one in (*staff, *admins):
            audit.by_command(tx, "person.link_made", one.name)
        return [
            (one.name, one.role, agents.new_link(tx, one.id, _now(), ttl))
            for one in (*staff, *admins)
        ]

    with opened(settings) as database:
        return database.sync.write(make)


@contextmanager
def _bar() -> Iterator[Any]:
    """A progress bar on a terminal; plain lines elsewhere would only fill logs."""
    columns = (
        TextColumn("{task.description:>9}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[counts]}"),
        TextColumn("[red]{task.fields[failures]}"),
        TextColumn("{task.fields[document]}", markup=False),
        TimeRemainingColumn(),
    )
    quiet = not (err.is_terminal or os.environ.get("FORCE_COLOR"))
    with Progress(*columns, console=err, disable=quiet) as bar:
        task = bar.add_task("read", total=None, document="", counts="", failures="")

        def note(at: "BuildProgress") -> None:
            bar.update(
                task,
                description=at.stage,
                completed=at.done,
                total=at.total or None,
                document=at.document[:40],
                counts=f"{at.embedded} new, {at.reused} kept" if at.stage == "embed" else "",
                failures=f"{len(at.failures)} failed" if at.failures else "",
            )

        yield note


def _now() -> datetime:
    return datetime.now(UTC)
