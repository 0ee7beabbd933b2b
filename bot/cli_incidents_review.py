"""`handrail incidents review`: the draft of a review, printed or written to a file."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot import company as companies
from bot.company import LANGUAGES
from bot.errors import SetupError
from bot.opened import opened
from bot.settings import load

PAGES = (".html", ".htm")


def review(
    incident: Annotated[str, typer.Argument(help="Id of the incident.")],
    out: Annotated[
        Path | None,
        typer.Option(help="A new file: .html makes a page to print, anything else Markdown."),
    ] = None,
    locale: Annotated[str, typer.Option(help="Language of the draft.")] = "en",
    home: Annotated[
        Path | None, typer.Option("--home", envvar="HANDRAIL_HOME", show_default="var")
    ] = None,
) -> None:
    """Draft the review of an incident from the log: facts only, for the team.

    A file that is there already is never overwritten: somebody may have written in it.
    """
    # Loaded only here: every other command starts without them.
    from bot.incident_review.facts import gather
    from bot.incident_review.markdown import markdown
    from bot.incident_review.page import Reader, blocks, title
    from bot.web.review_html import page

    if locale not in LANGUAGES:
        raise typer.BadParameter(
            f"{locale!r} is none of {', '.join(LANGUAGES)}.", param_hint="--locale"
        )
    settings = load(home)
    company = companies.load(settings.home)
    with opened(settings) as database:
        now = datetime.now(UTC)
        found = database.sync.read(lambda tx: gather(tx, incident, company, now))
    reader = Reader(locale, company, settings.web.public_url)
    made = blocks(found, reader)
    if out is None:
        typer.echo(markdown(made), nl=False)
        return
    as_page = out.suffix.lower() in PAGES
    _write(out, page(title(found, reader), made, locale) if as_page else markdown(made))
    typer.echo(f"Wrote {out}.")


def _write(out: Path, text: str) -> None:
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise SetupError(
            f"{out} is there already and may hold what people wrote. Choose another name."
        ) from error
    except OSError as error:
        raise SetupError(f"{out} cannot be written: {error.strerror}.") from error
