"""`handrail agents`: who may sign in."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from bot import audit
from bot.company import LANGUAGES
from bot.opened import opened
from bot.settings import load
from handoff import agents

agents_app = typer.Typer(
    help="Add people, and give them one-time sign-in links.", no_args_is_help=True
)

Home = Annotated[Path | None, typer.Option("--home", envvar="HANDRAIL_HOME", show_default="var")]
Url = Annotated[
    str | None, typer.Option("--url", help="Address of the server, for the printed link.")
]


@agents_app.command()
def add(
    name: Annotated[str, typer.Argument(help="The name customers and colleagues see.")],
    role: Annotated[str, typer.Option(help="agent or admin.")] = "agent",
    languages: Annotated[str, typer.Option(help="Languages, comma separated.")] = "en",
    home: Home = None,
    url: Url = None,
) -> None:
    """Add a person and print a one-time sign-in link."""
    if role not in ("agent", "admin"):
        raise typer.BadParameter("The role is agent or admin.", param_hint="--role")
    settings = load(home)
    spoken = [one.strip() for one in languages.split(",") if one.strip()]
    if unknown := sorted(set(spoken) - set(LANGUAGES)):
        known = ", ".join(LANGUAGES)
        raise typer.BadParameter(f"{unknown[0]!r} is none of {known}.", param_hint="--languages")
    capacity = settings.handoff.default_capacity

    def work(tx: Any) -> str:
        chosen: agents.Role = "admin" if role == "admin" else "agent"
        agent = agents.add(tx, name, chosen, spoken, _now(), capacity=capacity)
        told = {"role": role, "languages": spoken, "capacity": capacity}
        audit.by_command(tx, "person.invited", agent.name, after=told)
        return agents.new_link(tx, agent.id, _now(), settings.handoff.sign_in_link_ttl)

    with opened(settings) as database:
        token = database.sync.write(work)
    print_link(url or settings.web.public_url, token)


@agents_app.command()
def link(
    name: Annotated[str, typer.Argument(help="The agent's name.")],
    home: Home = None,
    url: Url = None,
) -> None:
    """Print a new one-time sign-in link for a person who is there already."""
    settings = load(home)

    def work(tx: Any) -> str | None:
        agent = agents.by_name(tx, name)
        if agent is None:
            return None
        audit.by_command(tx, "person.link_made", agent.name)
        return agents.new_link(tx, agent.id, _now(), settings.handoff.sign_in_link_ttl)

    with opened(settings) as database:
        token = database.sync.write(work)
    if token is None:
        raise typer.BadParameter(f"There is no agent named {name!r}.", param_hint="NAME")
    print_link(url or settings.web.public_url, token)


@agents_app.command("list")
def list_(home: Home = None) -> None:
    """List everybody who may sign in."""
    with opened(load(home)) as database:
        for agent in database.sync.read(agents.listing):
            typer.echo(f"{agent.id}  {agent.role:5}  {agent.name}  {', '.join(agent.languages)}")


def print_link(url: str, token: str) -> None:
    """Print the link; without a known address, on the default one."""
    typer.echo(f"{(url or 'http://localhost:8080').rstrip('/')}/sign-in#{token}")


def _now() -> datetime:
    return datetime.now(UTC)
