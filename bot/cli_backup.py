"""`handrail backup` and `handrail restore`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot import backup as backups
from bot.settings import load

Home = Annotated[
    Path | None,
    typer.Option(
        "--home", help="Folder with all state.", envvar="HANDRAIL_HOME", show_default="var"
    ),
]


def backup(
    target: Annotated[
        Path, typer.Argument(help="A new file, or a folder that gets one named by the date.")
    ],
    home: Home = None,
) -> None:
    """Copy database and company files into one file; the server may run meanwhile.

    Not the index and the model: after a restore `handrail index` makes them again.
    """
    made = backups.make(load(home), target, now=datetime.now(UTC))
    typer.echo(
        f"{made.path}: {made.events} events, {made.size / 1e6:.1f} MB. Index and model are not in "
        "it; `handrail index` makes them again."
    )


def restore(
    source: Annotated[Path, typer.Argument(help="A file that `handrail backup` made.")],
    home: Home = None,
    force: Annotated[
        bool, typer.Option("--force", help="Also into a home in use; what it has is moved aside.")
    ] = False,
) -> None:
    """Make an empty home what a backup holds; the server must not run.

    The log gets a new identity, so that every client begins anew. The staff signs in again.
    """
    from bot import serving  # the whole server: it loads slowly

    settings = load(home)
    with serving.alone(settings.home):
        found, aside = backups.restore(settings, source, force=force, now=datetime.now(UTC))
    typer.echo(f"Restored: {found.events} events, as of {found.made_at}, under a new log identity.")
    if aside.exists():
        typer.echo(f"What was there before: {aside}")
    typer.echo(
        "Now `handrail index`, then `handrail serve`. The staff signs in again; new links: "
        "`handrail agents link NAME`."
    )
