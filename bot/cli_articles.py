"""`handrail articles`: take one out of the answers, and see what became of it."""

import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.engine import Connection

from bot import audit
from bot.errors import SetupError
from bot.opened import opened
from bot.settings import load
from retrieval import articles, pulls
from retrieval.defaults import LOCALES, normal

articles_app = typer.Typer(
    help="Take an article out of all answers at once, and see its history.", no_args_is_help=True
)

Home = Annotated[Path | None, typer.Option("--home", envvar="HANDRAIL_HOME", show_default="var")]
Id = Annotated[str, typer.Argument(metavar="ID", help="The article's id, as in its address.")]
Locale = Annotated[str | None, typer.Option(help="Only this language; else all of them.")]


@articles_app.command()
def pull(
    article: Id,
    locale: Locale = None,
    reason: Annotated[str, typer.Option(help="Why, for its history.")] = "",
    by: Annotated[
        str | None, typer.Option(help="Who does it, for its history; else who runs the command.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask first.")] = False,
    home: Home = None,
) -> None:
    """Take an article out of every answer and the help centre, now; its versions stay.

    It works at once in a running server, too: no index need be built. What was pulled is answered
    from again when a new version of it is published and the index is built.
    """
    chosen = _locale(locale)
    with opened(load(home)) as database:
        shown = database.sync.read(lambda tx: pulls.published_locales(tx, article, chosen))
        if not shown:
            typer.echo(f"{article} is not published, so nothing answers from it.")
            return
        if not yes:
            question = f"Take {article} ({', '.join(shown)}) out of all answers now?"
            typer.confirm(question, abort=True)
        author, now = by or _user(), datetime.now(UTC)

        def work(tx: Connection) -> list[str]:
            found = pulls.published_locales(tx, article, chosen)  # it may be others by now
            for one in found:
                pulls.pull(tx, article, one, author=author, now=now, reason=reason.strip())
            told = {"languages": found, "reason": reason.strip(), "said to be by": author}
            audit.by_command(tx, "article.pulled", article, after=told)
            return found

        pulled = database.sync.write(work)
    typer.echo(f"Pulled: {article} ({', '.join(pulled)}). No answer uses it any more.")


@articles_app.command()
def history(article: Id, locale: Locale = None, home: Home = None) -> None:
    """Print every version of an article, newest first, and who pulled it why."""
    chosen = _locale(locale)

    def read(tx: Connection) -> list[str]:
        pulls.published_locales(tx, article, chosen)  # for its error, if there is no such article
        has = [code for code in LOCALES if articles.find(tx, article, code) is not None]
        return [
            _line(code, one)
            for code in has
            if chosen in (None, code)
            for one in articles.versions(tx, article, code)
        ]

    with opened(load(home)) as database:
        for line in database.sync.read(read):
            typer.echo(line)


def _line(locale: str, one: articles.Version) -> str:
    replaced = one.was_published and one.pulled is None
    state = "published" if one.published else "replaced" if replaced else "draft"
    at = f"{one.saved_at:%Y-%m-%d %H:%M}"
    line = f"{locale:8} {one.version:3}  {at}  {state:9}  {one.author}  {one.title}"
    if one.pulled is None:
        return line
    why = f"gone at {one.pulled.source}" if one.pulled.source else one.pulled.reason
    pulled = f"pulled {one.pulled.at:%Y-%m-%d %H:%M} by {one.pulled.author}"
    return f"{line}\n{'':14}{pulled}" + (f": {why}" if why else "")


def _locale(written: str | None) -> str | None:
    if written is None:
        return None
    known = normal(written)
    if known is None:
        raise SetupError(f"--locale is {written!r}, but must be one of {', '.join(LOCALES)}.")
    return known


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user need not have a name
        return "command line"
