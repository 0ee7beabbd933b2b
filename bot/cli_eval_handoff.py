"""`handrail eval handoff`: when people are called, measured on labelled conversations."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from bot import cli_own
from bot.cli_shared import AsJson, ModelHome
from bot.errors import SetupError
from bot.settings import Settings, load

COLUMNS = {
    "precision": "precision",
    "recall": "recall",
    "f1": "F1",
    "macro_f1": "macro-F1",
    "auc": "AUC",
    "gt1": "GT-I",
    "gt2": "GT-II",
    "gt3": "GT-III",
    "n": "turns",
    "positives": "positives",
}
"""Key of a figure → what stands above it."""

Own = Annotated[
    bool,
    typer.Option("--own", help="Measure this installation's past conversations at many limits."),
]


def handoff(
    dialogues: Annotated[
        Path | None,
        typer.Option(help="Conversations: JSON lines with id, language and turns, with labels."),
    ] = None,
    own: Own = False,
    language: Annotated[
        str | None, typer.Option(help="Only those of this language; zh means both scripts.")
    ] = None,
    half: Annotated[
        str | None, typer.Option(help="Only those whose `half` is this, such as held_out.")
    ] = None,
    hold: Annotated[
        bool,
        typer.Option("--hold", help="A person once called stays called until an agent speaks."),
    ] = False,
    words_only: Annotated[
        bool, typer.Option("--words-only", help="Without the embedding model.")
    ] = False,
    home: ModelHome = None,
    as_json: AsJson = False,
) -> None:
    """When people are called: each label of a file of conversations, at the shipped settings.

    Every customer turn is decided from the texts up to it. GT-I to GT-III are Golden Transfer
    within Tolerance of 1, 2 and 3 turns (Liu et al. 2021): they forgive too many transfers, so
    read them beside F1.

    With --own instead of a file: what each limit would have meant for the conversations in this
    home, judged by the agents' verdicts, by what agents did, and by customers' ratings.
    """
    if own == (dialogues is not None):
        raise SetupError("Say what to measure: either --dialogues FILE or --own.")
    settings = load(home)
    if dialogues is None:
        found = cli_own.report(settings, words_only=words_only)
        typer.echo(json.dumps(found)) if as_json else cli_own.show(found)
        return
    report = _judged(settings, dialogues, language, half, hold=hold, words_only=words_only)
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False))
        return
    table = Table("label", *COLUMNS.values())
    for name, row in report.items():
        table.add_row(name, *(_shown(row[key]) for key in COLUMNS))
    Console().print(table)


def _judged(
    settings: Settings,
    dialogues: Path,
    language: str | None,
    half: str | None,
    *,
    hold: bool,
    words_only: bool,
) -> dict[str, Any]:
    from handoff.evaluation import figures, replay
    from handoff.evaluation.dialogues import LABELS, read

    found = read(dialogues, language, half)
    embed = None if words_only or not _english(found) else cli_own.embed_of(settings)
    judged = replay.judged(found, settings.handoff, embed, hold=hold)
    return {name: figures.figures(judged[name]) for name in LABELS if name in judged}


def _english(dialogues: list[Any]) -> bool:
    return any(dialogue.language.split("-")[0] == "en" for dialogue in dialogues)


def _shown(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else "–" if value is None else str(value)
