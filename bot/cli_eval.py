"""`handrail eval`: how well the bot answers, measured."""

import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot import cli_eval_collections, cli_eval_handoff, cli_eval_incidents, cli_eval_scope
from bot.errors import SetupError
from bot.opened import opened
from bot.settings import load
from bot.setup import data_folder

if TYPE_CHECKING:  # search loads slowly, and other commands do not need it
    from bot.confidence import Confidence, InForce
    from retrieval.index import Index

eval_app = typer.Typer(help="Measure answers against questions with known articles.")
eval_app.command("retrieval")(cli_eval_collections.retrieval)
eval_app.command("confidence")(cli_eval_collections.confidence)
eval_app.command("handoff")(cli_eval_handoff.handoff)
eval_app.command("incidents")(cli_eval_incidents.incidents)
eval_app.command("scope")(cli_eval_scope.scope)

Home = Annotated[Path | None, typer.Option("--home", envvar="HANDRAIL_HOME", show_default="var")]
COLUMNS = {
    "n": "questions",
    "hit@1": "hit@1",
    "hit@3": "hit@3",
    "mrr": "MRR",
    "unanswerable_refused": "unanswerable\nnot answered",
    "answerable_refused": "answerable\nnot answered",
    "threshold": "answered from\nconfidence",
    "threshold_by": "as in",
    "ms_p50": "ms\np50",
    "ms_p95": "ms\np95",
}
"""Key of a figure → what stands above it."""


@eval_app.callback(invoke_without_command=True)
def questions(
    context: typer.Context,
    home: Home = None,
    file: Annotated[
        Path | None, typer.Option("--questions", help="JSON lines; default: the sample questions.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Per language: the right article first, among three, refusals, milliseconds.

    What counts as answered is what a chat would answer: from the confidence on that an admin
    chose on the page Confidence, or where nothing was chosen, that of the settings.
    """
    if context.invoked_subcommand is not None:
        return
    from bot.confidence import Confidence
    from retrieval.index import Index

    settings = load(home)
    path = file or data_folder() / "questions.jsonl"
    asked = _read(path)
    with opened(settings) as database:
        index = Index(database.sync, settings.home, settings.retrieval, lambda: datetime.now(UTC))
        index.refresh()
        found = _evaluate(index, asked, Confidence(database.sync, index, settings.handoff))
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    table = Table("language", *COLUMNS.values())
    for language, row in found.items():
        table.add_row(language, *(_shown(row.get(column)) for column in COLUMNS))
    Console().print(table)


def _evaluate(
    index: "Index", asked: list[dict[str, object]], confidence: "Confidence"
) -> dict[str, dict[str, object]]:
    """The figures, with the threshold of each language and who decided it."""
    from retrieval import evaluation

    @cache
    def in_force(locale: str) -> "InForce":
        return confidence.in_force(locale)

    found = evaluation.evaluate(
        index, asked, answers_from=lambda locale: in_force(locale).limits.min_confidence
    )
    return {
        locale: {**figures, "threshold_by": in_force(locale).by}
        for locale, figures in found.items()
    }


def _read(path: Path) -> list[dict[str, object]]:
    if not path.is_file():
        raise SetupError(f"There is no file {path}.")
    asked = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            item = json.loads(line)
            asked.append({key: item[key] for key in ("locale", "text", "article")})
        except (ValueError, KeyError, TypeError) as error:
            raise SetupError(
                f"{path}, line {number}: a question is an object with locale, text and article."
            ) from error
    return asked


def _shown(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value if value is not None else "–")
