"""`handrail incidents`: what is broken now, how it goes, and which status pages are read."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from bot import audit, cli_incidents_review
from bot import company as companies
from bot.answering.unsaid import unsaid
from bot.company import LANGUAGES, in_language
from bot.errors import SetupError
from bot.opened import opened
from bot.settings import Settings, load
from bot.storage.engine import Database
from retrieval.errors import NotEditable
from retrieval.incidents import editing, feeds, ledger, staff_notes
from retrieval.incidents.incident import Incident
from retrieval.incidents.settings import parse

incidents_app = typer.Typer(help="Declare incidents and tell how they go.", no_args_is_help=True)

incidents_app.command()(cli_incidents_review.review)

Home = Annotated[Path | None, typer.Option("--home", envvar="HANDRAIL_HOME", show_default="var")]
Id = Annotated[str, typer.Argument(help="Id of the incident.")]
Status = Annotated[str, typer.Option(help="investigating, identified, monitoring or resolved.")]
Texts = Annotated[
    list[str],
    typer.Option("--text", help="What to tell customers: LANGUAGE=TEXT, once per language."),
]
Workaround = Annotated[
    list[str] | None,
    typer.Option("--workaround", help="What helps meanwhile: LANGUAGE=TEXT, once per language."),
]
Titles = Annotated[
    list[str] | None, typer.Option("--title", help="LANGUAGE=TITLE, once per language.")
]
Components = Annotated[
    list[str] | None, typer.Option("--component", help="Id of a part it hits; once for each.")
]
Expected = Annotated[
    str | None,
    typer.Option(help="When it should be over, as 2026-11-22T18:00+08:00; `none` takes it away."),
]
NextUpdate = Annotated[
    int | None, typer.Option(min=1, help="Minutes until the next update is promised.")
]

_CLAIMS = {
    "over": "says that it is over",
    "deployed": "says that a fix is in place, and the status is not `monitoring`",
    "time": "promises a time that is not given as the expected end or the next update",
    "call": "promises that somebody will call or write",
}
"""What a sentence that is left out claims, as `guard.Kind`."""


@incidents_app.command("list")
def list_(home: Home = None) -> None:
    """List incidents, latest first."""
    with opened(load(home)) as database:
        for one in database.sync.read(ledger.listing):
            typer.echo(
                f"{one.id}  {_state(one):13}  {', '.join(one.components)}  "
                f"{in_language(one.title, 'en')}"
            )


@incidents_app.command()
def show(incident: Id, home: Home = None) -> None:
    """Show an incident with its updates, and what the staff noted."""
    with opened(load(home)) as database:
        one = database.sync.read(lambda tx: ledger.get(tx, incident))
        notes = database.sync.read(lambda tx: staff_notes.listing(tx, incident))
    for line in _lines(one):
        typer.echo(line)
    for note in notes:
        typer.echo(f"staff only, {note.kind}, {note.author}, {_at(note.at)}: {note.text}")


@incidents_app.command()
def create(
    title: Annotated[list[str], typer.Option("--title", help="LANGUAGE=TITLE, per language.")],
    component: Annotated[list[str], typer.Option("--component", help="Id of a part it hits.")],
    text: Texts,
    severity: Annotated[str, typer.Option(help="minor, major or critical.")] = "major",
    status: Status = "investigating",
    workaround: Workaround = None,
    expected: Expected = None,
    next_update_minutes: NextUpdate = 30,
    home: Home = None,
) -> None:
    """Declare something broken: from now on customers hear of it."""
    settings = load(home)
    _check_components(settings, component)
    now = _now()
    with _words_checked(settings) as database:
        made = database.sync.write(
            lambda tx: ledger.create(
                tx,
                title=_texts("--title", title),
                components=component,
                severity=severity,
                status=status,
                now=now,
                text=_texts("--text", text),
                workaround=_texts("--workaround", workaround or []),
                expected_at=_moment("--expected", expected),
                next_update_at=_due(now, next_update_minutes),
            )
        )
        told = {"severity": severity, "status": status, "components": component}
        _note(database, "incident.declared", made.id, told)
        typer.echo(f"Declared {made.id}.")
        _warn(database, made.id)


@incidents_app.command()
def declare(
    incident: Annotated[str, typer.Argument(help="Id of a prepared incident.")], home: Home = None
) -> None:
    """Make a prepared incident active: from now on customers hear of it."""
    from bot import following  # loads what answers customers, which no other command here needs

    with _words_checked(load(home)) as database:
        database.sync.write(lambda tx: following.declare(tx, incident, _now()))
        _note(database, "incident.declared", incident, {"active": True})
        typer.echo(f"Declared {incident}.")
        _warn(database, incident)


@incidents_app.command()
def update(
    incident: Id,
    status: Status,
    text: Texts,
    next_update_minutes: NextUpdate = None,
    home: Home = None,
) -> None:
    """Tell how an incident goes; every conversation that asked about it hears it once."""
    texts, now = _texts("--text", text), _now()

    def work(tx: Any) -> None:
        if not ledger.get(tx, incident).active:
            raise SetupError(
                f"{incident} was never declared, so nobody would hear of it. "
                f"Run `handrail incidents declare {incident}` first."
            )
        due = _due(now, next_update_minutes)
        ledger.add_update(tx, incident, status=status, text=texts, now=now, next_update_at=due)

    with _words_checked(load(home)) as database:
        database.sync.write(work)
        _note(database, "incident.updated", incident, {"status": status})
        typer.echo(f"Updated {incident}: {status}.")
        _warn(database, incident)


@incidents_app.command()
def edit(
    incident: Id,
    title: Titles = None,
    component: Components = None,
    severity: Annotated[str | None, typer.Option(help="minor, major or critical.")] = None,
    workaround: Workaround = None,
    expected: Expected = None,
    next_update_minutes: NextUpdate = None,
    cadence_minutes: Annotated[
        int | None, typer.Option(min=1, help="Minutes without an update before admins are told.")
    ] = None,
    home: Home = None,
) -> None:
    """Add or change what an incident lacks, wherever it came from; status pages cannot undo it."""
    settings = load(home)
    _check_components(settings, component or [])
    given: dict[str, Any] = {
        "components": component,
        "severity": severity,
        "cadence_minutes": cadence_minutes,
        "next_update_at": _due(_now(), next_update_minutes),
    }
    changes = {name: value for name, value in given.items() if value is not None}
    if expected is not None:
        changes["expected_at"] = _moment("--expected", expected)

    def work(tx: Any) -> None:
        before = ledger.get(tx, incident)
        if title:
            changes["title"] = before.title | _texts("--title", title)
        if workaround:
            changes["workaround"] = before.workaround | _texts("--workaround", workaround)
        if not changes:
            raise SetupError("Nothing to change was given. See `handrail incidents edit --help`.")
        editing.edit(tx, incident, changes)

    with _words_checked(settings) as database:
        database.sync.write(work)
        _note(database, "incident.edited", incident, {"fields": sorted(changes)})
        typer.echo(f"Changed {incident}.")
        _warn(database, incident)


@incidents_app.command()
def translate(
    incident: Id,
    update_id: Annotated[str, typer.Argument(help="Id of the update, as `show` prints it.")],
    text: Texts,
    home: Home = None,
) -> None:
    """Give an update in further languages, or correct it: then who was told is told anew."""
    texts = _texts("--text", text)
    with _words_checked(load(home)) as database:
        database.sync.write(lambda tx: editing.write_texts(tx, incident, update_id, texts, _now()))
        told = {"update": update_id, "languages": sorted(texts)}
        _note(database, "incident.texts_written", incident, told)
        typer.echo(f"Changed the update {update_id}.")
        _warn(database, incident)


@incidents_app.command()
def note(
    incident: Id,
    text: Annotated[str, typer.Argument(help="What to note.")],
    kind: Annotated[str, typer.Option(help="finding, owner, channel or note.")] = "note",
    author: Annotated[str, typer.Option(help="Who notes it.")] = "command line",
    home: Home = None,
) -> None:
    """Note something for the staff alone: no customer ever reads it."""

    def work(tx: Any) -> None:
        chosen: Any = kind
        staff_notes.add(tx, incident, kind=chosen, author=author, text=text, now=_now())

    with _words_checked(load(home)) as database:
        database.sync.write(work)
        _note(database, "incident.noted", incident, {"kind": kind})
    typer.echo(f"Noted for the staff on {incident}.")


@incidents_app.command()
def sources(home: Home = None) -> None:
    """Show the status pages that are read, and how that went last."""
    settings = load(home)
    with opened(settings) as database:
        known = {one.name: one for one in database.sync.read(feeds.states)}
    configured = parse(settings.incidents.sources)
    if not configured:
        typer.echo(
            "No status page is read. Set HANDRAIL_INCIDENTS__SOURCES; see docs/incidents.md."
        )
    for one in configured:
        state = known.get(one.name)
        typer.echo(f"{one.name}  {one.kind}  {one.url}  {_read(state)}")
        for part in state.unmapped if state is not None else ():
            typer.echo(f"    no component of yours stands for {part!r}")
        for found in state.contradictions if state is not None else ():
            about = ", ".join(found[key] for key in ("incident", "component") if found[key])
            typer.echo(f"    {found['code']}: {about or 'the whole page'}")


def _read(state: feeds.FeedState | None) -> str:
    if state is None:
        return "not read yet"
    read = "never read" if state.read_at is None else f"read {_at(state.read_at)}"
    return f"{read}, {state.failures} failures: {state.error}" if state.error else read


def _lines(one: Incident) -> Iterator[str]:
    yield f"{one.id}: {in_language(one.title, 'en')}"
    yield f"{_state(one)}, {one.severity}, hits {', '.join(one.components) or 'no component'}"
    yield f"from {one.source}" + (f", {one.url}" if one.url else "")
    for name in ("started_at", "resolved_at", "expected_at", "next_update_at", "left_feed_at"):
        at = getattr(one, name)
        if at is not None:
            yield f"{name.removesuffix('_at').replace('_', ' ')}: {_at(at)}"
    if one.unconfirmed_since is not None:
        yield f"not confirmed by its status page since {_at(one.unconfirmed_since)}"
    for language, text in one.workaround.items():
        yield f"workaround ({language}): {text}"
    for each in one.updates:
        yield f"update {each.id}, {_at(each.at)}, {each.status}"
        for language, text in each.text.items():
            yield f"    {language}: {text}"


def _state(one: Incident) -> str:
    return one.status if one.active else "template"


@contextmanager
def _words_checked(settings: Settings) -> Iterator[Any]:
    """The database; a word that it does not know becomes one line for whoever typed it."""
    with opened(settings) as database:
        try:
            yield database
        except (ValueError, NotEditable) as error:
            raise SetupError(str(error)) from error


def _warn(database: Any, incident: str) -> None:
    """Say which sentences customers will not read: they claim more than the status does."""
    for one in unsaid(database.sync.read(lambda tx: ledger.get(tx, incident))):
        typer.echo(
            f"Not shown to customers while this is not resolved ({one.field}, {one.language}, "
            f"{_CLAIMS[one.kind]}): {one.text}",
            err=True,
        )


def _check_components(settings: Settings, components: list[str]) -> None:
    known = companies.load(settings.home).component_names()
    for one in components:
        if one not in known:
            raise SetupError(f"There is no component {one!r}. Known: {', '.join(known)}.")


def _texts(option: str, given: list[str]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for item in given:
        language, sign, said = item.partition("=")
        if not sign or language not in LANGUAGES or not said.strip():
            raise typer.BadParameter(
                f"{item!r} is not LANGUAGE=TEXT with one of {', '.join(LANGUAGES)}.",
                param_hint=option,
            )
        texts[language] = said.strip()
    return texts


def _moment(option: str, given: str | None) -> datetime | None:
    if given is None or given == "none":
        return None
    try:
        at = datetime.fromisoformat(given)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise typer.BadParameter(
            f"{given!r} is no time with its offset, such as 2026-11-22T18:00+08:00.",
            param_hint=option,
        )
    if at <= _now():
        raise typer.BadParameter(f"{given!r} lies in the past.", param_hint=option)
    return at


def _due(now: datetime, minutes: int | None) -> datetime | None:
    return None if minutes is None else now + timedelta(minutes=minutes)


def _at(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _now() -> datetime:
    return datetime.now(UTC)


def _note(database: Database, action: str, incident: str, facts: audit.Facts) -> None:
    database.sync.write(lambda tx: audit.by_command(tx, action, incident, after=facts))
