"""`handrail eval incidents`: which questions are answered with an incident, and which are not."""

import json
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from bot import company
from bot.errors import SetupError
from bot.settings import load

if TYPE_CHECKING:  # what reads questions loads slowly, and other commands do not need it
    from retrieval.incidents.board import Matcher
    from retrieval.incidents.incident import Component, Incident

COLUMNS = ("n", "precision", "recall", "ms_p50", "ms_p99")
_HOME = typer.Option(
    "--home", envvar="HANDRAIL_HOME", show_default="var", help="Whose components are used."
)


def incidents(
    situations: Annotated[
        Path, typer.Option(help="Incidents: JSON lines with id, title, components, updates.")
    ],
    questions: Annotated[
        Path, typer.Option(help="JSON lines with language, situation (ids), text and about.")
    ],
    half: Annotated[
        str | None, typer.Option(help="Only those whose `half` is this, such as held_out.")
    ] = None,
    wrong: Annotated[bool, typer.Option("--wrong", help="List the wrongly decided ones.")] = False,
    home: Annotated[Path | None, _HOME] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Per language: precision and recall of "answered with the right incident", milliseconds.

    `about` names the incident that explains the question, or is null where none does. A question
    of the kind `status` is right with any incident of its situation.
    """
    known = _read(situations, ("id", "title", "updates"))
    asked = _read(questions, ("language", "situation", "text", "about"))
    asked = [one for one in asked if half is None or one.get("half") == half]
    decided = _decided(asked, known, _matcher(home))
    report = _figures(decided)
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False))
        return
    if wrong:
        for one in decided:
            if one["found"] != one["expected"]:
                line = {key: one[key] for key in ("id", "language", "kind", "text", "expected")}
                typer.echo(json.dumps({**line, "found": one["found"]}, ensure_ascii=False))
    table = Table("language", *COLUMNS)
    for language, row in report.items():
        table.add_row(language, *(_shown(row[key]) for key in COLUMNS))
    Console().print(table)


def measure(
    situations: list[dict[str, Any]], questions: list[dict[str, Any]], matcher: "Matcher"
) -> dict[str, dict[str, float]]:
    """The figures per language, and of `all`, for what the two files hold."""
    return _figures(_decided(questions, situations, matcher))


def _matcher(home: Path | None) -> "Matcher":
    from retrieval.incidents.board import Matcher

    return Matcher(company.load(load(home).home).components)


def _decided(
    asked: list[dict[str, Any]], situations: list[dict[str, Any]], matcher: "Matcher"
) -> list[dict[str, Any]]:
    """What each question is answered with; one of several right ones counts as the expected."""
    from handoff.learned.trouble import trouble
    from retrieval.incidents.board import Matcher

    known = {one.id: one for one in map(incident_of, situations)}
    own = {one["id"]: components_of(one) for one in situations}
    found = []
    shown: list[str] | None = None
    asking = matcher
    for one in asked:
        if one["situation"] != shown:  # reading an incident costs more than a question
            shown = one["situation"]
            theirs = [part for name in one["situation"] for part in own[name]]
            asking = Matcher(theirs) if theirs else matcher
            asking.show([known[name] for name in shown])
        started = perf_counter()
        touched = asking.about(one["text"], one["language"], trouble(one["text"]))
        ms = (perf_counter() - started) * 1000
        first = touched[0].incident.id if touched else None
        expected = one["about"]
        if one.get("kind") == "status" and first in one["situation"]:
            expected = first
        decided = {"expected": expected, "found": first, "ms": ms}
        found.append({"id": None, "kind": None, **one, **decided})
    return found


def _figures(decided: list[dict[str, Any]]) -> dict[str, dict[str, float]]:
    from retrieval.metrics import percentile

    languages = sorted({one["language"] for one in decided})
    report = {}
    for language in (*languages, "all"):
        mine = [one for one in decided if language in ("all", one["language"])]
        right = sum(one["found"] is not None and one["found"] == one["expected"] for one in mine)
        answered = sum(one["found"] is not None for one in mine)
        meant = sum(one["expected"] is not None for one in mine)
        spent = [one["ms"] for one in mine]
        report[language] = {
            "n": len(mine),
            "precision": right / answered if answered else 1.0,
            "recall": right / meant if meant else 1.0,
            "ms_p50": percentile(spent, 0.5),
            "ms_p99": percentile(spent, 0.99),
        }
    return report


def components_of(read: dict[str, Any]) -> "list[Component]":
    """The components that a situation brings along, where it is not of the home's company."""
    from retrieval.incidents.incident import Component

    return [
        Component(
            part["id"],
            dict(part.get("name") or {}),
            {code: tuple(words) for code, words in (part.get("aliases") or {}).items()},
        )
        for part in read.get("components") or ()
        if isinstance(part, dict)
    ]


def incident_of(read: dict[str, Any]) -> "Incident":
    """The incident of a situation, as the server would hold it."""
    from retrieval.incidents.incident import Incident, Update

    now = datetime.now(UTC)
    spared = read.get("not_affected") or {}
    updates = []
    for number, update in enumerate(read["updates"]):
        texts = dict(update["text"])
        if number == 0:  # an admin writes into the first update what goes on working
            texts = {code: f"{text} {spared.get(code, '')}" for code, text in texts.items()}
        updates.append(Update(str(number), read["id"], update["status"], now, texts))
    return Incident(
        id=read["id"],
        title=read["title"],
        components=tuple(
            part["id"] if isinstance(part, dict) else part for part in read.get("components") or ()
        ),
        severity=read.get("severity") or "major",
        status=read.get("status") or "investigating",
        started_at=now,
        resolved_at=None,
        workaround=read.get("workaround") or {},
        next_update_at=None,
        updates=tuple(updates),
        active=True,
        source="file",
    )


def _read(path: Path, needed: tuple[str, ...]) -> list[dict[str, Any]]:
    if not path.is_file():
        raise SetupError(f"There is no file {path}.")
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
            found.append({**item, **{key: item[key] for key in needed}})
        except (ValueError, KeyError, TypeError) as error:
            raise SetupError(
                f"{path}, line {number}: an object with {', '.join(needed)} is needed."
            ) from error
    return found


def _shown(value: float) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)
