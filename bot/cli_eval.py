"""`handrail eval`: how well the bot answers, measured."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot import cli_eval_collections
from bot.errors import SetupError
from bot.opened import opened
from bot.settings import load
from bot.setup import data_folder

eval_app = typer.Typer(help="Measure answers against questions with known articles.")
eval_app.command("retrieval")(cli_eval_collections.retrieval)
eval_app.command("confidence")(cli_eval_collections.confidence)

Home = Annotated[Path | None, typer.Option("--home", envvar="HANDRAIL_HOME", show_default="var")]
COLUMNS = {
    "n": "questions",
    "hit@1": "hit@1",
    "hit@3": "hit@3",
    "mrr": "MRR",
    "unanswerable_refused": "unanswerable\nnot answered",
    "answerable_refused": "answerable\nnot answered",
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
    """Per language: the right article first, among three, refusals, milliseconds."""
    if context.invoked_subcommand is not None:
        return
    from retrieval import evaluation
    from retrieval.index import Index

    settings = load(home)
    path = file or data_folder() / "questions.jsonl"
    asked = _read(path)
    with opened(settings) as database:
        index = Index(database.sync, settings.home, settings.retrieval, lambda: datetime.now(UTC))
        index.refresh()
        limit = settings.handoff.min_confidence
        found = evaluation.evaluate(index, asked, threshold=limit)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    table = Table("language", *COLUMNS.values())
    for language, row in found.items():
        table.add_row(language, *(_shown(row.get(column)) for column in COLUMNS))
    Console().print(table)


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
