"""The command `handrail import`."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import Progress as Bar
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

from bot import audit
from bot.errors import SetupError
from bot.opened import opened
from bot.settings import Settings, load
from bot.storage.engine import Database
from retrieval import reading, sources
from retrieval.articles import AUDIENCES
from retrieval.defaults import LOCALES, Defaults, normal

if TYPE_CHECKING:  # it loads slowly, and other commands do not need it
    from retrieval.importing import Origin, Progress, Report, Result

Home = Annotated[
    Path | None,
    typer.Option(
        "--home", help="Folder with all state.", envvar="HANDRAIL_HOME", show_default="var"
    ),
]
What = Annotated[
    str, typer.Argument(metavar="WHAT", help="A folder, a file, a ZIP, or an address of the web.")
]
KindOption = Annotated[
    str, typer.Option(help="auto, files, web, zendesk or intercom.", show_default=True)
]
RemoveMissing = Annotated[
    bool,
    typer.Option(
        "--remove-missing", help="Pull articles whose documents are gone, without asking."
    ),
]
out = Console()
err = Console(stderr=True)


def import_(
    what: What,
    home: Home = None,
    kind: KindOption = "auto",
    source: Annotated[
        str | None, typer.Option(help="Name of the source; else its folder, file or host.")
    ] = None,
    locale: Annotated[
        str | None, typer.Option(help="Language of documents that do not tell theirs.")
    ] = None,
    category: Annotated[
        str | None, typer.Option(help="Category of documents that name none.")
    ] = None,
    collection: Annotated[
        str | None, typer.Option(help="Collection of documents that name none.")
    ] = None,
    audience: Annotated[
        str | None, typer.Option(help="Who may read them: public, signed_in or staff.")
    ] = None,
    draft: Annotated[
        bool, typer.Option("--draft", help="Publish nothing; people do that.")
    ] = False,
    remove_missing: RemoveMissing = False,
    token_file: Annotated[
        Path | None, typer.Option(help="File with the token of the help centre's API.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Import articles; run `handrail index` afterwards.

    What was imported from the same source before is updated; options left out stay as they were.
    """
    given = _defaults(locale, category, collection, audience, draft=draft)
    found = reading.kind_of(_choice("--kind", kind, reading.KINDS), what)
    address = what if reading.is_web(what) else str(Path(what).resolve())
    token = None if token_file is None else _token(token_file)
    settings = load(home)
    with opened(settings) as database:
        origin = _origin(database, found, address, source, given)
        report = _run(database, settings, origin, token, address, quiet=as_json)
        removed = _remove(database, report) if remove_missing else 0
        told = {"address": address, **report.counts, "removed": removed}
        database.sync.write(
            lambda tx: audit.by_command(tx, "import.finished", report.source, after=told)
        )
    tell = _tell_programs if as_json else _tell
    tell(report, removed)
    if report.counts.get("refused") or (remove_missing and report.warning is not None):
        raise typer.Exit(1)


def _defaults(
    locale: str | None,
    category: str | None,
    collection: str | None,
    audience: str | None,
    *,
    draft: bool,
) -> Defaults:
    if locale is not None:
        known = normal(locale)
        if known is None:
            raise SetupError(f"--locale is {locale!r}, but must be one of {', '.join(LOCALES)}.")
        locale = known
    if audience is not None:
        _choice("--audience", audience, AUDIENCES)
    return Defaults(locale, category, collection, audience, draft)


def _choice(option: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise SetupError(f"{option} is {value!r}, but must be one of {', '.join(known)}.")
    return value


def _token(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SetupError(f"The token cannot be read from {path}: {error}.") from error


def _origin(
    database: Database, kind: sources.Kind, address: str, name: str | None, given: Defaults
) -> "Origin":
    """The source with this address, as it was imported before, changed by what is given now."""
    from retrieval.importing import Origin

    stored = "" if kind == "upload" else address
    named = name or reading.name_for(kind, address)
    if name is None:
        named = database.sync.read(lambda tx: sources.named(tx, kind, stored, named))
    known = {one.name: one for one in database.sync.read(lambda tx: sources.listing(tx, _now()))}
    before = known.get(named)
    if before is None:
        return Origin(named, kind, stored, given)
    changed = {key: value for key, value in asdict(given).items() if value}
    return Origin(named, kind, stored, replace(before.defaults, **changed))


def _run(
    database: Database,
    settings: Settings,
    origin: "Origin",
    token: str | None,
    address: str,
    *,
    quiet: bool,
) -> "Report":
    from retrieval import importing

    etags = database.sync.read(lambda tx: sources.etags(tx, origin.name, origin.defaults))
    what = reading.Reading(origin.kind, address, settings.importing, etags, token)
    with _bar(origin.name, quiet=quiet) as note:
        return importing.run(
            database.sync,
            reading.read(what, lambda: False),
            source=origin,
            author="import",
            now=_now,
            progress=note,
        )


def _remove(database: Database, report: "Report") -> int:
    """Pull what is gone, unless so much is gone that something else must be wrong."""
    from retrieval import proposals

    if report.warning is not None:
        return 0
    keys = [one.key for one in report.missing]
    pulled = proposals.remove(database.sync, report.source, keys, author="import", now=_now())
    return len(pulled)


def _tell(report: "Report", removed: int) -> None:
    for name, number in sorted(report.counts.items()):
        out.print(f"{name}: {number}", highlight=False)
    if removed:
        out.print(f"removed: {removed}", highlight=False)
    elif report.missing:
        for one in report.missing:
            line = f"gone at the source: {one.name} (article {one.article_id}, {one.locale})"
            out.print(line, highlight=False, markup=False, soft_wrap=True)
        out.print(
            "These articles are still answered from. Remove them on the admin pages under "
            "Imports, or import again with --remove-missing.",
            highlight=False,
            soft_wrap=True,
        )
    if report.warning is not None:
        err.print(f"[yellow]warning:[/yellow] {report.warning}", highlight=False, soft_wrap=True)


@contextmanager
def _bar(name: str, *, quiet: bool) -> Iterator[Callable[["Progress"], None]]:
    """A line for each document; on a terminal also how far it is."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    plain = quiet or not (err.is_terminal or os.environ.get("FORCE_COLOR"))
    with Bar(*columns, console=err, disable=plain, transient=True) as bar:
        task = bar.add_task(name, total=None)

        def note(at: "Progress") -> None:
            if not quiet:
                _line(at.latest)
            bar.update(task, description=f"{name}: {at.done} documents")

        yield note


def _line(result: "Result") -> None:
    if result.outcome in ("refused", "kept", "skipped"):
        text = f"{result.outcome}: {result.reason}"
        err.print(text, highlight=False, markup=False, soft_wrap=True)
        return
    why = f" ({result.reason})" if result.reason else ""
    text = f"{result.outcome}: {result.name} → {result.article}, {result.locale}{why}"
    out.print(text, highlight=False, markup=False, soft_wrap=True)


def _tell_programs(report: "Report", removed: int) -> None:
    found = {
        "source": report.source,
        "counts": report.counts,
        "results": [
            {
                "name": one.name,
                "result": one.outcome,
                "reason": one.reason,
                "article": one.article,
                "locale": one.locale,
            }
            for one in report.results
        ],
        "missing": [
            {"name": one.name, "article": one.article_id, "locale": one.locale}
            for one in report.missing
        ],
        "removed": removed,
        "warning": report.warning,
        "cancelled": report.cancelled,
    }
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")


def _now() -> datetime:
    return datetime.now(UTC)
