"""`handrail audit`: read the audit trail, and see whether anybody has changed it."""

import re
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot import audit
from bot.audit import Broken, Line
from bot.errors import SetupError
from bot.opened import opened
from bot.settings import load

audit_app = typer.Typer(
    help="Who did what and when, and whether that record is whole.", no_args_is_help=True
)

Home = Annotated[Path | None, typer.Option("--home", envvar="HANDRAIL_HOME", show_default="var")]

TOLD = {
    "changed": "Line {n} is not what was written then: it was changed, or another one was put in.",
    "missing": "Line {n} is missing: it was taken out.",
    "cut": "The trail ends too early: line {n} and what came after it were taken out.",
    "other": "Line {n} is whole, but not the one you named: the trail was written anew.",
}
EVIDENCE = "Keep the database as it is, and compare it with a backup."


@audit_app.command()
def verify(
    expect: Annotated[
        str | None,
        typer.Option(metavar="NUMBER:HASH", help="A line as an earlier run printed it."),
    ] = None,
    home: Home = None,
) -> None:
    """Say whether the trail is as it was written, and where it is not.

    Keep what it prints somewhere else, and give it with --expect next time: then even somebody who
    wrote the whole trail anew is found.
    """
    wanted = _expected(expect)
    with opened(load(home)) as database:
        found = database.sync.read(lambda tx: audit.verify(tx, wanted))
    if found.broken is not None:
        typer.echo(_told(found.broken), err=True)
        raise typer.Exit(1)
    typer.echo(f"The audit trail is whole: {found.lines} lines. Last: {found.lines}:{found.hash}")


@audit_app.command("list")
def list_(
    action: Annotated[str, typer.Option(help="Only this, or all below: article, person …")] = "",
    name: Annotated[str, typer.Option(help="Only what this person did.")] = "",
    subject: Annotated[str, typer.Option(help="Only what was done to this.")] = "",
    most: Annotated[int, typer.Option(min=1, help="Lines to show.")] = 50,
    home: Home = None,
) -> None:
    """Show the newest lines of the trail."""
    query = audit.found(action=action, name=name, subject=subject).limit(most)
    with opened(load(home)) as database:
        for line in reversed(database.sync.read(lambda tx: audit.lines(tx, query))):
            sys.stdout.write(_shown(line) + "\n")


def _shown(line: Line) -> str:
    at = f"{line.at:%Y-%m-%d %H:%M:%S}"
    words = f"{line.number:6}  {at}  {line.who:7}  {line.name}  {line.action}  {line.subject}"
    facts = [f"{name}: {value}" for name, value in line.after.items()]
    return f"{words.rstrip()}  {', '.join(facts)}".rstrip()


def _expected(written: str | None) -> tuple[int, str] | None:
    if written is None:
        return None
    found = re.fullmatch(r"([1-9]\d{0,9}):([0-9a-f]{64})", written.strip())
    if found is None:
        raise SetupError(
            f"--expect is {written!r}, but must be a number, a colon and 64 hexadecimal digits, "
            "as `handrail audit verify` prints them."
        )
    return int(found[1]), found[2]


def _told(broken: Broken) -> str:
    return f"{TOLD[broken.what].format(n=broken.number)} {EVIDENCE}"
